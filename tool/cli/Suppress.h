// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command that accepts one finding.

#ifndef REFCYCLE_CLI_SUPPRESS_H
#define REFCYCLE_CLI_SUPPRESS_H

#include "cli/Options.h"
#include "llvm/Support/Error.h"
#include <string>

namespace refcycle::analyzer {

/// Adds a rule for the finding Opts.Subject to the suppressions file in force;
/// without one, makes one in \p ProjectRoot. What stands in it stays as it is.
/// Returns the file.
llvm::Expected<std::string> addSuppression(const Options &Opts,
                                           llvm::StringRef ProjectRoot);

} // namespace refcycle::analyzer

#endif
