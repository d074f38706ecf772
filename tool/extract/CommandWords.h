// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words of a compiler call before anybody knows what the options mean:
// response files, launchers in front of the compiler, the compiler's name.

#ifndef REFCYCLE_EXTRACT_COMMANDWORDS_H
#define REFCYCLE_EXTRACT_COMMANDWORDS_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Replaces each `@file` by the words of that file; relative names stand in
/// \p Directory. Files that are missing and module maps of CMake (`.modmap`,
/// which name modules built by another compiler) are moved to \p Dropped.
void expandResponseFiles(std::vector<std::string> &Words,
                         llvm::StringRef Directory,
                         std::vector<std::string> &Dropped);

/// Takes away what stands in front of the compiler: ccache, distcc, `env X=1`,
/// `cmake -E env`, `libtool --mode=compile`. Leaves at least one word.
void stripLaunchers(std::vector<std::string> &Words);

/// What a compiler's file name says about it.
struct CompilerName {
  bool IsCxx = false;  ///< Takes `.c` files as C++ (`g++`, `clang++-22`).
  bool IsMsvc = false; ///< Wants the options of `cl`.
  bool IsNvcc = false;
  std::string Target; ///< `aarch64-linux-gnu` of `aarch64-linux-gnu-g++-12`.
};

CompilerName readCompilerName(llvm::StringRef Program);

} // namespace refcycle::analyzer

#endif
