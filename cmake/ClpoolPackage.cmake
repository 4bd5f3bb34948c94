# SPDX-License-Identifier: Apache-2.0
# `cpack -G DEB` in the build folder makes Debian packages: the shared library, what one develops with, and the command.
# Configure with -DCMAKE_INSTALL_PREFIX=/usr, by which CMake chooses Debian's folders; a .tar.gz takes any prefix.
set(CLPOOL_PACKAGE_MAINTAINER "The clpool developers <clpool@packages.invalid>"
    CACHE STRING "Who answers for the packages: name and address")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME clpool)
set(CPACK_PACKAGE_VENDOR clpool)
set(CPACK_PACKAGE_CONTACT "${CLPOOL_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL clpool_library clpool_development)
set(CPACK_COMPONENT_CLPOOL_DEVELOPMENT_DEPENDS clpool_library)
if(TARGET clpool_command)
    list(APPEND CPACK_COMPONENTS_ALL clpool_command)
    set(CPACK_COMPONENT_CLPOOL_COMMAND_DEPENDS clpool_library)
endif()
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_CURRENT_LIST_DIR}/ClpoolPackageOptions.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/ClpoolPackageFiles.cmake")
set(CPACK_POST_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/ClpoolPackageScripts.cmake")
set(CPACK_CLPOOL_DEBIAN_DIR "${PROJECT_SOURCE_DIR}/packaging/debian")

set(about "clpool pools tensors on any OpenCL device, and without one in plain C:
maximum with argmax masks, average and Lp norm, forward and backward, and
unpooling. Of maximum and of every backward each path returns equal bits.")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0upstream1) # less than any of Debian's own
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}")
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(CPACK_DEBIAN_CLPOOL_LIBRARY_PACKAGE_NAME "libclpool${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set(CPACK_DEBIAN_CLPOOL_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_CLPOOL_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_CLPOOL_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/packaging/debian/triggers")
set(CPACK_DEBIAN_CLPOOL_LIBRARY_DESCRIPTION "pooling for neural networks on OpenCL devices - shared library
${about}
.
This package has the shared library.")

set(CPACK_DEBIAN_CLPOOL_DEVELOPMENT_PACKAGE_NAME libclpool-dev)
set(CPACK_DEBIAN_CLPOOL_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_CLPOOL_DEVELOPMENT_PACKAGE_DEPENDS "ocl-icd-opencl-dev | opencl-dev")
set(CPACK_DEBIAN_CLPOOL_DEVELOPMENT_DESCRIPTION "pooling for neural networks on OpenCL devices - development files
${about}
.
This package has the header, the static library, and what CMake and
pkg-config need to find them.")

set(CPACK_DEBIAN_CLPOOL_COMMAND_PACKAGE_NAME clpool)
set(CPACK_DEBIAN_CLPOOL_COMMAND_PACKAGE_SECTION science)
set(CPACK_DEBIAN_CLPOOL_COMMAND_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_CLPOOL_COMMAND_PACKAGE_RECOMMENDS "pocl-opencl-icd | opencl-icd")
set(CPACK_DEBIAN_CLPOOL_COMMAND_DESCRIPTION "pooling for neural networks on OpenCL devices - command
${about}
.
This package has the command, which pools NumPy arrays and images, compares
devices, measures and tunes them.")

include(CPack)
