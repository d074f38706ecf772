// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles of stored edges that no walk was seen to build. The closing-store rule
// makes most of them harmless: without a late store there is no cycle.

#ifndef REFCYCLE_EVIDENCE_SUSPECTS_H
#define REFCYCLE_EVIDENCE_SUSPECTS_H

#include "evidence/StoreTable.h"
#include "evidence/WitnessBook.h"

namespace refcycle::analyzer {

/// A cycle of classes whose hops are all stored, one of them late.
struct RawSuspect {
  std::vector<RawHop> Hops;                ///< Stores: not filled in.
  std::vector<const StorePlaces *> Places; ///< By hop; null for a part.
  unsigned ClosingHop = 0;
};

struct RawSuspects {
  std::vector<RawSuspect> Late; ///< One per component.
  /// Components without a late store: the classes of each.
  std::vector<std::vector<RecordId>> Discharged;
};

/// Searches the graph of \p Stores and of by-value parts, without the hops in
/// \p Witnessed. Cost: linear in the stores and the hierarchy.
RawSuspects findSuspects(const ProgramIndex &Index, const StoreTable &Stores,
                         const std::vector<RawHop> &Witnessed);

} // namespace refcycle::analyzer

#endif
