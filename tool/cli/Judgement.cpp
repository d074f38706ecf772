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

Judgement judge(std::vector<Finding> All, const Scope &Where,
                const std::vector<CommentedLines> &Comments,
                const Baseline &Accepted, const Options &Opts) {
  Judgement Result;
  Result.Gone = Accepted.countGone(All);
  for (Finding &F : All) {
    if (!Where.covers(F) || isSuppressed(F, Comments))
      continue;
    F.Known = Accepted.knows(F);
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
