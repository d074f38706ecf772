// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who else owns the objects of a cycle where the cycle is seen. Advice needs
// it: made weak, the only owner of an object ends it. OtherOwner proves the
// same for a fix, over all stores of the program; this is one heap at one exit.

#ifndef REFCYCLE_EVIDENCE_OWNERSATEXIT_H
#define REFCYCLE_EVIDENCE_OWNERSATEXIT_H

#include "evidence/Evidence.h"
#include "evidence/HeapCycles.h"

namespace refcycle::analyzer {

/// For each hop of a cycle: who would own its target if the hop did not.
struct CycleOwners {
  std::vector<SeenOwner> OfHops;
  /// Nothing that goes on after the function leads to the cycle. Callers of the
  /// function see no more of it than garbage.
  bool IsLocal = false;
};

class OwnersAtExit {
public:
  /// \p State: that of \p Exit, or what becomes of it later.
  OwnersAtExit(const BodyWalk &W, const WalkExit &Exit, const HeapState &State);

  /// Cost: one search of the heap for each hop, at most two.
  CycleOwners of(const HeapCycle &Cycle) const;

private:
  struct Arc {
    NodeIndex To;
    SlotKey Slot;
  };
  void addArcs(const HeapState &State);
  void addRoots(const WalkExit &Exit, const HeapState &State);
  std::vector<bool> reachFrom(const std::vector<NodeIndex> &Roots,
                              const CycleArc *Without) const;
  SeenOwner ofTarget(const CycleArc &Hop, bool IsLocal) const;

  const BodyWalk &W;
  bool Throws;
  std::vector<std::vector<Arc>> Out; ///< Owning only, by holder.
  std::vector<NodeIndex> Outside;    ///< What the callers and globals have.
  std::vector<NodeIndex> Escaped;    ///< What unknown code may have.
  std::vector<NodeIndex> Variables;  ///< What the function's variables own.
};

} // namespace refcycle::analyzer

#endif
