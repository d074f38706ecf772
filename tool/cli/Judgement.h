// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From every finding to those that the user asked for, and to what the exit
// status says about them.

#ifndef REFCYCLE_CLI_JUDGEMENT_H
#define REFCYCLE_CLI_JUDGEMENT_H

#include "cli/Options.h"
#include "findings/Finding.h"
#include "policy/Baseline.h"
#include "policy/Scope.h"
#include "policy/SourceComments.h"
#include <vector>

namespace refcycle::analyzer {

struct Judgement {
  std::vector<Finding> Shown; ///< At or above --min-confidence.
  unsigned Weaker = 0;        ///< In scope, but below it.
  unsigned Known = 0;         ///< Of Shown, those in the baseline.
  unsigned Gone = 0;          ///< In the baseline, but not in All.
  bool Fails = false;         ///< One in scope is at or above --fail-on.
};

/// Keeps the order of \p All. Findings in the baseline never fail a run.
Judgement judge(std::vector<Finding> All, const Scope &Where,
                const std::vector<CommentedLines> &Comments,
                const Baseline &Accepted, const Options &Opts);

} // namespace refcycle::analyzer

#endif
