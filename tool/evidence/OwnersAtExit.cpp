// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reachability over owning edges, with one edge left out.

#include "evidence/OwnersAtExit.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

OwnersAtExit::OwnersAtExit(const BodyWalk &W, const WalkExit &Exit,
                           const HeapState &State)
    : W(W), Throws(Exit.Throws), Out(W.nodes().size()) {
  addArcs(State);
  addRoots(Exit, State);
}

/// What a slot held on entry, and still may hold, is an edge as well.
void OwnersAtExit::addArcs(const HeapState &State) {
  const HeapNodes &Nodes = W.nodes();
  for (const auto &[At, S] : State.entries())
    if (At.Holder != Nodes.frame())
      for (const HeapEdge &E : S.Edges)
        if (!E.isEmpty() && owns(E.Kind))
          Out[At.Holder].push_back({E.Target, At.Slot});
  for (NodeIndex N = 0; N != Nodes.size(); ++N) {
    if (Nodes[N].Kind != NodeKind::Placeholder)
      continue;
    const Place &From = Nodes[N].From;
    const SlotState *S = State.find(From);
    bool Stayed =
        !S || S->Old == OldContent::Kept || S->Old == OldContent::MaybeKilled;
    if (From.Slot == SlotKey::element() || (Stayed && owns(W.impliedHold(N))))
      Out[From.Holder].push_back({N, From.Slot});
  }
}

void OwnersAtExit::addRoots(const WalkExit &Exit, const HeapState &State) {
  const HeapNodes &Nodes = W.nodes();
  for (NodeIndex N = 0; N != Nodes.size(); ++N) {
    bool IsLoaded =
        Nodes[N].Kind == NodeKind::Placeholder &&
        (Nodes[N].From.Slot == SlotKey::element() || owns(W.impliedHold(N)));
    if (N != NullNode && N != Nodes.frame() && !W.isFresh(N) && !IsLoaded)
      Outside.push_back(N);
  }
  llvm::append_range(Outside, Exit.Returned);
  llvm::append_range(Escaped, Exit.Escaped);
  // A variable that was emptied since did own it; one that was moved from has
  // handed it on.
  for (const auto &[At, S] : State.entries())
    if (At.Holder == Nodes.frame())
      for (const HeapEdge &E : S.Edges)
        if (E.Target != NullNode && owns(E.Kind) &&
            (!E.Gone || S.How != ClearKind::MoveOut))
          Variables.push_back(E.Target);
}

std::vector<bool> OwnersAtExit::reachFrom(const std::vector<NodeIndex> &Roots,
                                          const CycleArc *Without) const {
  std::vector<bool> Marked(Out.size());
  std::vector<NodeIndex> Work;
  auto Mark = [&](NodeIndex N) {
    if (N == NullNode || N >= Marked.size() || Marked[N])
      return;
    Marked[N] = true;
    Work.push_back(N);
  };
  llvm::for_each(Roots, Mark);
  while (!Work.empty()) {
    NodeIndex From = Work.back();
    Work.pop_back();
    for (const Arc &A : Out[From])
      if (!Without || From != Without->From || A.Slot != Without->Slot ||
          A.To != Without->To)
        Mark(A.To);
  }
  return Marked;
}

SeenOwner OwnersAtExit::ofTarget(const CycleArc &Hop, bool IsLocal) const {
  const HeapNode &Target = W.nodes()[Hop.To];
  if (Target.Kind == NodeKind::This)
    return SeenOwner::Object;
  if (Target.Kind == NodeKind::Opaque)
    return SeenOwner::Unseen;
  if (reachFrom(Outside, &Hop)[Hop.To] || reachFrom(Escaped, &Hop)[Hop.To])
    return SeenOwner::Outside;
  // A variable ends before what the caller has.
  if (IsLocal && reachFrom(Variables, &Hop)[Hop.To])
    return SeenOwner::Variable;
  // A throw takes away what the function was about to return.
  return Hop.Stored && !Throws ? SeenOwner::None : SeenOwner::Unseen;
}

/// What was handed to unknown code only is taken for local: such code seldom
/// keeps it.
CycleOwners OwnersAtExit::of(const HeapCycle &Cycle) const {
  std::vector<bool> Known = reachFrom(Outside, nullptr);
  CycleOwners Owners;
  Owners.IsLocal =
      llvm::none_of(Cycle, [&](const CycleArc &A) { return Known[A.From]; });
  for (const CycleArc &A : Cycle)
    Owners.OfHops.push_back(ofTarget(A, Owners.IsLocal));
  return Owners;
}

} // namespace refcycle::analyzer
