# SPDX-License-Identifier: Apache-2.0
# cpack runs this after it has made packages, and packs them again. It gives a package with a shared library scripts that
# call ldconfig; Debian's way is the trigger that the package has, so the scripts go. And dpkg-deb heeds SOURCE_DATE_EPOCH,
# by which equal files make equal packages.
if(NOT CPACK_GENERATOR STREQUAL DEB)
    return()
endif()

foreach(package IN LISTS CPACK_PACKAGE_FILES)
    set(tree "${CPACK_TOPLEVEL_DIRECTORY}/repacked")
    file(REMOVE_RECURSE "${tree}")
    execute_process(COMMAND dpkg-deb --raw-extract "${package}" "${tree}" COMMAND_ERROR_IS_FATAL ANY)
    if(EXISTS "${tree}/DEBIAN/triggers")
        file(REMOVE "${tree}/DEBIAN/postinst" "${tree}/DEBIAN/postrm")
    endif()
    execute_process(COMMAND dpkg-deb --root-owner-group --build "${tree}" "${package}" OUTPUT_QUIET
                    COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE_RECURSE "${tree}")
endforeach()
