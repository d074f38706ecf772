// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Would an object live on if one slot that owns it did not? The question before
// an owner is made weak: without another owner the object would be gone at
// once. The answer is yes only if every store of the program into the slot is
// seen to take its value from an owner that stays longer than the slot's
// holder; docs/fixes.md states the rules in terms of C++.

#ifndef REFCYCLE_EVIDENCE_OTHEROWNER_H
#define REFCYCLE_EVIDENCE_OTHEROWNER_H

#include "evidence/ProgramIndex.h"
#include "evidence/StoreTable.h"
#include "llvm/ADT/DenseMap.h"
#include <map>
#include <set>
#include <string>

namespace refcycle::analyzer {

/// One cycle of classes, seen from the slot that is to become weak.
struct WeakenedCycle {
  RecordId Holder; ///< Of the weak slot.
  SlotKey Weak;
  RecordId Target; ///< What the weak slot refers to.
  /// The other hops, from Target back to Holder: their classes and slots.
  std::vector<std::pair<RecordId, SlotKey>> WayBack;
};

class OwnerIndex;

/// Answers for one program. Indexes it at the first question.
class OtherOwner {
public:
  OtherOwner(const ProgramIndex &Index, const StoreTable &Stores);
  ~OtherOwner();

  struct Answer {
    std::string Doubt;          ///< Empty: another owner is certain.
    std::set<SlotKey> Relies{}; ///< The slots that are such owners.
  };
  /// Cost: linear in the stores into the slot, their callers, and the records.
  Answer ask(const WeakenedCycle &Cycle);

private:
  const ProgramIndex &Index;
  const StoreTable &Stores;
  std::unique_ptr<OwnerIndex> Sites;
};

} // namespace refcycle::analyzer

#endif
