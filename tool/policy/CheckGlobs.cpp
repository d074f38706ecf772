// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/CheckGlobs.h"
#include "llvm/ADT/SmallVector.h"

namespace refcycle::analyzer {

llvm::Expected<CheckGlobs> CheckGlobs::create(llvm::StringRef List) {
  CheckGlobs Result;
  llvm::SmallVector<llvm::StringRef, 8> Words;
  List.split(Words, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Word : Words) {
    Word = Word.trim();
    bool Excludes = Word.consume_front("-");
    auto Glob = llvm::GlobPattern::create(Word);
    if (!Glob)
      return llvm::createStringError("checks '" + Word +
                                     "': " + llvm::toString(Glob.takeError()));
    Result.Items.push_back({std::move(*Glob), !Excludes});
  }
  return Result;
}

bool CheckGlobs::matches(llvm::StringRef Check) const {
  bool Selected = false;
  for (const Item &I : Items)
    if (I.Glob.match(Check))
      Selected = I.Selects;
  return Selected;
}

} // namespace refcycle::analyzer
