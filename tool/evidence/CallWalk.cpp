// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls in the walk over a body: which functions run, and the replay of their
// summaries on the caller's heap.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// More overriders than this are an open interface; what they do together says
// nothing about one call.
static constexpr size_t MaxTargets = 8;
static constexpr unsigned MaxCallDepth = 6;
// Callables call callables that are passed on: without a bound on one
// instruction the work would grow with the number of ways through them. A long
// body may have as many calls as it likes, up to MaxNodes.
static constexpr unsigned MaxReplays = 128;
static constexpr size_t MaxNodes = 4096;
static constexpr size_t MaxPending = 32;
static constexpr size_t MaxDestroyed = 32;

/// Replays one summary at one call.
class Instantiation {
public:
  Instantiation(BodyWalk &W, const CallSite &Site)
      : W(W), Site(Site), S(W.Context.Summaries[Site.Callee.Index]) {}

  void run(NodeSet &Result) {
    for (const HeapNode &N : S.Nodes)
      Map.push_back(map(N));
    for (const HeapState::Entry &E : S.Effects)
      replay(E);
    W.escape(mapSet(S.Escaped));
    for (NodeIndex N : mapSet(S.Returned))
      insertInto(Result, N);
    uint32_t Before = W.NextOrder;
    for (const PendingInvoke &I : S.Invokes)
      invoke(I);
    if (!S.Invokes.empty())
      doubtStoresSince(Before);
  }

private:
  NodeSet map(const HeapNode &N);
  NodeSet mapSet(const NodeSet &Set) const;
  std::vector<Place> placesOf(Place P) const;
  void replay(const HeapState::Entry &E);
  void replayEdge(Place To, const HeapEdge &E, bool Single);
  void invoke(const PendingInvoke &I);
  void doubtStoresSince(uint32_t Order);
  const RegValue *arg(uint32_t Index) const {
    return Index < Site.Args.size() ? &Site.Args[Index] : nullptr;
  }

  BodyWalk &W;
  const CallSite &Site;
  const Summary &S;
  std::vector<NodeSet> Map; ///< From the callee's nodes to the caller's.
};

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
    return {W.Nodes.alloc(N.Rec, N.Storage)};
  case NodeKind::Opaque:
    return {W.Nodes.opaque(N.Rec)};
  case NodeKind::Placeholder:
    break;
  }
  NodeSet Set;
  uint32_t Occasion = N.Element ? ++W.NextOccasion : 0;
  for (Place From : placesOf(N.From))
    for (NodeIndex Found : W.load(From, Occasion)) {
      W.learnType(Found, N.Rec);
      insertInto(Set, Found);
    }
  return Set;
}

NodeSet Instantiation::mapSet(const NodeSet &Set) const {
  NodeSet Mapped;
  for (NodeIndex N : Set)
    for (NodeIndex To : Map[N])
      insertInto(Mapped, To);
  return Mapped;
}

std::vector<Place> Instantiation::placesOf(Place P) const {
  const HeapNode &Holder = S.Nodes[P.Holder];
  std::vector<Place> Places;
  if (Holder.Kind == NodeKind::Cell) {
    if (const RegValue *A = arg(Holder.Index))
      Places.assign(A->Places.begin(), A->Places.end());
    return Places;
  }
  for (NodeIndex N : Map[P.Holder])
    if (N != NullNode) {
      if (P.Slot.isField())
        W.learnType(N, P.Slot.Declaring);
      Places.push_back({N, P.Slot});
    }
  return Places;
}

void Instantiation::replay(const HeapState::Entry &E) {
  const auto &[At, Slot] = E;
  std::vector<Place> Places = placesOf(At);
  bool Single = Places.size() == 1;
  for (Place To : Places) {
    if (Slot.Old == OldContent::Killed && Single)
      W.State.kill(To);
    else if (Slot.Old >= OldContent::MaybeKilled)
      W.State.maybeKill(To);
    // Only here is it known which field a passed place is.
    if (Slot.Cleared && S.Nodes[At.Holder].Kind == NodeKind::Cell) {
      SlotState &Mine = W.State[To];
      Mine.Cleared = true;
      Mine.How = Slot.How;
      Mine.ClearLoc = Site.Loc;
    }
    for (const HeapEdge &Edge : Slot.Edges)
      replayEdge(To, Edge, Single);
  }
}

void Instantiation::replayEdge(Place To, const HeapEdge &E, bool Single) {
  const NodeSet &Targets = Map[E.Target];
  const Field *Fd = W.fieldOf(To);
  HeapEdge New = E;
  New.Exact = E.Exact && Single && Targets.size() == 1;
  New.Always = E.Always && Single;
  New.Late = E.Late && W.isLate(To, Targets);
  New.Trace = W.Context.Traces.step(Site.Loc, E.Trace);
  New.Arm = W.CurrentArm;
  New.Order = ++W.NextOrder;
  for (NodeIndex N : Targets) {
    New.Target = N;
    if (Fd)
      New.Kind = W.Index.holdOf(*Fd, W.Nodes[N].Rec, E.Kind);
    W.State.addEdge(To, New);
  }
}

void Instantiation::invoke(const PendingInvoke &I) {
  std::vector<RegValue> Args;
  for (const RegValue &A : I.Args) {
    RegValue &Mapped = Args.emplace_back();
    Mapped.IsPlace = A.IsPlace;
    Mapped.Nodes = mapSet(A.Nodes);
    for (Place P : A.Places)
      llvm::append_range(Mapped.Places, placesOf(P));
  }
  NodeSet Ignored;
  W.invoke(mapSet(I.Callable), Args, Site.Loc, Ignored);
}

/// A summary does not say whether the callee empties a slot before or after it
/// calls out: a queue that is drained also drops what its own jobs post to it.
void Instantiation::doubtStoresSince(uint32_t Order) {
  for (const auto &[At, Slot] : S.Effects) {
    if (Slot.Old < OldContent::MaybeKilled)
      continue;
    for (Place To : placesOf(At))
      for (HeapEdge &E : W.State[To].Edges)
        E.MaybeCleared |= E.Order > Order;
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The functions that a call may run, each once.
std::vector<FunctionId> BodyWalk::targetsOf(const Instr &I,
                                            const NodeSet &Receiver) {
  if (!I.has(InstrFlag::Virtual))
    return {I.Callee};
  std::vector<FunctionId> Targets;
  for (NodeIndex N : Receiver) {
    RecordId Rec = Nodes[N].Rec;
    if (N == NullNode)
      continue;
    Targets.push_back(Rec ? Index.finalOverrider(I.Callee, Rec) : I.Callee);
    if (Nodes[N].Kind == NodeKind::Alloc && Rec)
      continue; // Its class is known exactly.
    for (FunctionId Over : P.Overriders[I.Callee.Index])
      if (Rec.isNone() ||
          (Index[Over].Class && Index.isSameOrBase(Rec, Index[Over].Class)))
        Targets.push_back(Over);
  }
  llvm::sort(Targets);
  Targets.erase(std::unique(Targets.begin(), Targets.end()), Targets.end());
  llvm::erase_if(Targets, [&](FunctionId T) {
    return Targets.size() > 1 && !Index[T].has(FunctionFlag::HasBody);
  });
  return Targets;
}

void BodyWalk::call(const Instr &I) {
  NodeSet Receiver;
  if (I.A)
    Receiver = valueOf(I.A);
  CallSite Site{I.Callee, Receiver, {}, I.Loc};
  for (RegId R : I.Args)
    Site.Args.push_back(reg(R));
  NodeSet Result;
  std::vector<FunctionId> Targets = targetsOf(I, Receiver);
  if (I.has(InstrFlag::Async) || Targets.empty() ||
      Targets.size() > MaxTargets) {
    GaveUp |= Targets.size() > MaxTargets;
    hideFrom(Site, Result);
  } else {
    std::vector<CallSite> Sites(Targets.size(), Site);
    for (size_t T = 0; T != Targets.size(); ++T)
      Sites[T].Callee = Targets[T];
    applyOneOf(Sites, Result);
  }
  if (I.Dst)
    reg(I.Dst).Nodes = Result;
}

/// Code that is not known gets the arguments and gives back anything. A library
/// base class does not tell others about the object while it is constructed.
void BodyWalk::hideFrom(const CallSite &Site, NodeSet &Result) {
  const Function &Callee = Index[Site.Callee];
  bool IsPlainBase = Callee.has(FunctionFlag::System) &&
                     (Callee.has(FunctionFlag::Constructor) ||
                      Callee.has(FunctionFlag::Destructor));
  if (!IsPlainBase)
    escape(Site.Receiver);
  for (const RegValue &A : Site.Args)
    escape(valueOf(A));
  insertInto(Result, Nodes.opaque({}));
}

void BodyWalk::escape(const NodeSet &Set) {
  for (NodeIndex N : Set)
    if (N != NullNode)
      insertInto(Escaped, N);
}

void BodyWalk::applyOne(const CallSite &Site, NodeSet &Result) {
  const Function &Callee = Index[Site.Callee];
  bool TooMuch = CallDepth >= MaxCallDepth || Replays >= MaxReplays ||
                 Nodes.size() >= MaxNodes;
  if (!Callee.has(FunctionFlag::HasBody) ||
      !Context.Walked[Site.Callee.Index] || TooMuch) {
    GaveUp |= TooMuch;
    return hideFrom(Site, Result);
  }
  ++Replays;
  ++CallDepth;
  Instantiation(*this, Site).run(Result);
  --CallDepth;
}

/// One of several functions runs; which one is not known.
void BodyWalk::applyOneOf(llvm::ArrayRef<CallSite> Sites, NodeSet &Result) {
  if (Sites.size() == 1)
    return applyOne(Sites[0], Result);
  HeapState Before = State;
  HeapState After;
  After.Reachable = false;
  for (const CallSite &Site : Sites) {
    State = Before;
    applyOne(Site, Result);
    After.join(State);
  }
  State = std::move(After);
}

/// The call of a closure or bind object, as a call of the function behind it.
CallSite BodyWalk::callOf(NodeIndex N, const std::vector<RegValue> &Args,
                          FactLoc Loc) {
  RecordId Rec = Nodes[N].Rec;
  const Record &R = Index[Rec];
  CallSite Site{R.Invoke, {N}, Args, Loc};
  if (R.Kind != RecordKind::Bind)
    return Site;
  std::vector<RegValue> Bound;
  for (uint32_t I = 0; I != R.Fields.size(); ++I)
    Bound.emplace_back().Nodes = load({N, {Rec, I}}, 0);
  const Function &Target = Index[R.Invoke];
  Site.Receiver.clear();
  if (Target.Class && !Target.has(FunctionFlag::Static) && !Bound.empty()) {
    Site.Receiver = Bound.front().Nodes;
    Bound.erase(Bound.begin());
  }
  Bound.insert(Bound.end(), Args.begin(), Args.end());
  Site.Args = std::move(Bound);
  return Site;
}

void BodyWalk::invoke(const NodeSet &Callable,
                      const std::vector<RegValue> &Args, FactLoc Loc,
                      NodeSet &Result) {
  std::vector<CallSite> Known;
  PendingInvoke Rest;
  for (NodeIndex N : Callable) {
    RecordId Rec = Nodes[N].Rec;
    if (Rec && Index[Rec].Invoke)
      Known.push_back(callOf(N, Args, Loc));
    else if (N != NullNode)
      insertInto(Rest.Callable, N);
  }
  if (!Rest.Callable.empty()) {
    for (const RegValue &A : Args) {
      escape(valueOf(A));
      bool IsVariable = llvm::any_of(
          A.Places, [&](Place P) { return P.Holder == Nodes.frame(); });
      Rest.Args.push_back(A);
      if (IsVariable) { // Ends with the function; its content may not.
        Rest.Args.back() = RegValue();
        Rest.Args.back().Nodes = valueOf(A);
      }
    }
    Rest.Loc = Loc;
    if (Pending.size() < MaxPending)
      Pending.push_back(std::move(Rest));
    else
      GaveUp = true;
    insertInto(Result, Nodes.opaque({}));
  }
  if (!Known.empty())
    applyOneOf(Known, Result);
}

//===----------------------------------------------------------------------===//
// Ends of objects
//===----------------------------------------------------------------------===//

/// Runs the destructors of \p Whole: its own, then those of parts and bases.
void BodyWalk::destroyNow(NodeIndex Whole) {
  if (Whole == NullNode || Nodes[Whole].Rec.isNone())
    return;
  Place Mark{Whole, SlotKey::whole()};
  if (Nodes[Whole].Kind == NodeKind::Alloc) {
    if (State.find(Mark))
      return; // Destroyed already.
    State.kill(Mark);
  }
  std::vector<std::pair<NodeIndex, RecordId>> Work{{Whole, Nodes[Whole].Rec}};
  for (size_t Next = 0; Next != Work.size() && Next != MaxDestroyed; ++Next) {
    auto [N, Rec] = Work[Next];
    if (!Index.destructionRuns(Rec))
      continue;
    const Record &R = Index[Rec];
    if (R.Destructor) {
      NodeSet Ignored;
      applyOne({R.Destructor, {N}, {}, Index[R.Destructor].Loc}, Ignored);
    }
    for (uint32_t I = 0; I != R.Fields.size(); ++I) {
      const Field &Part = R.Fields[I];
      if (Part.Leaves.size() != 1 || Part.Leaves[0].Kind != Hold::Value ||
          Part.has(FieldFlag::Container) || Part.Leaves[0].Pointee.isNone() ||
          !Index.destructionRuns(Part.Leaves[0].Pointee))
        continue;
      for (NodeIndex Sub : load({N, {Rec, I}}, 0))
        if (Sub != NullNode)
          Work.push_back({Sub, Part.Leaves[0].Pointee});
    }
    for (RecordId Base : R.Bases)
      Work.push_back({N, Base});
  }
}

/// The end of the function ends the objects that live in its variables.
void BodyWalk::destroyLocals() {
  for (size_t I = F.Locals.size(); I-- != 0;) {
    if (F.Locals[I].Destroys.isNone())
      continue;
    for (NodeIndex N : load({Nodes.frame(), SlotKey::local(uint32_t(I))}, 0))
      if (Nodes[N].Kind == NodeKind::Alloc &&
          Nodes[N].Storage != AllocKind::Heap)
        destroyNow(N);
  }
}

void BodyWalk::destroy(HeapState &In, NodeIndex N) {
  Replays = 0;
  std::swap(State, In);
  destroyNow(N);
  std::swap(State, In);
}

void BodyWalk::invokeLater(HeapState &In, NodeIndex N) {
  Replays = 0;
  std::swap(State, In);
  std::vector<RegValue> Args;
  for (const Param &Pm : Index[Index[Nodes[N].Rec].Invoke].Params)
    Args.emplace_back().Nodes = {Nodes.opaque(Pm.Type)};
  NodeSet Ignored;
  invoke({N}, Args, Index[Nodes[N].Rec].Loc, Ignored);
  std::swap(State, In);
}

} // namespace refcycle::analyzer
