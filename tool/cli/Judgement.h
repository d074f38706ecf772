// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From every finding to those that the user asked for, and to what the exit
// status says about them.

#ifndef REFCYCLE_CLI_JUDGEMENT_H
#define REFCYCLE_CLI_JUDGEMENT_H

#include "cli/DiffBase.h"
#include "cli/Options.h"
#include "findings/Finding.h"
#include "policy/Baseline.h"
#include "policy/Scope.h"
#include "policy/SourceComments.h"
#include "policy/Suppressions.h"
#include <vector>

namespace refcycle::analyzer {

/// What narrows the findings of a run down to those to report.
struct Policy {
  Scope Where;
  std::vector<CommentedLines> Comments;
  Suppressions Accepted;
  Baseline Old;
  std::optional<DiffBase> Base{};
};

struct Judgement {
  std::vector<Finding> Shown; ///< At or above --min-confidence.
  /// The same, but accepted by a comment or a rule.
  std::vector<SuppressedFinding> Suppressed;
  unsigned Weaker = 0; ///< In scope, but below it.
  unsigned Known = 0;  ///< Of Shown, those in the baseline or diff base.
  unsigned Gone = 0;   ///< In one of them, but not in All.
  bool Fails = false;  ///< One in scope is at or above --fail-on.
};

/// Keeps the order of \p All. Findings in the baseline never fail a run. Notes
/// in \p Rules which suppressions were of use.
Judgement judge(std::vector<Finding> All, Policy &Rules, const Options &Opts);

} // namespace refcycle::analyzer

#endif
