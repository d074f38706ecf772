// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles of objects in one state of a symbolic heap, and whether they are
// garbage there.

#ifndef REFCYCLE_EVIDENCE_HEAPCYCLES_H
#define REFCYCLE_EVIDENCE_HEAPCYCLES_H

#include "evidence/BodyWalk.h"

namespace refcycle::analyzer {

/// One object keeps another alive.
struct CycleArc {
  NodeIndex From = NullNode;
  SlotKey Slot;
  NodeIndex To = NullNode;
  Hold Kind = Hold::Raw;
  bool Stored = false; ///< Here or in a callee; else it was loaded that way.
  HeapEdge Edge;       ///< If Stored.
  bool MaybeCleared = false;
  ChoiceId Spared = 0; ///< See HeapEdge.
};

using HeapCycle = std::vector<CycleArc>;

/// The shortest cycle through each store of \p State, if there is one that one
/// run can build and that a count keeps up. Each cycle once.
std::vector<HeapCycle> findHeapCycles(const BodyWalk &W,
                                      const HeapState &State);

/// Whether a cycle is garbage at an exit, and if it is so on some ways only,
/// one of them.
struct LeakVerdict {
  bool Leaks = false;
  Way Missed;
  /// More elements were put into a container than were taken out.
  bool Outnumbered = false;
};

/// Is \p Cycle garbage at \p Exit: nobody who goes on has a pointer to its
/// objects, and no destructor that runs at the exit takes a hop away?
/// \p W is changed by the destructors that are tried.
LeakVerdict leaksAtExit(BodyWalk &W, const WalkExit &Exit,
                        const HeapCycle &Cycle);

} // namespace refcycle::analyzer

#endif
