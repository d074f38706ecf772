// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Judgement.h"

namespace refcycle::analyzer {

static bool fails(Confidence Level, const Options &Opts) {
  switch (Opts.Fail) {
  case FailOn::Never:
    return false;
  case FailOn::Shown:
  case FailOn::New: // The same: known ones are not asked about.
    return Level >= Opts.MinConfidence;
  case FailOn::Possible:
    return Level >= Confidence::Possible;
  case FailOn::Probable:
    return Level >= Confidence::Probable;
  case FailOn::Definite:
    return Level >= Confidence::Definite;
  }
  return true;
}

/// Nothing: nobody accepted it.
static std::optional<SuppressedFinding> suppressedBy(Policy &Rules,
                                                     const Finding &F) {
  // Asked always, so that the rule counts as used.
  const SuppressionRule *Rule = Rules.Accepted.find(F);
  if (!Rule && isSuppressed(F, Rules.Comments))
    return SuppressedFinding{F, /*InSource=*/true, ""};
  if (Rule)
    return SuppressedFinding{F, Rule->InSource, Rule->Reason};
  return std::nullopt;
}

Judgement judge(std::vector<Finding> All, Policy &Rules, const Options &Opts) {
  Judgement Result;
  Result.Gone = Rules.Old.countGone(All);
  if (Rules.Base)
    Result.Gone += Rules.Base->countGone(All);
  for (Finding &F : All) {
    if (!Rules.Where.covers(F))
      continue;
    if (auto Accepted = suppressedBy(Rules, F)) {
      if (F.Level >= Opts.MinConfidence)
        Result.Suppressed.push_back(std::move(*Accepted));
      continue;
    }
    F.Known = Rules.Old.knows(F) || (Rules.Base && Rules.Base->knows(F));
    Result.Fails |= !F.Known && fails(F.Level, Opts);
    if (F.Level < Opts.MinConfidence) {
      ++Result.Weaker;
      continue;
    }
    Result.Known += F.Known;
    Result.Shown.push_back(std::move(F));
  }
  return Result;
}

} // namespace refcycle::analyzer
