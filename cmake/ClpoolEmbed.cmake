# SPDX-License-Identifier: Apache-2.0
#
# clpool_embed_file(TARGET <target> SYMBOL <symbol> FILE <path>)
#
# Adds to the target, at build time, a C file that defines
#   const unsigned char <symbol>[];     the file's bytes and a NUL
#   const size_t <symbol>_size;         their number without the NUL
# This file is also the script that writes that C file: CMake alone embeds, no other tool is needed.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    file(READ "${INPUT}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    file(SIZE "${INPUT}" size)
    get_filename_component(name "${INPUT}" NAME)
    file(WRITE "${OUTPUT}.tmp"
         "/* Made from ${name}; do not edit. */\n"
         "#include <stddef.h>\n"
         "extern const unsigned char ${SYMBOL}[];\n"
         "extern const size_t ${SYMBOL}_size;\n"
         "const unsigned char ${SYMBOL}[] = {\n${bytes}0x00};\n"
         "const size_t ${SYMBOL}_size = ${size};\n")
    file(RENAME "${OUTPUT}.tmp" "${OUTPUT}")
    return()
endif()

set(CLPOOL_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(clpool_embed_file)
    cmake_parse_arguments(PARSE_ARGV 0 embed "" "TARGET;SYMBOL;FILE" "")
    get_filename_component(input "${embed_FILE}" ABSOLUTE)
    set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${embed_SYMBOL}.c")
    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" "-DINPUT=${input}" "-DOUTPUT=${output}" "-DSYMBOL=${embed_SYMBOL}" -P
                "${CLPOOL_EMBED_SCRIPT}"
        DEPENDS "${input}" "${CLPOOL_EMBED_SCRIPT}"
        COMMENT "Embedding ${embed_FILE}"
        VERBATIM)
    target_sources("${embed_TARGET}" PRIVATE "${output}")
endfunction()

# clpool_embed_texts(TARGET <target> SYMBOL <symbol> FILES <path>...)
#
# Adds to the target the files, as above, and a C file that defines
#   const unsigned char *const <symbol>[];     the files in this order, and NULL
function(clpool_embed_texts)
    cmake_parse_arguments(PARSE_ARGV 0 embed "" "TARGET;SYMBOL" "FILES")
    set(count 0)
    set(declarations "")
    set(names "")
    foreach(file IN LISTS embed_FILES)
        set(symbol "${embed_SYMBOL}_${count}")
        math(EXPR count "${count} + 1")
        clpool_embed_file(TARGET "${embed_TARGET}" SYMBOL "${symbol}" FILE "${file}")
        string(APPEND declarations "extern const unsigned char ${symbol}[];\n")
        string(APPEND names "${symbol}, ")
    endforeach()
    set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${embed_SYMBOL}.c")
    file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT
         "/* Made by CMake; do not edit. */
#include <stddef.h>
@declarations@extern const unsigned char *const @embed_SYMBOL@[];
const unsigned char *const @embed_SYMBOL@[] = {@names@NULL};
")
    target_sources("${embed_TARGET}" PRIVATE "${output}")
endfunction()
