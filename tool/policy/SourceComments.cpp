// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/SourceComments.h"
#include "policy/CheckGlobs.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

bool standsIn(const Finding &F, const SourceLines &Lines) {
  return Lines.hold(F.Loc) || Lines.hold(F.ClosingStore) ||
         (F.Weaken < F.Cycle.size() && Lines.hold(F.Cycle[F.Weaken].Loc));
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
    return standsIn(F, Lines.Where) && names(Lines, F.Check);
  });
}

} // namespace refcycle::analyzer
