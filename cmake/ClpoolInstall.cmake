# SPDX-License-Identifier: Apache-2.0
# What the install target installs, by component: clpool_library is the shared library; clpool_development the static one,
# the header, the CMake package and the pkg-config file; clpool_command the command, its man pages and
# its completions.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/clpool")

install(TARGETS clpool clpool_static EXPORT clpoolTargets
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT clpool_library NAMELINK_COMPONENT clpool_development
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT clpool_development
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT clpool_library)
install(FILES include/clpool.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT clpool_development)
install(EXPORT clpoolTargets NAMESPACE clpool:: DESTINATION "${package_dir}" COMPONENT clpool_development)

configure_package_config_file(cmake/clpoolConfig.cmake.in "${PROJECT_BINARY_DIR}/clpoolConfig.cmake"
                              INSTALL_DESTINATION "${package_dir}")
# While the major version is 0, each minor version has an ABI of its own; see clpool.h.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/clpoolConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/clpoolConfig.cmake" "${PROJECT_BINARY_DIR}/clpoolConfigVersion.cmake"
        DESTINATION "${package_dir}" COMPONENT clpool_development)

# The pkg-config file finds its prefix from where it lies, so that an installed tree may be moved, unless the library
# folder is absolute.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(pkgconfig_prefix "${CMAKE_INSTALL_PREFIX}")
else()
    file(RELATIVE_PATH pkgconfig_up "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
    set(pkgconfig_prefix "\${pcfiledir}/${pkgconfig_up}")
endif()
foreach(dir IN ITEMS LIBDIR INCLUDEDIR)
    if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
        set(pkgconfig_${dir} "${CMAKE_INSTALL_${dir}}")
    else()
        set(pkgconfig_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
    endif()
endforeach()
configure_file(cmake/clpool.pc.in "${PROJECT_BINARY_DIR}/clpool.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/clpool.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
        COMPONENT clpool_development)

if(TARGET clpool_command)
    install(TARGETS clpool_command RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT clpool_command)
    install(DIRECTORY docs/man/ DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT clpool_command
            FILES_MATCHING PATTERN "*.1")
    install(FILES host/cli/completions/clpool.bash RENAME clpool
            DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT clpool_command)
    install(FILES host/cli/completions/_clpool DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions"
            COMPONENT clpool_command)
endif()
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT clpool_licence)
