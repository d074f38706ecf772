// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The clang that this program is linked with: its version and its headers.

#ifndef REFCYCLE_EXTRACT_CLANGINSTALLATION_H
#define REFCYCLE_EXTRACT_CLANGINSTALLATION_H

#include <string>

namespace refcycle::analyzer {

/// Where the builtin headers (stddef.h ...) stand: beside this program if it
/// was installed with them, else where they were when it was built.
std::string resourceDirectory();

/// "clang 22.1.8", for `--version`.
std::string clangVersion();

} // namespace refcycle::analyzer

#endif
