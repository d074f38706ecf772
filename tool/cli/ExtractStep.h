// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One source to one facts file, as a step of somebody's build.

#ifndef REFCYCLE_CLI_EXTRACTSTEP_H
#define REFCYCLE_CLI_EXTRACTSTEP_H

#include "cli/Console.h"
#include "cli/ExitCode.h"
#include "cli/Options.h"

namespace refcycle::analyzer {

/// A facts file is an output of the build: it is there if and only if it says
/// something about the unit. With --depfile, so is the list of what was read.
ExitCode extractStep(const Options &Opts, Console &Terminal);

} // namespace refcycle::analyzer

#endif
