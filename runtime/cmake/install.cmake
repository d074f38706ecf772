# What `cmake --install` puts where, and how others find it:
#   find_package(refcycle COMPONENTS runtime)   ->  refcycle::runtime,
#                                                   refcycle::verify
# The analyzer adds its part, COMPONENTS tool, in cmake/RefcycleInstall.cmake.
#   pkg-config --cflags --libs refcycle
include(CMakePackageConfigHelpers)

set(REFCYCLE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/refcycle)

install(TARGETS refcycle_runtime refcycle_runtime_shared refcycle_verifier
  EXPORT refcycle-runtime
  COMPONENT runtime
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY
  ${CMAKE_CURRENT_SOURCE_DIR}/include/refcycle
  ${CMAKE_CURRENT_SOURCE_DIR}/verify/include/refcycle
  COMPONENT runtime
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT refcycle-runtime
  COMPONENT runtime
  NAMESPACE refcycle::
  FILE refcycle-runtime.cmake
  DESTINATION ${REFCYCLE_PACKAGE_DIR})

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/refcycle-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/refcycle-config.cmake
  INSTALL_DESTINATION ${REFCYCLE_PACKAGE_DIR})
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/refcycle-config-version.cmake
  VERSION ${REFCYCLE_RUNTIME_VERSION}
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/refcycle-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/refcycle-config-version.cmake
  COMPONENT runtime
  DESTINATION ${REFCYCLE_PACKAGE_DIR})

# A checked library needs checked users: the definitions travel along.
set(REFCYCLE_PC_DEFINITIONS "")
if(REFCYCLE_CHECKED)
  string(APPEND REFCYCLE_PC_DEFINITIONS " -DREFCYCLE_CHECKED=1")
endif()
if(REFCYCLE_VALGRIND)
  string(APPEND REFCYCLE_PC_DEFINITIONS " -DREFCYCLE_VALGRIND=1")
endif()
configure_file(
  ${CMAKE_CURRENT_LIST_DIR}/refcycle.pc.in
  ${CMAKE_CURRENT_BINARY_DIR}/refcycle.pc
  @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/refcycle.pc
  COMPONENT runtime
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
