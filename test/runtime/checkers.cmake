# Address checkers and counted objects: what they must see, and what they must
# not mind. Where a checker is missing the test says so and is skipped.

function(refcycle_skipped_test name why)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: ${why}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()

# Valgrind: the runtime once more, with its requests. It does not go together
# with sanitizers.
set(valgrind_tests runtime.Valgrind.MindsNothing runtime.Valgrind.NamesFreedObject)
find_program(VALGRIND_PROGRAM valgrind)
find_path(VALGRIND_INCLUDE valgrind/memcheck.h)
if(CMAKE_CXX_FLAGS MATCHES "sanitize")
  set(no_valgrind "this is a build with a sanitizer")
elseif(NOT VALGRIND_PROGRAM OR NOT VALGRIND_INCLUDE)
  set(no_valgrind "valgrind is not installed")
endif()
if(no_valgrind)
  foreach(name IN LISTS valgrind_tests)
    refcycle_skipped_test(${name} ${no_valgrind})
  endforeach()
else()
  get_target_property(runtime_directory refcycle_runtime SOURCE_DIR)
  get_target_property(runtime_sources refcycle_runtime SOURCES)
  list(FILTER runtime_sources EXCLUDE REGEX "(^|/)src/pool")
  list(TRANSFORM runtime_sources PREPEND ${runtime_directory}/)
  add_executable(CheckersUnderValgrind MemoryCheckers.cpp ${runtime_sources})
  target_compile_features(CheckersUnderValgrind PRIVATE cxx_std_20)
  target_compile_options(CheckersUnderValgrind PRIVATE -Wall -Wextra
    -Wno-deprecated-declarations $<$<BOOL:${REFCYCLE_WERROR}>:-Werror>)
  target_compile_definitions(CheckersUnderValgrind PRIVATE REFCYCLE_VALGRIND=1
    $<$<BOOL:${REFCYCLE_CHECKED}>:REFCYCLE_CHECKED=1>)
  target_include_directories(CheckersUnderValgrind PRIVATE
    $<TARGET_PROPERTY:refcycle_runtime,INCLUDE_DIRECTORIES>
    ${VALGRIND_INCLUDE})
  set(memcheck ${VALGRIND_PROGRAM} --error-exitcode=9 --leak-check=no
    $<TARGET_FILE:CheckersUnderValgrind>)
  add_test(NAME runtime.Valgrind.MindsNothing COMMAND ${memcheck} good)
  add_test(NAME runtime.Valgrind.NamesFreedObject COMMAND ${memcheck} freed)
  set_tests_properties(runtime.Valgrind.NamesFreedObject PROPERTIES
    PASS_REGULAR_EXPRESSION "Invalid read of size 1")
endif()

# AddressSanitizer: free slots; with a page for each object, what lies around
# it too.
add_executable(MemoryCheckers MemoryCheckers.cpp)
target_link_libraries(MemoryCheckers PRIVATE refcycle_runtime)
target_compile_options(MemoryCheckers PRIVATE
  -Wall -Wextra $<$<BOOL:${REFCYCLE_WERROR}>:-Werror>)

add_test(NAME runtime.SinglePages.MindNothing COMMAND MemoryCheckers good)
set(asan_tests
  "runtime.AddressSanitizer.SeesFreedObject\;freed\;use-after-poison.*read_freed_object\;"
  "runtime.SinglePages.SeeFreedObject\;freed\;heap-use-after-free.*read_freed_object\;single"
  "runtime.SinglePages.SeeReadBehindObject\;behind\;use-after-poison.*read_behind_object\;single"
  "runtime.SinglePages.SeeReadBeforePage\;before\;heap-buffer-overflow.*read_before_page\;single")
foreach(test IN LISTS asan_tests)
  list(GET test 0 name)
  list(GET test 1 what)
  list(GET test 2 expected)
  list(GET test 3 pages)
  if(NOT CMAKE_CXX_FLAGS MATCHES "sanitize=[a-z,]*address")
    refcycle_skipped_test(${name} "this is a build without AddressSanitizer")
    continue()
  endif()
  add_test(NAME ${name} COMMAND MemoryCheckers ${what})
  set_tests_properties(${name} PROPERTIES
    PASS_REGULAR_EXPRESSION "${expected}" ENVIRONMENT "REFCYCLE_PAGES=${pages}")
endforeach()

# The whole of two programs with a page for each object. Left out: what takes
# too many pages, and what looks at a freed object, whose page is freed with it.
set(single_pages_tests)
foreach(name CollectorTest WeakRefTest)
  add_test(NAME runtime.SinglePages.${name}
    COMMAND ${name} --gtest_brief=1
            --gtest_filter=-*NoStack*:*.HandleAfterFree)
  list(APPEND single_pages_tests runtime.SinglePages.${name})
endforeach()
set_tests_properties(runtime.SinglePages.MindNothing ${single_pages_tests}
  PROPERTIES ENVIRONMENT "REFCYCLE_PAGES=single" TIMEOUT 300)
