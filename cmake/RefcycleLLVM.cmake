# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Finds LLVM and Clang of the one major version we support, and offers them as
#   refcycle_llvm    llvm/ADT, llvm/Support: what tool/base stands on
#   refcycle_clang   clang/ as well: for tool/extract only

set(REFCYCLE_LLVM_MAJOR 22)

# No version in this call: LLVM's version file accepts only the same major and
# minor. Several LLVMs may be installed, so the hint names the folder of ours.
find_package(Clang REQUIRED CONFIG
  HINTS ${LLVM_DIR}/../clang /usr/lib/llvm-${REFCYCLE_LLVM_MAJOR}/lib/cmake/clang)
if(NOT LLVM_VERSION_MAJOR EQUAL REFCYCLE_LLVM_MAJOR)
  message(FATAL_ERROR
    "refcycle needs LLVM ${REFCYCLE_LLVM_MAJOR}, found ${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}; "
    "set -DClang_DIR to lib/cmake/clang of the right one")
endif()
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION}: ${LLVM_DIR}")

separate_arguments(llvm_definitions UNIX_COMMAND "${LLVM_DEFINITIONS}")

# -idirafter, not -I or -isystem: libc++abi's development package puts a
# cxxabi.h into LLVM's include folder, which must not hide the compiler's own.
add_library(refcycle_llvm INTERFACE)
target_compile_options(refcycle_llvm INTERFACE
  "SHELL:-idirafter ${LLVM_INCLUDE_DIRS}"
  ${llvm_definitions}
  $<$<NOT:$<BOOL:${LLVM_ENABLE_RTTI}>>:-fno-rtti>)
target_link_libraries(refcycle_llvm INTERFACE LLVM)

# The shared library by its imported target: Debian ships no libclang-cpp.so
# for -lclang-cpp, and the static libraries beside it would register twice.
# The resource directory holds stddef.h and friends of the clang we link.
add_library(refcycle_clang INTERFACE)
target_link_libraries(refcycle_clang INTERFACE refcycle_llvm clang-cpp)
target_compile_definitions(refcycle_clang INTERFACE
  REFCYCLE_CLANG_RESOURCE_DIR="${LLVM_LIBRARY_DIR}/clang/${LLVM_VERSION_MAJOR}")
