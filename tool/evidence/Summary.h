// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a call of a function does to the heap of its caller, in terms of the
// receiver, the arguments, globals, and what hangs from them.

#ifndef REFCYCLE_EVIDENCE_SUMMARY_H
#define REFCYCLE_EVIDENCE_SUMMARY_H

#include "evidence/Heap.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// What a register or an argument is: objects, or a place.
struct RegValue {
  bool IsPlace = false;
  NodeSet Nodes;
  llvm::SmallVector<Place, 1> Places;
  /// Of places: one of the elements there, whichever it is.
  bool OfElement = false;
  ElementKey Key; ///< Of what carries no object.
  bool WasLoaded = false;
  Place LoadedFrom; ///< If WasLoaded: the one place, for null tests.
};

/// A value that a function calls without knowing what it is. Resolved by a
/// caller that does.
struct PendingInvoke {
  NodeSet Callable;
  std::vector<RegValue> Args;
  FactLoc Loc;
  uint32_t Order = 0; ///< As HeapEdge::Order.
  /// Some slot may be emptied after the call.
  bool ClearsFollow = false;
  bool InLoop = false; ///< Any number of such calls.
  bool OnCopy = false; ///< Of a copy of it.
  /// Stands for what the call gives back; null if nobody uses it.
  NodeIndex Result = NullNode;
};

struct Summary {
  /// Compact: only what is referred to below; holders before placeholders.
  /// Index 0 is Null, 1 is the frame (unused).
  std::vector<HeapNode> Nodes;
  /// Slots whose content changed, with what they hold at the joined exits.
  std::vector<HeapState::Entry> Effects;
  /// Slots that were emptied in objects which the caller cannot name.
  std::vector<SlotKey> ClearedSomewhere;
  /// What it gives back; a reference to a slot is a node of that kind.
  NodeSet Returned;
  std::vector<PendingInvoke> Invokes;
  /// Objects handed to code that is not known.
  std::vector<HandOver> Escaped;
  bool MayReturn = true;  ///< False: every way throws or loops.
  bool Truncated = false; ///< Some effects were dropped.

  /// Functions that call each other take out any number of elements.
  void forgetNumbers() {
    for (auto &[At, Slot] : Effects)
      if (Slot.Taken)
        Slot.Taken = SlotState::AnyNumber;
  }
  /// Does the node stand for what the caller passes as this argument?
  bool isArgument(NodeIndex N, uint32_t Argument) const {
    const HeapNode *Node = &Nodes[N];
    if (Node->Kind == NodeKind::Placeholder &&
        Nodes[Node->From.Holder].Kind == NodeKind::Cell)
      Node = &Nodes[Node->From.Holder];
    return (Node->Kind == NodeKind::Param || Node->Kind == NodeKind::Cell) &&
           Node->Index == Argument;
  }
};

/// Places in the source, each with the call that leads to it.
struct TraceStep {
  FactLoc Loc;
  TraceId Inner = 0; ///< The store or call that Loc leads to; 0: none.
  unsigned Length = 1;
};

/// Call paths to stores, shared: equal paths have equal ids.
class TraceTable {
public:
  TraceTable() : Steps(1) {}
  /// Long paths keep their innermost steps.
  TraceId step(FactLoc Loc, TraceId Inner);
  const TraceStep &operator[](TraceId Id) const { return Steps[Id]; }
  /// The store itself.
  FactLoc storeOf(TraceId Id) const;
  /// Everything around the store, innermost first.
  std::vector<FactLoc> callsOf(TraceId Id) const;

private:
  std::vector<TraceStep> Steps;
  std::map<std::pair<FactLoc, TraceId>, TraceId> Ids;
};

} // namespace refcycle::analyzer

#endif
