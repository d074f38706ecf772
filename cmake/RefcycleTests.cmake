# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# How tests are made and registered with ctest.

find_package(GTest REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
include(GoogleTest)

# Adds one program of unit tests and registers every case with ctest.
function(refcycle_unit_test)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;LINK;PCH")
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_definitions(${ARG_NAME} PRIVATE
    REFCYCLE_TEST_DIR="${PROJECT_SOURCE_DIR}/test")
  target_link_libraries(${ARG_NAME} PRIVATE
    refcycle_build_flags ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${ARG_NAME} PRIVATE ${ARG_PCH})
  gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS unit TIMEOUT 300)
endfunction()

# Adds a test that is a Python script of test/.
function(refcycle_script_test name script)
  add_test(NAME ${name}
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/test/${script} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS scripts TIMEOUT 600)
endfunction()
