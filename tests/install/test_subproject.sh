#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test_subproject.sh SOURCE: a user's project has clpool as a part of itself, by add_subdirectory() and by FetchContent from
# a git clone: programs in C and C++ link with the shared and the static library and run, nothing warns, and the project
# gets no command, no test, no installed file, and no cache variable without clpool's prefix.
set -euo pipefail

source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

user=$work/user
mkdir "$user"
cp "$source/tests/portability/user.c" "$user/user.c"
cp "$source/tests/portability/user.c" "$user/user.cpp"
cat >"$user/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(user LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 11)
if(FETCH)
    include(FetchContent)
    FetchContent_Declare(clpool GIT_REPOSITORY "${FETCH}" GIT_TAG "${TAG}")
    FetchContent_MakeAvailable(clpool)
elseif(ADD)
    add_subdirectory("${ADD}" clpool EXCLUDE_FROM_ALL)
endif()
if(TARGET clpool::clpool)
    foreach(language IN ITEMS c cpp)
        foreach(library IN ITEMS clpool clpool_static)
            add_executable(${language}_${library} user.${language})
            target_link_libraries(${language}_${library} PRIVATE clpool::${library})
            target_compile_definitions(${language}_${library} PRIVATE CL_TARGET_OPENCL_VERSION=120)
            target_compile_options(${language}_${library} PRIVATE -Wall -Wextra -Wpedantic -Werror)
        endforeach()
    endforeach()
endif()
EOF

# foreign_cache FOLDER: what the cache there has that a project without clpool has not, and that is not clpool's by name.
# What CMake's own modules leave there has their names.
foreign_cache() {
    comm -13 <(variables "$work/plain") <(variables "$1") |
        grep -vE '^(CLPOOL_|clpool_|CMAKE_|_GNUInstallDirs_|OpenCL_|OPENCL_|FETCHCONTENT_|FIND_PACKAGE_|GIT_EXEC|FETCH|ADD|TAG)' || true
}
variables() {
    sed -n 's/^\([A-Za-z_][^:]*\):[A-Z]*=.*/\1/p' "$1/CMakeCache.txt" | LC_ALL=C sort -u
}

try() { # NAME CMAKE-OPTION...
    local folder=$work/$1 program foreign
    echo "-- $1"
    shift
    cmake -S "$user" -B "$folder" -Wdev "$@" >"$work/log" 2>"$work/errors" || fail "configuring: $(cat "$work/log" "$work/errors")"
    [ ! -s "$work/errors" ] || fail "configuring warns: $(cat "$work/errors")"
    cmake --build "$folder" --parallel "$(nproc)" >"$work/log" 2>&1 || fail "building: $(tail -n 30 "$work/log")"
    ! grep -i 'warning' "$work/log" || fail "building warns"
    for program in c_clpool c_clpool_static cpp_clpool cpp_clpool_static; do
        "$folder/$program" || fail "$program runs wrongly: $?"
    done
    foreign=$(foreign_cache "$folder")
    [ -z "$foreign" ] || fail "these cache variables have not clpool's prefix: $foreign"
    ! grep -E '^CMAKE_BUILD_TYPE:[A-Z]*=.' "$folder/CMakeCache.txt" || fail "the type of the build was changed"
    cmake --build "$folder" --target help >"$work/log"
    ! grep -E 'clpool_command|test_|clpool_example' "$work/log" || fail "the project got the command, tests or examples"
    [ "$(ctest --test-dir "$folder" -N 2>/dev/null | sed -n 's/^Total Tests: //p')" = 0 ] || fail "the project got tests"
    cmake --install "$folder" --prefix "$work/installed" >/dev/null || fail "cmake --install"
    [ -z "$(find "$work/installed" -type f 2>/dev/null)" ] || fail "the project installs: $(find "$work/installed" -type f)"
}

cmake -S "$user" -B "$work/plain" >/dev/null
mkdir "$work/planted"
{ cat "$work/plain/CMakeCache.txt" && echo 'BUILD_COMMAND:BOOL=ON'; } >"$work/planted/CMakeCache.txt"
[ "$(foreign_cache "$work/planted")" = BUILD_COMMAND ] || fail "did not catch a planted error: a cache variable without prefix"

try subdirectory -DADD="$source"
# What is not committed is left out; where there is no repository, there is nothing to clone.
if git -C "$source" rev-parse --git-dir >/dev/null 2>&1; then
    git clone --quiet --bare "$source" "$work/clone.git"
    try fetched -DFETCH="file://$work/clone.git" -DTAG="$(git -C "$source" rev-parse HEAD)"
fi
echo "a part of a user's project: all checks passed"
