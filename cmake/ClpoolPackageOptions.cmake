# SPDX-License-Identifier: Apache-2.0
# cpack reads this before it makes packages with a generator.
if(CPACK_GENERATOR STREQUAL DEB AND NOT CPACK_PACKAGING_INSTALL_PREFIX STREQUAL "/usr")
    message(FATAL_ERROR "Debian packages need a build that was configured with -DCMAKE_INSTALL_PREFIX=/usr")
endif()
if(CPACK_GENERATOR STREQUAL DEB)
    # The summary would stand before each package's own.
    unset(CPACK_PACKAGE_DESCRIPTION_SUMMARY)
endif()
