// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program: the stages in order. Errors come up to here as values and are
// printed once.

#ifndef REFCYCLE_CLI_DRIVER_H
#define REFCYCLE_CLI_DRIVER_H

#include "cli/ExitCode.h"
#include "llvm/ADT/ArrayRef.h"

namespace refcycle::analyzer {

/// Does what the words after the program's name say. The report goes to
/// standard output or the file asked for, everything else to standard error.
ExitCode runRefcycle(llvm::ArrayRef<const char *> Words);

} // namespace refcycle::analyzer

#endif
