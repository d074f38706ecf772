// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files that we write for the user.

#ifndef REFCYCLE_CLI_OUTPUTFILE_H
#define REFCYCLE_CLI_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace refcycle::analyzer {

/// Calls \p Write with a file that appears in one step, so that nobody reads
/// half of it: what stood there stays if anything fails, such as a full disk.
/// Permissions stay, links are followed; devices and pipes are written to as they are.
llvm::Error writeFile(const std::string &File,
                      llvm::function_ref<void(llvm::raw_ostream &)> Write);

/// Fails if writeFile() would fail for the name alone. Asked before the work
/// of an hour, which could not be kept.
llvm::Error checkWritable(const std::string &File);

} // namespace refcycle::analyzer

#endif
