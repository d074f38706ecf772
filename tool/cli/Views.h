// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands that show what a run knows instead of what it finds.

#ifndef REFCYCLE_CLI_VIEWS_H
#define REFCYCLE_CLI_VIEWS_H

#include "cli/Options.h"
#include "config/Models.h"
#include "evidence/Evidence.h"
#include "facts/LinkedProgram.h"
#include "facts/TuFacts.h"
#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

namespace refcycle::analyzer {

/// The part of \p Whole that --type and --depth ask for. Fails if no class has
/// that name, with the nearest one.
llvm::Expected<OwnershipGraph> chooseGraph(const OwnershipGraph &Whole,
                                           const Options &Opts);

/// What the configuration says of a class, or what its structure says, in the
/// words of \p Verdicts. Returns false if neither says anything.
bool printHandle(llvm::StringRef Name, const ModelTable &Models,
                 const std::set<HandleVerdict> &Verdicts,
                 llvm::raw_ostream &OS);

/// Numbers about the program and the findings, one per line.
void printStats(const LinkedProgram &Program, const Evidence &Seen,
                const std::vector<Finding> &All, const Report &Units,
                llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
