// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The replay of one summary at one call: the callee's objects become the
// caller's, its stores and clears happen on the caller's heap.

#ifndef REFCYCLE_EVIDENCE_INSTANTIATION_H
#define REFCYCLE_EVIDENCE_INSTANTIATION_H

#include "evidence/BodyWalk.h"
#include "llvm/ADT/DenseMap.h"

namespace refcycle::analyzer {

/// Lives for one call.
class Instantiation {
public:
  Instantiation(BodyWalk &W, const CallSite &Site, const Summary &S)
      : W(W), Site(Site), S(S) {}

  /// Changes the caller's heap; adds what the callee returns to \p Result.
  void run(NodeSet &Result);

private:
  NodeSet map(const HeapNode &N);
  NodeIndex alloc(const HeapNode &N);
  ElementKey mapKey(ElementKey Key) const;
  bool isElement(Place P) const;
  NodeSet mapSet(const NodeSet &Set) const;
  llvm::SmallVector<Place, 1> placesOf(Place P) const;
  bool isPromisedBack(NodeIndex N) const;
  void replay(const HeapState::Entry &E);
  void replayEdge(Place To, const HeapEdge &E, ChoiceId Holder, bool Single);
  /// A choice of the callee is another one at every call.
  ChoiceId renew(ChoiceId OfCallee);
  Way mapWay(Way Of) const;
  bool isTakenOut(const PendingInvoke &I) const;
  bool isOfOneKind(const NodeSet &Called) const;
  std::vector<HeapEdge> postedTo(const PendingInvoke &I) const;
  void invokePosted(const PendingInvoke &I, NodeSet Called);
  NodeSet call(const PendingInvoke &I, const NodeSet &Callables);
  void replace(NodeIndex Unknown, const NodeSet &Made, NodeSet &Result);
  void put(Place To, HeapEdge E, const NodeSet &Targets);
  bool storesNothing(const Field *To, const SlotState &Slot) const;
  void doubtStoresSince(uint32_t Order, const NodeSet &Called);
  const RegValue *arg(uint32_t Index) const {
    return Index < Site.Args.size() ? &Site.Args[Index] : nullptr;
  }

  BodyWalk &W;
  const CallSite &Site;
  const Summary &S;
  llvm::DenseMap<ChoiceId, ChoiceId> Renewed;
  std::vector<NodeSet> Map; ///< From the callee's nodes to the caller's.
};

} // namespace refcycle::analyzer

#endif
