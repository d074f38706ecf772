# Tests of refcycle::pool. Included where refcycle::runtime and GoogleTest
# (GTest::gtest_main, GTest::gmock) are targets. The pool's mode is fixed by
# first use, so debug mode and the choice of modes have programs of their own.
include(GoogleTest)

function(refcycle_add_pool_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE refcycle::runtime GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Werror)
  gtest_discover_tests(${name} TEST_PREFIX runtime.)
endfunction()

refcycle_add_pool_test(PoolTest
  ${CMAKE_CURRENT_LIST_DIR}/PoolAllocatorTest.cpp
  ${CMAKE_CURRENT_LIST_DIR}/PoolStressTest.cpp
  ${CMAKE_CURRENT_LIST_DIR}/PoolTest.cpp
)
refcycle_add_pool_test(PoolStatisticsTest ${CMAKE_CURRENT_LIST_DIR}/PoolStatisticsTest.cpp)
refcycle_add_pool_test(PoolThreadTest ${CMAKE_CURRENT_LIST_DIR}/PoolThreadTest.cpp)
refcycle_add_pool_test(PoolDebugTest ${CMAKE_CURRENT_LIST_DIR}/PoolDebugTest.cpp)
refcycle_add_pool_test(PoolModesTest ${CMAKE_CURRENT_LIST_DIR}/PoolModesTest.cpp)

# Sanitizers and Valgrind do not go together.
find_program(VALGRIND_PROGRAM valgrind)
if(VALGRIND_PROGRAM AND NOT CMAKE_CXX_FLAGS MATCHES "sanitize")
  add_test(NAME runtime.PoolUnderValgrind.NamesTheFreedBlock
    COMMAND ${VALGRIND_PROGRAM} $<TARGET_FILE:PoolModesTest> --read-freed-block)
  set_tests_properties(runtime.PoolUnderValgrind.NamesTheFreedBlock PROPERTIES
    PASS_REGULAR_EXPRESSION "is 3 bytes inside a block of size 40 free'd")
endif()
