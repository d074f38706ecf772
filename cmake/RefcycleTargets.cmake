# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# How our targets are made: language level, warnings, ccache, and
# refcycle_library(), the one way to add a layer.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are cached only with these; see ccache(1), PRECOMPILED HEADERS.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${CCACHE_PROGRAM})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
endif()

# Debian 12's Valgrind cannot read the DWARF 5 that clang writes.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-fdebug-default-version=4)
endif()

# What every target of ours is compiled with; nothing of it reaches users.
add_library(refcycle_build_flags INTERFACE)
target_compile_options(refcycle_build_flags INTERFACE
  -Wall -Wextra -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${REFCYCLE_WERROR}>:-Werror>)
target_compile_definitions(refcycle_build_flags INTERFACE
  REFCYCLE_VERSION="${PROJECT_VERSION}"
  $<$<BOOL:${REFCYCLE_CHECKED}>:REFCYCLE_CHECKED>)

# Adds the static library of one layer; in tool/link/CMakeLists.txt, say:
#
#   refcycle_library(refcycle_link
#     SOURCES
#       Linker.cpp
#       Merge.cpp
#     LINK
#       refcycle_base
#       refcycle_facts
#       refcycle_graph)
#
# LINK is the dependency rule: a layer that is not listed cannot be used.
# PRIVATE_LINK is for what its headers do not show. PCH names headers worth
# compiling once. A layer of headers alone has no SOURCES.
function(refcycle_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK;PRIVATE_LINK;PCH")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: not understood: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  set(scope PUBLIC)
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE refcycle_build_flags ${ARG_PRIVATE_LINK})
    target_precompile_headers(${name} PRIVATE ${ARG_PCH})
  else()
    set(scope INTERFACE)
    add_library(${name} INTERFACE)
  endif()
  add_library(refcycle::${name} ALIAS ${name})
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR}/tool ${PROJECT_SOURCE_DIR})
  foreach(library IN LISTS ARG_LINK)
    if(NOT TARGET ${library})
      message(FATAL_ERROR "${name} links ${library}, which is no layer below it; see the list in the root CMakeLists.txt")
    endif()
  endforeach()
  target_link_libraries(${name} ${scope} ${ARG_LINK})
endfunction()
