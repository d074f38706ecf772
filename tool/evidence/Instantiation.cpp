// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaying summaries.

#include "evidence/Instantiation.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

void Instantiation::run(NodeSet &Result) {
  for (const HeapNode &N : S.Nodes)
    Map.push_back(map(N));
  if (S.Truncated)
    insertAll(W.Doubtful, mapSet(S.Returned));
  // The callee may have told others before it stored.
  for (NodeIndex N : S.Escaped)
    if (!isPromisedBack(N))
      W.escape(Map[N]);
  for (const HeapState::Entry &E : S.Effects)
    replay(E);
  for (SlotKey Slot : S.ClearedSomewhere)
    W.State.clearSomewhere(Slot, ++W.NextOrder);
  for (NodeIndex N : mapSet(S.Returned))
    insertInto(Result, N);
  for (const PendingInvoke &I : S.Invokes) {
    uint32_t Before = W.NextOrder;
    HeapState Old;
    if (I.InLoop)
      Old = W.State;
    invoke(I);
    if (I.InLoop)
      W.State.forgetWaysSince(Old);
    if (I.ClearsFollow)
      doubtStoresSince(Before, mapSet(I.Callable));
  }
}

NodeIndex Instantiation::alloc(const HeapNode &N) {
  NodeIndex New = W.Nodes.alloc(N.Rec, N.Storage);
  W.Nodes[New].Rest = N.Rest;
  return New;
}

/// Only the call says what a parameter is.
ElementKey Instantiation::mapKey(ElementKey Key) const {
  if (!Key.isParameter())
    return Key;
  const RegValue *Given = arg(Key.parameter());
  return Given ? Given->Key : ElementKey();
}

NodeSet Instantiation::map(const HeapNode &N) {
  switch (N.Kind) {
  case NodeKind::Null:
    return {NullNode};
  case NodeKind::This:
    return Site.Receiver;
  case NodeKind::Param:
    return arg(N.Index) ? W.valueOf(*arg(N.Index)) : NodeSet();
  case NodeKind::Frame:
  case NodeKind::Cell: // Stands for places, see placesOf().
    return {};
  case NodeKind::Global:
    return {W.Nodes.global(N.Text)};
  case NodeKind::Alloc:
    return {alloc(N)};
  case NodeKind::Opaque:
    return {W.Nodes.opaque(N.Rec)};
  case NodeKind::Placeholder:
  case NodeKind::Reference:
    break;
  }
  NodeSet Set;
  if (N.Kind == NodeKind::Reference) {
    for (Place To : placesOf(N.From))
      insertInto(Set, W.Nodes.reference(To));
    return Set;
  }
  ElementAccess How(N.Element ? ++W.NextOccasion : 0);
  if (N.From.Slot == SlotKey::element())
    return W.elementsOf(Map[N.From.Holder], How.Occasion);
  How.Key = mapKey(N.Key);
  How.Exists = N.Exists;
  How.Makes = N.Makes;
  How.Class = N.Rec;
  How.Loc = Site.Loc;
  for (Place From : placesOf(N.From))
    for (NodeIndex Found : W.load(From, How)) {
      W.learnType(Found, N.Rec);
      insertInto(Set, Found);
    }
  return Set;
}

/// Is it an argument that, so the declaration of the callee says, is not kept?
bool Instantiation::isPromisedBack(NodeIndex N) const {
  for (uint32_t I = 0; I != Site.Args.size(); ++I)
    if (W.Index.fateOf(Site.Callee, I) == ParamFate::NoEscape &&
        S.isArgument(N, I))
      return true;
  return false;
}

NodeSet Instantiation::mapSet(const NodeSet &Set) const {
  NodeSet Mapped;
  for (NodeIndex N : Set)
    for (NodeIndex To : Map[N])
      insertInto(Mapped, To);
  return Mapped;
}

llvm::SmallVector<Place, 1> Instantiation::placesOf(Place P) const {
  const HeapNode &Holder = S.Nodes[P.Holder];
  llvm::SmallVector<Place, 1> Places;
  if (Holder.Kind == NodeKind::Cell) {
    if (const RegValue *A = arg(Holder.Index))
      Places.assign(A->Places.begin(), A->Places.end());
    return Places;
  }
  RecordId Class = P.Slot.isField() ? P.Slot.Declaring : RecordId();
  for (NodeIndex N : W.thoseThatAre(Class, Map[P.Holder]))
    if (N != NullNode) {
      if (P.Slot.isField())
        W.learnType(N, P.Slot.Declaring);
      W.addReferred({N, P.Slot}, Places);
    }
  return Places;
}

/// `set_next(nullptr)`: only the call says that nothing is stored.
bool Instantiation::storesNull(const SlotState &Slot) const {
  return !Slot.Edges.empty() &&
         llvm::all_of(Slot.Edges, [&](const HeapEdge &E) {
           return Map[E.Target] == NodeSet{NullNode};
         });
}

void Instantiation::replay(const HeapState::Entry &E) {
  const auto &[At, Slot] = E;
  llvm::SmallVector<Place, 1> Places = placesOf(At);
  bool Single = Places.size() == 1;
  ChoiceId Holder = W.holderChoice(Places);
  bool Takes = Slot.Old >= OldContent::MaybeKilled;
  bool All = Slot.Old == OldContent::Killed;
  const Field *Fd = W.fieldOf(At);
  bool Refers = Fd && Fd->has(FieldFlag::Reference);
  if (Takes)
    W.LastClear = ++W.NextOrder;
  for (Place To : Places) {
    bool WasEmpty = W.isEmptyNow(To);
    if (Takes) {
      W.State.spareUnless(To, Holder ? Holder : renew(Slot.Spared));
      W.takeAway(
          To, Single,
          {All, Slot.OneByOne, Slot.Taken, Slot.Missed, mapKey(Slot.TakenKey)});
    }
    // Only here is it known which field a passed place is, or one referred to.
    if (Slot.Cleared && (S.Nodes[At.Holder].Kind == NodeKind::Cell || Refers))
      W.State.markCleared(To, Slot.How, Site.Loc);
    for (const HeapEdge &Edge : Slot.Edges)
      replayEdge(To, Edge, Holder, Single);
    if (All && Single && !WasEmpty && storesNull(Slot))
      W.State.markCleared(To, ClearKind::Null, Site.Loc);
  }
}

ChoiceId Instantiation::renew(ChoiceId OfCallee) {
  if (!OfCallee)
    return 0;
  auto [It, New] = Renewed.try_emplace(OfCallee, 0);
  if (New)
    It->second = W.newChoice();
  return It->second;
}

void Instantiation::replayEdge(Place To, const HeapEdge &E, ChoiceId Holder,
                               bool Single) {
  if (isPromisedBack(E.Target))
    return;
  const NodeSet &Targets = Map[E.Target];
  const Field *Fd = W.fieldOf(To);
  LateVerdict Verdict = W.judgeStore(To, Targets);
  Verdict.Late &= E.Late;
  HeapEdge New = E;
  New.Exact = E.Exact && Single && Targets.size() == 1;
  New.Always = E.Always && Single;
  New.Conditional = E.Conditional || W.isConditional();
  New.Late = Verdict.Late;
  New.Trace = W.Context.Traces.step(Site.Loc, E.Trace);
  New.Arm = W.CurrentArm;
  New.Order = ++W.NextOrder;
  ChoiceId Target = W.choiceOf(Targets);
  New.HolderChoice = Holder ? Holder : renew(E.HolderChoice);
  New.TargetChoice = Target ? Target : renew(E.TargetChoice);
  New.Spared = renew(E.Spared);
  New.Key = mapKey(E.Key);
  if (New.Key && Single && E.Always && !E.MaybeCleared)
    W.State.replaceAt(To, New.Key);
  for (NodeIndex N : Targets) {
    New.Target = N;
    if (Fd)
      New.Kind = W.Index.holdOf(*Fd, W.Nodes[N].Rec, E.Kind);
    else if (To.Holder == W.Nodes.frame())
      New.Kind = W.holdOfLocal(To.Slot, StoreKind::Assign, E.Kind);
    W.State.addEdge(To, New);
    W.logStore(To, N, New, Verdict);
  }
}

void Instantiation::invoke(const PendingInvoke &I) {
  std::vector<RegValue> Args;
  for (const RegValue &A : I.Args) {
    RegValue &Mapped = Args.emplace_back();
    Mapped.IsPlace = A.IsPlace;
    Mapped.Nodes = mapSet(A.Nodes);
    Mapped.Key = mapKey(A.Key);
    for (Place P : A.Places)
      llvm::append_range(Mapped.Places, placesOf(P));
  }
  NodeSet Ignored;
  W.invoke(mapSet(I.Callable), Args, Site.Loc, Ignored, I);
}

/// The callee may empty a slot after it calls out: a queue that is drained also
/// drops what its own jobs post to it. But a job that always posts another of
/// its kind leaves one when jobs are taken one by one.
void Instantiation::doubtStoresSince(uint32_t Order, const NodeSet &Called) {
  auto IsAnother = [&](const HeapEdge &E) {
    RecordId Rec = W.Nodes[E.Target].Rec;
    return Rec && !E.Conditional && llvm::any_of(Called, [&](NodeIndex N) {
             return W.Nodes[N].Rec == Rec;
           });
  };
  for (const auto &[At, Slot] : S.Effects) {
    if (Slot.Old < OldContent::MaybeKilled)
      continue;
    bool OneByOne = Slot.OneByOne && Slot.Old == OldContent::MaybeKilled;
    for (Place To : placesOf(At)) {
      SlotState &Now = W.State[To];
      Now.Taken = SlotState::AnyNumber;
      for (HeapEdge &E : Now.Edges)
        E.MaybeCleared |= E.Order > Order && !(OneByOne && IsAnother(E));
    }
  }
}

} // namespace refcycle::analyzer
