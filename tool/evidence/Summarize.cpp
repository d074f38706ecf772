// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the exits of a walk to a summary: the effects that a caller can see,
// renumbered so that nothing else is kept.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <set>
#include <tuple>

namespace refcycle::analyzer {

// A function with more visible stores than this is generated code.
static constexpr size_t MaxEffects = 256;
static constexpr size_t MaxReturned = 64;

namespace {

class Summarizer {
public:
  Summarizer(const BodyWalk &W, HeapState Exit, Summary &S)
      : Nodes(W.nodes()), Exit(std::move(Exit)), S(S),
        Visible(W.nodes().size()), Kept(W.nodes().size()) {}

  void show(const NodeSet &Set) {
    for (NodeIndex N : Set)
      Visible[N] = true;
  }
  void findVisible();
  std::vector<HandOver> seenHandOvers(const NodeSet &Escaped) const;
  void uniteResults(NodeSet &Returned) const;
  void keepEffects();
  void renumber();

private:
  bool isRoot(NodeIndex N) const;
  bool isVisible(NodeIndex N) const;
  void keep(NodeIndex N);
  void keep(const NodeSet &Set) {
    for (NodeIndex N : Set)
      keep(N);
  }
  void place(NodeSet &Set) const;

  const HeapNodes &Nodes;
  HeapState Exit;
  Summary &S;
  std::vector<bool> Visible;
  std::vector<bool> Kept;
  std::vector<NodeIndex> NewIndex;
};

} // namespace

/// Objects that the caller knows in any case.
bool Summarizer::isRoot(NodeIndex N) const {
  NodeKind K = Nodes[N].Kind;
  return K == NodeKind::This || K == NodeKind::Param || K == NodeKind::Cell ||
         K == NodeKind::Global;
}

/// A placeholder is as visible as what it was loaded from.
bool Summarizer::isVisible(NodeIndex N) const {
  while (Nodes[N].Kind == NodeKind::Placeholder && !Visible[N])
    N = Nodes[N].From.Holder;
  return Visible[N] || isRoot(N);
}

void Summarizer::findVisible() {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const auto &[At, Slot] : Exit.entries()) {
      if (At.Holder == Nodes.frame() || !isVisible(At.Holder))
        continue;
      for (const HeapEdge &E : Slot.Edges)
        if (!E.Gone && !isVisible(E.Target)) {
          Visible[E.Target] = true;
          Changed = true;
        }
    }
  }
}

/// Nobody can name an object that only unknown code holds; what it leads to was
/// handed over with it.
std::vector<HandOver> Summarizer::seenHandOvers(const NodeSet &Escaped) const {
  HeapState All;
  std::vector<HandOver> Work;
  auto Add = [&](HandOver H) {
    if (!All.handOverOf(H.Object))
      Work.push_back(H);
    All.handOver(H);
  };
  for (NodeIndex N : Escaped) {
    const HandOver *H = Exit.handOverOf(N);
    Add(H ? *H : HandOver{N});
  }
  llvm::DenseMap<NodeIndex, NodeSet> HeldBy;
  for (const auto &[At, Slot] : Exit.entries())
    if (NodeIndex Root = Nodes.rootOf(At.Holder); !isVisible(Root))
      for (const HeapEdge &E : Slot.Edges)
        if (!E.isEmpty())
          insertInto(HeldBy[Root], E.Target);
  while (!Work.empty()) {
    HandOver Whole = Work.back();
    Work.pop_back();
    for (NodeIndex N : HeldBy.lookup(Whole.Object))
      Add({N, Whole.Always, Whole.Absent});
  }
  std::vector<HandOver> Seen;
  llvm::copy_if(All.handOvers(), std::back_inserter(Seen),
                [&](const HandOver &H) { return isVisible(H.Object); });
  return Seen;
}

/// One call gives back one object: of those that hold nothing and that nothing
/// holds, one for each class stands for all. Without this, sets of results grow
/// with the call chain.
void Summarizer::uniteResults(NodeSet &Returned) const {
  llvm::DenseSet<NodeIndex> Linked;
  for (const auto &[At, Slot] : Exit.entries()) {
    Linked.insert(At.Holder);
    for (const HeapEdge &E : Slot.Edges)
      if (At.Holder != Nodes.frame() && !E.Gone)
        Linked.insert(E.Target);
  }
  std::set<std::tuple<NodeKind, AllocKind, uint32_t>> Seen;
  llvm::erase_if(Returned, [&](NodeIndex Id) {
    const HeapNode &N = Nodes[Id];
    bool IsNew = N.Kind == NodeKind::Opaque || N.Kind == NodeKind::Alloc;
    return IsNew && !Linked.contains(Id) &&
           !Seen.insert({N.Kind, N.Storage, N.Rec.Index}).second;
  });
}

void Summarizer::keep(NodeIndex N) {
  for (; !Kept[N]; N = Nodes[N].From.Holder) {
    Kept[N] = true;
    if (Nodes[N].Kind != NodeKind::Placeholder &&
        Nodes[N].Kind != NodeKind::Reference)
      return;
  }
}

void Summarizer::keepEffects() {
  size_t Count = 0;
  for (const auto &[At, Slot] : Exit.entries()) {
    if (At.Holder == Nodes.frame() || !isVisible(At.Holder))
      continue;
    HeapState::Entry E{At, Slot};
    llvm::erase_if(E.second.Edges, [](const HeapEdge &X) { return X.Gone; });
    if (E.second.Edges.empty() && E.second.Old < OldContent::MaybeKilled)
      continue;
    Count += E.second.Edges.size() + 1;
    if (Count > MaxEffects) {
      S.Truncated = true;
      return;
    }
    keep(At.Holder);
    for (const HeapEdge &X : E.second.Edges)
      keep(X.Target);
    S.Effects.push_back(std::move(E));
  }
}

void Summarizer::place(NodeSet &Set) const {
  for (NodeIndex &N : Set)
    N = NewIndex[N];
}

void Summarizer::renumber() {
  Kept[NullNode] = Kept[Nodes.frame()] = true;
  keep(S.Returned);
  for (const HandOver &H : S.Escaped)
    keep(H.Object);
  for (PendingInvoke &I : S.Invokes) {
    keep(I.Callable);
    for (RegValue &A : I.Args) {
      keep(A.Nodes);
      for (Place P : A.Places)
        keep(P.Holder);
    }
  }
  // Ascending, so that holders stay before what was loaded from them.
  NewIndex.resize(Nodes.size());
  for (NodeIndex N = 0; N != Nodes.size(); ++N) {
    if (!Kept[N])
      continue;
    NewIndex[N] = NodeIndex(S.Nodes.size());
    S.Nodes.push_back(Nodes[N]);
    HeapNode &Node = S.Nodes.back();
    if (Node.Kind == NodeKind::Placeholder || Node.Kind == NodeKind::Reference)
      Node.From.Holder = NewIndex[Node.From.Holder];
  }
  for (HeapState::Entry &E : S.Effects) {
    E.first.Holder = NewIndex[E.first.Holder];
    for (HeapEdge &X : E.second.Edges)
      X.Target = NewIndex[X.Target];
  }
  place(S.Returned);
  for (HandOver &H : S.Escaped)
    H.Object = NewIndex[H.Object];
  for (PendingInvoke &I : S.Invokes) {
    place(I.Callable);
    for (RegValue &A : I.Args) {
      place(A.Nodes);
      for (Place &P : A.Places)
        P.Holder = NewIndex[P.Holder];
    }
    I.Result = Kept[I.Result] ? NewIndex[I.Result] : NullNode;
  }
}

bool BodyWalk::hangsFrom(NodeIndex N, Place P) const {
  return Nodes.wasLoadedOver(N, [&](Place From) { return From == P; });
}

/// Where a slot was found to be null, nothing hangs from it that could be left
/// as it was: such a way says the same of it as \p From does.
void BodyWalk::copyWhatIsNotThere(const HeapState &From, HeapState &To) const {
  llvm::SmallVector<Place, 4> Nulls;
  for (const auto &[At, S] : To.entries())
    if (S.Old == OldContent::KnownNull)
      Nulls.push_back(At);
  if (Nulls.empty() || !From.Reachable || !To.Reachable)
    return;
  for (const auto &[At, S] : From.entries())
    if (llvm::any_of(Nulls,
                     [&](Place Null) { return hangsFrom(At.Holder, Null); }))
      To[At] = S;
}

Summary BodyWalk::summarize(bool Throws) const {
  Summary S;
  HeapState Exit;
  Exit.Reachable = false;
  Way First; // The first open one stands for all before.
  for (const WalkExit &E : Exits) {
    if (E.Throws != Throws || E.Ends || (Throws && !E.Open))
      continue;
    Way This = wayOn(E.State, Exit, E.Loc, E.Open);
    HeapState Here = E.State;
    copyWhatIsNotThere(Exit, Here);
    copyWhatIsNotThere(E.State, Exit);
    Exit.join(Here, First, This);
    if (!First || (This.Final && !First.Final))
      First = This;
  }
  S.MayReturn = Exit.Reachable;
  for (auto [Slot, Order] : Exit.clearedSomewhere())
    S.ClearedSomewhere.push_back(Slot);
  S.Returned = ReturnedAll;
  S.Invokes = Pending;
  for (PendingInvoke &I : S.Invokes)
    I.ClearsFollow |= I.Order < LastClear;
  Summarizer Sum(*this, std::move(Exit), S);
  Sum.uniteResults(S.Returned);
  if (S.Returned.size() > MaxReturned) {
    S.Returned.resize(MaxReturned);
    S.Truncated = true;
  }
  Sum.show(S.Returned);
  for (const PendingInvoke &I : S.Invokes) {
    Sum.show(I.Callable);
    for (const RegValue &A : I.Args) {
      Sum.show(A.Nodes);
      for (Place P : A.Places)
        Sum.show({P.Holder});
    }
  }
  Sum.findVisible();
  S.Escaped = Sum.seenHandOvers(Escaped);
  Sum.keepEffects();
  Sum.renumber();
  return S;
}

} // namespace refcycle::analyzer
