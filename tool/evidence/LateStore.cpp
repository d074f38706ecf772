// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The closing-store rule: which stores can complete a cycle. When one becomes
// complete, one store was last, and at that moment its left object was already
// referred to and its right one already referred on. So a store into an object
// that nobody knows, of an object that holds nothing, or of something that was
// reached from the left object, is not the one; every other store is late.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

/// May somebody know \p N, or may it hold something, that no slot here shows?
bool BodyWalk::isHidden(NodeIndex N) const {
  return llvm::is_contained(Escaped, N) || llvm::is_contained(Doubtful, N);
}

/// The new object \p Whole, or a part of it? Parts have higher numbers.
bool BodyWalk::isWithin(NodeIndex N, NodeIndex Whole) const {
  return N >= Whole && freshRoot(N) == Whole;
}

/// Does any slot refer to the new object \p Whole or to a part of it?
bool BodyWalk::isReferred(NodeIndex Whole) const {
  for (const auto &[At, S] : State.entries())
    if (At.Holder != Nodes.frame())
      for (const HeapEdge &E : S.Edges)
        if (!E.isEmpty() && isWithin(E.Target, Whole))
          return true;
  return llvm::any_of(Escaped,
                      [&](NodeIndex N) { return isWithin(N, Whole); }) ||
         isHidden(Whole);
}

/// Do the new object \p Whole and its parts hold nothing?
bool BodyWalk::isUnlinked(NodeIndex Whole) const {
  for (const auto &[At, S] : State.entries())
    if (At.Slot.isField() && isWithin(At.Holder, Whole))
      for (const HeapEdge &E : S.Edges)
        if (!E.isEmpty() && owns(E.Kind) &&
            (E.Target == Whole || !isWithin(E.Target, Whole) ||
             Nodes[E.Target].Kind == NodeKind::Alloc))
          return false;
  return llvm::none_of(Escaped,
                       [&](NodeIndex N) { return isWithin(N, Whole); }) &&
         !isHidden(Whole);
}

/// Was \p To loaded from \p From over owning slots that still hold it?
bool BodyWalk::leadsTo(NodeIndex From, NodeIndex To) const {
  while (Nodes[To].Kind == NodeKind::Placeholder && owns(impliedHold(To))) {
    const SlotState *S = State.find(Nodes[To].From);
    bool Intact = !S || S->Old == OldContent::Kept;
    if (!Intact || To >= LoadedIn.size() || LoadedIn[To] != Epoch)
      return false;
    To = Nodes[To].From.Holder;
    if (To == From)
      return true;
  }
  return false;
}

/// Was everything that \p Rec and its bases let \p N own emptied here, and
/// does what it holds now hang from \p From?
bool BodyWalk::slotsLeadFrom(NodeIndex From, NodeIndex N, RecordId Rec) const {
  std::vector<RecordId> All = Index.basesOf(Rec);
  All.push_back(Rec);
  for (RecordId Declaring : All)
    for (uint32_t I = 0; I != Index[Declaring].Fields.size(); ++I) {
      const Field &Fd = Index[Declaring].Fields[I];
      bool Owns = Fd.Leaves.empty() ||
                  llvm::any_of(Fd.Leaves, [](auto &L) { return owns(L.Kind); });
      const SlotState *S = State.find({N, {Declaring, I}});
      if (!Owns || (!S && isEmptyOnEntry({N, {Declaring, I}})))
        continue;
      if (!S || (S->Old != OldContent::Killed &&
                 !isEmptyOnEntry({N, {Declaring, I}})))
        return false;
      for (const HeapEdge &E : S->Edges)
        if (!E.isEmpty() && owns(E.Kind) && !leadsTo(From, E.Target))
          return false;
    }
  return true;
}

/// Does \p N own only what hung from \p From already? Its class must be known
/// exactly: a derived one may own more.
bool BodyWalk::isSpliced(NodeIndex From, NodeIndex N) const {
  RecordId Rec = Nodes[N].Rec;
  bool Exact = Nodes[N].Kind == NodeKind::Alloc ||
               (Rec && Index.derivedFrom(Rec).empty());
  return Exact && Rec && !isHidden(N) &&
         !Index[Rec].has(RecordFlag::Incomplete) && slotsLeadFrom(From, N, Rec);
}

/// A store closes a cycle only if its left object is already referred to and
/// its right one already refers on; see analyzer.md 4. Called before the store.
LateVerdict BodyWalk::judgeStore(Place To, const NodeSet &Values) const {
  LateVerdict V;
  NodeIndex Root = freshRoot(To.Holder);
  bool FreshHolder = Root != NullNode && !isReferred(Root);
  for (NodeIndex N : Values) {
    if (N == NullNode)
      continue;
    if (N == To.Holder || (Root != NullNode && freshRoot(N) == Root)) {
      V.Late = true;
    } else if (FreshHolder) {
      V.Holder = Root;
    } else if (Nodes[N].Kind == NodeKind::Alloc && isUnlinked(N)) {
      insertInto(V.Targets, N);
    } else if (!leadsTo(To.Holder, N) && !isSpliced(To.Holder, N)) {
      V.Late = true;
    }
  }
  return V;
}

void BodyWalk::logStore(Place To, NodeIndex Target, const HeapEdge &E,
                        const LateVerdict &Verdict) {
  if (Target != NullNode && owns(E.Kind) && fieldOf(To))
    Stores.push_back({To, Target, E.Kind, E.Trace, E.Late, Verdict});
}

/// The body of a loop is walked once; what its stores took for granted of older
/// objects must be so after it too.
void BodyWalk::judgeAgain(size_t FirstStore, NodeIndex FirstNode) {
  if (!State.Reachable)
    return;
  for (size_t I = FirstStore; I < Stores.size(); ++I) {
    LoggedStore &S = Stores[I];
    const LateVerdict &V = S.Verdict;
    bool HolderKnown =
        V.Holder != NullNode && V.Holder < FirstNode && isReferred(V.Holder);
    bool TargetLinked = llvm::any_of(V.Targets, [&](NodeIndex N) {
      return N < FirstNode && !isUnlinked(N);
    });
    if (S.Late || (!HolderKnown && !TargetLinked))
      continue;
    S.Late = true;
    Revised.push_back(S.Trace);
  }
}

/// Callers see the verdicts as they are after the last loop.
void BodyWalk::markRevised() {
  if (Revised.empty())
    return;
  llvm::sort(Revised);
  for (WalkExit &Exit : Exits)
    Exit.State.markLate(Revised);
}

} // namespace refcycle::analyzer
