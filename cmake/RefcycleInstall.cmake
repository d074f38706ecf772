# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What `cmake --install` and `cpack` put where. The runtime installs itself; the
# analyzer is the component tool:
#   find_package(refcycle COMPONENTS tool)   ->  refcycle_add_check(),
#                                                refcycle::annotations

include(GNUInstallDirs)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/refcycle)

install(TARGETS refcycle COMPONENT tool)
if(TARGET refcycle_tidy)
  install(TARGETS refcycle_tidy COMPONENT tool
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(FILES ${PROJECT_SOURCE_DIR}/cmake/package/refcycle-tool.cmake
  COMPONENT tool DESTINATION ${package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/include/refcycle/annotations.h
  COMPONENT tool DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/refcycle)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/refcycle.1
  COMPONENT tool DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/refcycle.bash
  COMPONENT tool RENAME refcycle
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/packaging/bazel
  COMPONENT tool DESTINATION ${CMAKE_INSTALL_DATADIR}/refcycle)

# The same files as the runtime's; they say what else is there.
include(CMakePackageConfigHelpers)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/runtime/cmake/refcycle-config.cmake.in
  ${PROJECT_BINARY_DIR}/refcycle-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/refcycle-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/refcycle-config.cmake
  ${PROJECT_BINARY_DIR}/refcycle-config-version.cmake
  COMPONENT tool DESTINATION ${package_dir})

set(CPACK_PACKAGE_VENDOR "The refcycle authors")
set(CPACK_PACKAGE_CONTACT "The refcycle authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL tool runtime)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME refcycle)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
# The builtin headers of clang, and libstdc++'s, without which nothing parses.
set(CPACK_DEBIAN_TOOL_PACKAGE_DEPENDS "libclang-common-22-dev, libstdc++-12-dev")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME librefcycle-dev)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
include(CPack)
