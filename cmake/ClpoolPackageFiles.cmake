# SPDX-License-Identifier: Apache-2.0
# cpack runs this between the installation into its temporary folders, one a package, and the packing of them: it adds what
# a Debian package has and an installation has not, and compresses what Debian keeps compressed.
if(NOT CPACK_GENERATOR STREQUAL DEB)
    return()
endif()

set(debian "${CPACK_CLPOOL_DEBIAN_DIR}")
set(file_mode OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
    string(TOUPPER "${component}" upper)
    set(package "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
    set(usr "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr")
    set(doc "${usr}/share/doc/${package}")
    file(COPY "${debian}/copyright" "${debian}/changelog" DESTINATION "${doc}" FILE_PERMISSIONS ${file_mode})
    file(RENAME "${doc}/changelog" "${doc}/changelog.Debian")
    file(GLOB files "${doc}/changelog.Debian" "${usr}/share/man/man*/*")
    foreach(file IN LISTS files)
        # Without time and name, so that equal files make equal packages.
        execute_process(COMMAND gzip -9 -n "${file}" COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
    if(EXISTS "${usr}/share/zsh/site-functions")
        # Where Debian's zsh looks for what packages complete.
        file(RENAME "${usr}/share/zsh/site-functions" "${usr}/share/zsh/vendor-completions")
    endif()
    # Whatever the umask was.
    file(GLOB_RECURSE paths LIST_DIRECTORIES true "${usr}/*")
    foreach(path IN ITEMS "${usr}" LISTS paths)
        if(IS_DIRECTORY "${path}" AND NOT IS_SYMLINK "${path}")
            file(CHMOD "${path}" PERMISSIONS ${file_mode} OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)
        endif()
    endforeach()
endforeach()
