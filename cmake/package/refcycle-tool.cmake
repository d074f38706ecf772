# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The analyzer as a part of a build: find_package(refcycle COMPONENTS tool).
#
#   refcycle_add_check(target [WITH target...] [OPTIONS option...] [ALL])
#
# adds the target refcycle-check-<target>, which looks for reference cycles in
# the sources of these targets together. It fails, with the report, if there is
# something to report. OPTIONS are those of `refcycle link`; ALL: checked with
# every build.
#
# Each translation unit is a build step of its own with a dependency file, so
# the build tool runs them side by side and repeats only what changed. A target
# that stands in several checks is extracted once.

if(NOT TARGET refcycle::refcycle)
  add_executable(refcycle::refcycle IMPORTED)
  find_program(_refcycle_program refcycle NO_CACHE REQUIRED NO_DEFAULT_PATH
    PATHS ${CMAKE_CURRENT_LIST_DIR}/../../../bin
          ${CMAKE_CURRENT_LIST_DIR}/../../../../bin)
  set_target_properties(refcycle::refcycle PROPERTIES
    IMPORTED_LOCATION ${_refcycle_program})
endif()

# For #include "refcycle/annotations.h"; nothing is linked.
if(NOT TARGET refcycle::annotations)
  add_library(refcycle::annotations INTERFACE IMPORTED)
  set_target_properties(refcycle::annotations PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${PACKAGE_PREFIX_DIR}/include)
endif()

function(refcycle_add_check target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ALL" "" "WITH;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "refcycle_add_check(${target}): not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(all_facts "")
  set(extractions "")
  foreach(part ${target} ${arg_WITH})
    _refcycle_extract(${part} facts)
    list(APPEND all_facts ${facts})
    list(APPEND extractions refcycle-facts-${part})
  endforeach()

  # Command lines have a limit, projects have none.
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/refcycle/${target})
  list(JOIN all_facts "\n" lines)
  file(GENERATE OUTPUT ${directory}/facts.txt CONTENT "${lines}\n")
  set(stamp ${directory}/checked)
  add_custom_command(OUTPUT ${stamp}
    COMMAND refcycle::refcycle link --project-root=${CMAKE_SOURCE_DIR}
      ${arg_OPTIONS} @${directory}/facts.txt
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${all_facts} ${directory}/facts.txt refcycle::refcycle
    COMMENT "Looking for reference cycles in ${target}"
    VERBATIM)
  set(when "")
  if(arg_ALL)
    set(when ALL)
  endif()
  add_custom_target(refcycle-check-${target} ${when} DEPENDS ${stamp})
  add_dependencies(refcycle-check-${target} ${extractions})
endfunction()

# What the compiler is told about every source of the target, one word per line.
# Of several -std the last one counts, which is the newest that is asked for.
function(_refcycle_write_flags target file)
  set(content "${CMAKE_CXX_FLAGS}\n")
  foreach(config ${CMAKE_BUILD_TYPE} ${CMAKE_CONFIGURATION_TYPES})
    string(TOUPPER ${config} upper)
    string(APPEND content "$<$<CONFIG:${config}>:${CMAKE_CXX_FLAGS_${upper}}>\n")
  endforeach()
  if(CMAKE_SYSROOT)
    string(APPEND content "--sysroot=${CMAKE_SYSROOT}\n")
  endif()
  get_target_property(extensions ${target} CXX_EXTENSIONS)
  set(dialect gnu++)
  if(extensions STREQUAL "OFF" OR extensions STREQUAL "FALSE" OR extensions STREQUAL "0")
    set(dialect c++)
  endif()
  set(features $<TARGET_PROPERTY:${target},COMPILE_FEATURES>)
  set(standard $<TARGET_PROPERTY:${target},CXX_STANDARD>)
  foreach(year 98 11 14 17 20 23 26)
    string(APPEND content
      "$<$<OR:$<IN_LIST:cxx_std_${year},${features}>,$<STREQUAL:${standard},${year}>>:-std=${dialect}${year}>\n")
  endforeach()
  foreach(pair -D:COMPILE_DEFINITIONS -I:INCLUDE_DIRECTORIES)
    string(REGEX MATCH "^(..):(.*)$" ignored ${pair})
    set(option ${CMAKE_MATCH_1})
    set(values "$<FILTER:$<TARGET_PROPERTY:${target},${CMAKE_MATCH_2}>,EXCLUDE,^$>")
    string(APPEND content
      "$<$<BOOL:${values}>:'${option}$<JOIN:${values},'\n'${option}>'>\n")
  endforeach()
  string(APPEND content
    "$<JOIN:$<TARGET_PROPERTY:${target},COMPILE_OPTIONS>,\n>\n")
  file(GENERATE OUTPUT ${file} CONTENT "${content}" TARGET ${target})
endfunction()

# Options that one source has on its own.
function(_refcycle_source_flags source directory out)
  set(flags "")
  get_source_file_property(definitions ${source} DIRECTORY ${directory} COMPILE_DEFINITIONS)
  get_source_file_property(includes ${source} DIRECTORY ${directory} INCLUDE_DIRECTORIES)
  get_source_file_property(options ${source} DIRECTORY ${directory} COMPILE_OPTIONS)
  if(definitions)
    list(TRANSFORM definitions PREPEND -D OUTPUT_VARIABLE words)
    list(APPEND flags ${words})
  endif()
  if(includes)
    list(TRANSFORM includes PREPEND -I OUTPUT_VARIABLE words)
    list(APPEND flags ${words})
  endif()
  if(options)
    list(APPEND flags ${options})
  endif()
  set(${out} ${flags} PARENT_SCOPE)
endfunction()

# Adds refcycle-facts-<target>, once; sets the variable to its facts files.
function(_refcycle_extract target out)
  if(TARGET refcycle-facts-${target})
    get_target_property(known refcycle-facts-${target} REFCYCLE_FACTS)
    set(${out} ${known} PARENT_SCOPE)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  get_target_property(directory ${target} SOURCE_DIR)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/refcycle/${target})
  set(flags ${folder}/flags.txt)
  _refcycle_write_flags(${target} ${flags})
  set(all_facts "")
  foreach(source IN LISTS sources)
    get_source_file_property(language ${source} TARGET_DIRECTORY ${target} LANGUAGE)
    if(NOT language STREQUAL "CXX" OR source MATCHES "\\$<")
      continue()
    endif()
    _refcycle_source_flags(${source} ${directory} own)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${directory} NORMALIZE OUTPUT_VARIABLE path)
    file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${path})
    string(REPLACE ".." "__" name ${name})
    set(facts ${folder}/${name}.facts)
    cmake_path(GET facts PARENT_PATH facts_folder)
    file(MAKE_DIRECTORY ${facts_folder})
    add_custom_command(OUTPUT ${facts}
      COMMAND refcycle::refcycle extract --quiet --project-root=${CMAKE_SOURCE_DIR}
        -o ${facts} --depfile=${facts}.d ${path} -- @${flags} ${own}
      DEPENDS ${path} ${flags} refcycle::refcycle
      DEPFILE ${facts}.d
      COMMENT "Extracting ownership facts of ${name}"
      VERBATIM)
    list(APPEND all_facts ${facts})
  endforeach()
  if(NOT all_facts)
    message(FATAL_ERROR "refcycle_add_check: ${target} has no C++ source")
  endif()
  add_custom_target(refcycle-facts-${target} DEPENDS ${all_facts})
  set_target_properties(refcycle-facts-${target} PROPERTIES REFCYCLE_FACTS "${all_facts}")
  # Headers that the build makes are there before they are read.
  add_dependencies(refcycle-facts-${target} ${target})
  set(${out} ${all_facts} PARENT_SCOPE)
endfunction()
