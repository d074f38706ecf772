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
  for (const HandOver &H : S.Escaped)
    if (!isPromisedBack(H.Object))
      W.escape(Map[H.Object], H.Always, mapWay(H.Absent));
  for (const HeapState::Entry &E : S.Effects)
    replay(E);
  for (SlotKey Slot : S.ClearedSomewhere)
    W.State.clearSomewhere(Slot, ++W.NextOrder);
  for (NodeIndex N : mapSet(S.Returned))
    insertInto(Result, N);
  for (const PendingInvoke &I : S.Invokes) {
    uint32_t Before = W.NextOrder;
    bool TakenOut = isTakenOut(I);
    HeapState Old;
    if (I.InLoop || TakenOut)
      Old = W.State;
    const NodeSet Called = mapSet(I.Callable);
    NodeSet Made = W.contentOf(call(I, Called));
    bool Once = I.InLoop && TakenOut;
    if (TakenOut && isOfOneKind(Called))
      W.State.markOnce(Old);
    if (Once)
      invokePosted(I, Called);
    if (I.Result != NullNode && Map[I.Result].size() == 1)
      replace(Map[I.Result][0], Made, Result);
    if (I.InLoop) {
      bool WaysEnd = Once && isOfOneKind(Called);
      W.State.forgetWaysSince(
          Old, [&](Place, Way Missed) { return WaysEnd && Missed.Final; });
    }
    if (I.ClearsFollow)
      doubtStoresSince(Before, Called);
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

/// The store of a callable by the callee is here one by this call.
Way Instantiation::mapWay(Way Of) const {
  if (Of.With)
    Of.With = W.Context.Traces.step(Site.Loc, Of.With);
  return Of;
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
      insertInto(Set, W.Nodes.reference(To, N.Element || isElement(N.From)));
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

/// Was the place passed, and is it one element of others?
bool Instantiation::isElement(Place P) const {
  const HeapNode &Holder = S.Nodes[P.Holder];
  const RegValue *A =
      Holder.Kind == NodeKind::Cell ? arg(Holder.Index) : nullptr;
  return A && A->OfElement;
}

/// `set_next(nullptr)`, `set_handler(&log)`: only the call says that nothing is
/// stored, or a callable that holds nothing. What the callee itself empties it
/// may have used first, as `due.swap(slots)` does.
bool Instantiation::storesNothing(const Field *To,
                                  const SlotState &Slot) const {
  bool IsCallable = To && To->has(FieldFlag::Function);
  auto IsNothing = [&](NodeIndex N) {
    return N == NullNode || (IsCallable && W.holdsNothing(N));
  };
  auto IsKnown = [](const HeapEdge &E) { return E.Target == NullNode; };
  return !llvm::all_of(Slot.Edges, IsKnown) &&
         llvm::all_of(Slot.Edges, [&](const HeapEdge &E) {
           const NodeSet &Given = Map[E.Target];
           return !Given.empty() && llvm::all_of(Given, IsNothing);
         });
}

void Instantiation::replay(const HeapState::Entry &E) {
  const auto &[At, Slot] = E;
  llvm::SmallVector<Place, 1> Places = placesOf(At);
  bool Single = Places.size() == 1 && !isElement(At);
  ChoiceId Holder = W.holderChoice(Places);
  bool Takes = Slot.Old >= OldContent::MaybeKilled;
  bool All = Slot.Old == OldContent::Killed;
  const Field *Fd = W.fieldOf(At);
  bool Refers = Fd && Fd->has(FieldFlag::Reference);
  if (Takes && !At.Slot.isFlag())
    W.LastClear = ++W.NextOrder;
  for (Place To : Places) {
    bool WasEmpty = W.isEmptyNow(To);
    if (Takes) {
      W.State.spareUnless(To, Holder ? Holder : renew(Slot.Spared));
      W.takeAway(To, Single,
                 {All, Slot.OneByOne, Slot.Taken, mapWay(Slot.Missed),
                  mapKey(Slot.TakenKey)});
    }
    // Only here is it known which field a passed place is, or one referred to.
    if (Slot.Cleared && (S.Nodes[At.Holder].Kind == NodeKind::Cell || Refers))
      W.State.markCleared(To, Slot.How, Site.Loc);
    for (const HeapEdge &Edge : Slot.Edges)
      replayEdge(To, Edge, Holder, Single);
    if (All && Single && !WasEmpty && storesNothing(Fd, Slot))
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
  LateVerdict Verdict = W.judgeStore(To, Targets);
  Verdict.Late &= E.Late;
  HeapEdge New = E;
  New.Exact = E.Exact && Single && Targets.size() == 1;
  New.Always = E.Always && Single;
  New.EachRound = E.EachRound && Single;
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
  New.Missed = mapWay(E.Missed);
  if (E.With)
    New.With = W.Context.Traces.step(Site.Loc, E.With);
  if (New.Key && Single && E.Always && !E.MaybeCleared)
    W.State.replaceAt(To, New.Key);
  bool HasBlock =
      llvm::any_of(Targets, [&](NodeIndex N) { return W.isControlBlock(N); });
  for (NodeIndex N : Targets) {
    New.Target = N;
    New.Kind = W.holdAt(To, N, StoreKind::Assign, E.Kind, HasBlock);
    W.State.addEdge(To, New);
    W.logStore(To, N, New, Verdict);
  }
}

/// Are the callables taken out of containers before they are called? Then each
/// is called once.
bool Instantiation::isTakenOut(const PendingInvoke &I) const {
  return llvm::all_of(I.Callable, [&](NodeIndex N) {
    while (!S.Nodes[N].Element && S.Nodes[N].Kind == NodeKind::Placeholder)
      N = S.Nodes[N].From.Holder; // A member of the element.
    return S.Nodes[N].Element &&
           llvm::any_of(S.Effects, [&](const HeapState::Entry &E) {
             return E.first == S.Nodes[N].From &&
                    E.second.Old >= OldContent::MaybeKilled;
           });
  });
}

/// If one of the callables hands on nothing, no other one comes back to what it
/// worked on.
bool Instantiation::isOfOneKind(const NodeSet &Called) const {
  RecordId Kind;
  return llvm::all_of(Called, [&](NodeIndex N) {
    if (N == NullNode)
      return true;
    if (Kind.isNone())
      Kind = W.Nodes[N].Rec;
    return W.Nodes[N].Rec == Kind;
  });
}

/// The stores of callables that wait where \p I takes callables out.
std::vector<HeapEdge> Instantiation::postedTo(const PendingInvoke &I) const {
  std::vector<HeapEdge> Posted;
  for (NodeIndex N : I.Callable)
    for (Place From : placesOf(S.Nodes[N].From))
      if (const SlotState *Slot = W.State.find(From))
        llvm::copy_if(Slot->Edges, std::back_inserter(Posted),
                      [&](const HeapEdge &E) {
                        return !E.isEmpty() && W.isCallable(E.Target);
                      });
  return Posted;
}

/// The loop also calls what the callables post to it: the next steps of the
/// same work. What is posted on some ways only may not be there.
void Instantiation::invokePosted(const PendingInvoke &I, NodeSet Called) {
  // A job that posts itself again does so for ever.
  constexpr unsigned MaxRounds = 4;
  for (unsigned Round = 0; Round != MaxRounds; ++Round) {
    std::vector<HeapEdge> Posted = postedTo(I);
    llvm::erase_if(Posted, [&](const HeapEdge &E) {
      return llvm::is_contained(Called, E.Target);
    });
    if (Posted.empty())
      return;
    NodeSet Step;
    for (const HeapEdge &E : Posted)
      insertInto(Step, E.Target);
    insertAll(Called, Step);
    bool Surely = Posted.size() == 1 && Posted[0].Always;
    HeapState Before;
    if (!Surely)
      Before = W.State;
    call(I, Step);
    if (!Surely)
      W.State.join(Before, {},
                   Posted[0].Absent.Final && isOfOneKind(Step)
                       ? Posted[0].Absent
                       : Way());
  }
}

NodeSet Instantiation::call(const PendingInvoke &I, const NodeSet &Callables) {
  std::vector<RegValue> Args;
  for (const RegValue &A : I.Args) {
    RegValue &Mapped = Args.emplace_back();
    Mapped.IsPlace = A.IsPlace;
    Mapped.Nodes = mapSet(A.Nodes);
    Mapped.Key = mapKey(A.Key);
    for (Place P : A.Places)
      llvm::append_range(Mapped.Places, placesOf(P));
  }
  NodeSet Made;
  W.invoke(Callables, Args, Site.Loc, Made, I);
  return Made;
}

/// What the callee was given by a call that only the caller knows is here what
/// that call gave, wherever the callee put it. Not if it is one of several: a
/// container of factories gives each of its callers another one.
void Instantiation::replace(NodeIndex Unknown, const NodeSet &Made,
                            NodeSet &Result) {
  if (Made.size() != 1)
    return;
  if (llvm::is_contained(Result, Unknown)) {
    llvm::erase(Result, Unknown);
    insertAll(Result, Made);
  }
  std::vector<std::pair<Place, HeapEdge>> Stored;
  for (const auto &[At, Slot] : W.State.entries())
    for (const HeapEdge &E : Slot.Edges)
      if (E.Target == Unknown || At.Holder == Unknown)
        Stored.emplace_back(At, E);
  for (auto &[At, E] : Stored) {
    llvm::erase_if(W.State[At].Edges,
                   [&](const HeapEdge &X) { return X.Target == Unknown; });
    NodeSet Holders = At.Holder == Unknown ? Made : NodeSet{At.Holder};
    NodeSet Targets = E.Target == Unknown ? Made : NodeSet{E.Target};
    for (NodeIndex Holder : Holders)
      if (Holder != NullNode)
        put({Holder, At.Slot}, E, Targets);
  }
}

/// Stores again what was stored as \p E.
void Instantiation::put(Place To, HeapEdge E, const NodeSet &Targets) {
  const Field *Fd = W.fieldOf(To);
  LateVerdict Verdict = W.judgeStore(To, Targets);
  Verdict.Late &= E.Late;
  E.Late = Verdict.Late;
  E.Exact &= Targets.size() == 1;
  for (NodeIndex N : Targets) {
    E.Target = N;
    if (Fd)
      E.Kind = W.Index.holdOf(*Fd, W.Nodes[N].Rec, E.Kind);
    W.State.addEdge(To, E);
    W.logStore(To, N, E, Verdict);
  }
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
