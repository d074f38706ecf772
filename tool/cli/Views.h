// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands that show what a run knows instead of what it finds.

#ifndef REFCYCLE_CLI_VIEWS_H
#define REFCYCLE_CLI_VIEWS_H

#include "cli/Options.h"
#include "evidence/Evidence.h"
#include "facts/LinkedProgram.h"
#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// The part of \p Whole that --type and --depth ask for. Fails if no class has
/// that name, with the nearest one.
llvm::Expected<OwnershipGraph> chooseGraph(const OwnershipGraph &Whole,
                                           const Options &Opts);

/// Numbers about the program and the findings, one per line.
void printStats(const LinkedProgram &Program, const Evidence &Seen,
                const std::vector<Finding> &All, const Report &Units,
                llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
