// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The edits that make one hop of a cycle weak, or why there are none. Joins
// what extraction says of the text with what the program says of owners.

#ifndef REFCYCLE_EVIDENCE_WEAKENINGS_H
#define REFCYCLE_EVIDENCE_WEAKENINGS_H

#include "base/SourceEdit.h"
#include "evidence/OtherOwner.h"

namespace refcycle::analyzer {

class Weakenings {
public:
  Weakenings(const ProgramIndex &Index, const StoreTable &Stores);

  /// None for a slot of a kind that no fix is made for. Cost: that of
  /// OtherOwner::ask(), if the text allows the fix.
  std::optional<Weakening> of(const WeakenedCycle &Cycle);

private:
  void addEdits(llvm::ArrayRef<const RewriteFact *> Facts, Weakening &W) const;
  std::string nameOf(SlotKey Slot) const;
  const std::vector<bool> &endingFunctions();

  const ProgramIndex &Index;
  OtherOwner Owners;
  std::map<SlotKey, std::vector<const RewriteFact *>> Facts;
  std::map<StringId, std::vector<uint64_t>> Contents;
  /// Functions that run while an object ends; empty: not computed yet.
  std::vector<bool> Ending;
};

} // namespace refcycle::analyzer

#endif
