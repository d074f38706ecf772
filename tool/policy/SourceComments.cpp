// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/SourceComments.h"
#include "policy/CheckGlobs.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

static bool holds(const CommentedLines &Lines, const SourceRef &Loc) {
  return Loc.isValid() && Loc.File == Lines.File && Lines.Line <= Loc.Line &&
         Loc.Line <= Lines.LastLine;
}

static bool names(const CommentedLines &Lines, llvm::StringRef Check) {
  if (Lines.Check.empty())
    return true;
  llvm::Expected<CheckGlobs> Globs = CheckGlobs::create(Lines.Check);
  if (Globs)
    return Globs->matches(Check);
  // A comment is not a configuration: what it misspells, it does not say.
  llvm::consumeError(Globs.takeError());
  return false;
}

bool isSuppressed(const Finding &F, const std::vector<CommentedLines> &All) {
  return llvm::any_of(All, [&](const CommentedLines &Lines) {
    bool There =
        holds(Lines, F.Loc) || holds(Lines, F.ClosingStore) ||
        (F.Weaken < F.Cycle.size() && holds(Lines, F.Cycle[F.Weaken].Loc));
    return There && names(Lines, F.Check);
  });
}

} // namespace refcycle::analyzer
