// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Judgement.h"

namespace refcycle::analyzer {

static bool fails(Confidence Level, const Options &Opts) {
  switch (Opts.Fail) {
  case FailOn::Never:
    return false;
  case FailOn::Shown:
  case FailOn::New: // Without a baseline, all are new.
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
                const Options &Opts) {
  Judgement Result;
  for (Finding &F : All) {
    if (!Where.covers(F) || isSuppressed(F, Comments))
      continue;
    Result.Fails |= fails(F.Level, Opts);
    if (F.Level >= Opts.MinConfidence)
      Result.Shown.push_back(std::move(F));
    else
      ++Result.Weaker;
  }
  return Result;
}

} // namespace refcycle::analyzer
