// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a plan to facts: every translation unit in a worker process.

#ifndef REFCYCLE_CLI_EXTRACTION_H
#define REFCYCLE_CLI_EXTRACTION_H

#include "cli/Console.h"
#include "cli/Options.h"
#include "cli/Plan.h"
#include "config/Models.h"
#include "facts/TuFacts.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace refcycle::analyzer {

struct ExtractedUnit {
  TuFacts Facts;
  std::string Reproduce{}; ///< A shell command, if extraction ended badly.
};

/// Calls \p Take for every unit of the plan with its facts; for a unit that
/// gave none, with facts that say so. Unusable units come first, then those
/// that the cache knows, the others in the order of the plan. Returns false if
/// the user interrupted it; fails if there is no writing into the cache.
llvm::Expected<bool> extractAll(const Plan &P, const ModelTable &Models,
                                const Options &Opts, Console &Terminal,
                                llvm::function_ref<void(ExtractedUnit)> Take);

} // namespace refcycle::analyzer

#endif
