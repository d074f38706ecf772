// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program consists of when it starts.

#ifndef REFCYCLE_VERIFY_LOADEDMODULES_H
#define REFCYCLE_VERIFY_LOADEDMODULES_H

#include <string>
#include <vector>

namespace refcycle::analyzer {

/// The file of \p Program and of each shared library that the dynamic linker
/// loads with it, all links followed. Asks the dynamic linker, which prints
/// them and runs nothing of the program; one that is not known to do so is not
/// asked, and the program stands alone. Empty if there is no such program.
/// Libraries that it opens itself (dlopen) are not among them.
/// Cost: starts a process that ends at once.
std::vector<std::string> loadedModules(const std::string &Program);

} // namespace refcycle::analyzer

#endif
