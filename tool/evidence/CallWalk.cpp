// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls in the walk over a body: which functions run, what code that is not
// known may do, and the ends of objects.

#include "evidence/Instantiation.h"
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
  // While a base is made or ends, its own version runs.
  bool MayBeBase =
      (F.has(FunctionFlag::Constructor) || F.has(FunctionFlag::Destructor)) &&
      Receiver == NodeSet{Nodes.thisNode(F.Class)};
  llvm::erase_if(Targets, [&](FunctionId T) {
    return Targets.size() > 1 && !MayBeBase && !Index.runsVirtually(T);
  });
  return Targets;
}

/// Of \p Receiver, what may run \p Target: an object whose class is known runs
/// one function only.
NodeSet BodyWalk::receiversOf(const Instr &I, FunctionId Target,
                              const NodeSet &Receiver) const {
  NodeSet Set;
  for (NodeIndex N : Receiver) {
    RecordId Rec = Nodes[N].Rec;
    bool IsExact = Nodes[N].Kind == NodeKind::Alloc && Rec;
    if (!IsExact || Index.finalOverrider(I.Callee, Rec) == Target)
      insertInto(Set, N);
  }
  return Set;
}

/// A call says what its receiver and arguments are, also where no body tells:
/// what a library made is at least of the class whose method is called on it.
/// Without this, the first slot used names the object, whatever base has it.
void BodyWalk::learnTypes(const CallSite &Site) {
  const Function &Callee = Index[Site.Callee];
  for (NodeIndex N : Site.Receiver)
    learnType(N, Callee.Class);
  for (size_t I = 0; I < std::min(Site.Args.size(), Callee.Params.size()); ++I)
    if (const Param &P = Callee.Params[I]; P.Mode == ParamMode::Value)
      for (NodeIndex N : Site.Args[I].Nodes)
        learnType(N, P.Type);
}

void BodyWalk::call(const Instr &I) {
  NodeSet Receiver;
  if (I.A)
    Receiver = thoseThatAre(Index[I.Callee].Class, valueOf(I.A));
  CallSite Site{I.Callee, Receiver, {}, I.Loc};
  for (RegId R : I.Args)
    Site.Args.push_back(reg(R));
  learnTypes(Site);
  NodeSet Result;
  std::vector<FunctionId> Targets = targetsOf(I, Receiver);
  if (Targets.empty() || Targets.size() > MaxTargets) {
    GaveUp |= Targets.size() > MaxTargets;
    for (FunctionId T : Targets)
      Context.Unreplayed[T.Index] = true;
    Context.Unreplayed[I.Callee.Index] = true;
    hideFrom(Site, Result);
  } else {
    std::vector<CallSite> Sites(Targets.size(), Site);
    for (size_t T = 0; T != Targets.size(); ++T) {
      Sites[T].Callee = Targets[T];
      if (Targets.size() > 1)
        Sites[T].Receiver = receiversOf(I, Targets[T], Receiver);
    }
    applyOneOf(Sites, Result);
  }
  if (I.Dst)
    reg(I.Dst) = resultOf(std::move(Result));
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
  else if (!Site.Args.empty())
    insertAll(Doubtful, Site.Receiver); // May hold what it is given.
  Epoch += !Callee.has(FunctionFlag::System);
  for (uint32_t I = 0; I != Site.Args.size(); ++I) {
    ParamFate Fate = Index.fateOf(Site.Callee, I);
    if (Fate == ParamFate::Kept)
      keep(Site, I);
    else if (Fate == ParamFate::Open)
      escape(valueOf(Site.Args[I]));
  }
  insertInto(Result, Nodes.opaque({}));
}

/// The declaration says who has the argument from now on. Handing over nothing
/// takes what was there away, as a setter does.
void BodyWalk::keep(const CallSite &Site, uint32_t Argument) {
  const Param &P = Index[Site.Callee].Params[Argument];
  NodeSet Values = valueOf(Site.Args[Argument]);
  std::vector<Place> Places;
  for (uint32_t Keeper : P.Keepers) {
    if (Keeper == Param::Outside) {
      escape(Values);
      continue;
    }
    NodeSet Holders = Site.Receiver;
    if (Keeper)
      Holders = Keeper <= Site.Args.size() ? valueOf(Site.Args[Keeper - 1])
                                           : NodeSet();
    for (NodeIndex N : Holders)
      if (N != NullNode)
        Places.push_back({N, {P.KeptIn, 0}});
  }
  bool IsNothing =
      llvm::all_of(Values, [](NodeIndex N) { return N == NullNode; });
  write(Places, Values, IsNothing ? StoreKind::Assign : StoreKind::Insert,
        Hold::Strong, Site.Loc);
}

/// Where the body of the callee does nothing with an argument that is kept, it
/// hands it on to code that is not known.
void BodyWalk::keepForgotten(const CallSite &Site, const Summary &Done) {
  auto IsStored = [&](uint32_t Argument) {
    return llvm::any_of(Done.Effects, [&](const HeapState::Entry &E) {
      return llvm::any_of(E.second.Edges, [&](const HeapEdge &Edge) {
        return Done.isArgument(Edge.Target, Argument);
      });
    });
  };
  for (uint32_t I = 0; I != Site.Args.size(); ++I)
    if (Index.fateOf(Site.Callee, I) == ParamFate::Kept && !IsStored(I))
      keep(Site, I);
}

void BodyWalk::escape(const NodeSet &Set, bool Always, Way Absent) {
  for (NodeIndex N : Set)
    if (N != NullNode) {
      insertInto(Escaped, N);
      State.handOver({N, Always, Absent});
    }
}

/// `void send() { ... if (busy) return send(); ... }`: what the call does is
/// what the ways do on which there is no such call, any number of rounds later.
bool BodyWalk::isNextRound(const CallSite &Site) {
  auto HasObjects = [&](const RegValue &A) {
    return A.IsPlace || !A.Nodes.empty();
  };
  return Site.Callee == Self && !Context.Walked[Self.Index] && F.Class &&
         !F.has(FunctionFlag::Static) &&
         Site.Receiver == NodeSet{Nodes.thisNode(F.Class)} &&
         llvm::none_of(Site.Args, HasObjects);
}

void BodyWalk::applyOne(const CallSite &Site, NodeSet &Result) {
  const Function &Callee = Index[Site.Callee];
  if (isNextRound(Site)) {
    Repeated = true;
    State.Reachable = false;
    return;
  }
  const Summary &Done = Context.Summaries[Site.Callee.Index];
  bool TooMuch = CallDepth >= MaxCallDepth || Replays >= MaxReplays ||
                 Nodes.size() + Done.Nodes.size() >= MaxNodes;
  if (!Callee.has(FunctionFlag::HasBody) ||
      !Context.Walked[Site.Callee.Index] || TooMuch) {
    Repeated |= Site.Callee == Self && !TooMuch;
    GaveUp |= TooMuch;
    Context.Unreplayed[Site.Callee.Index] = true;
    return hideFrom(Site, Result);
  }
  ++Replays;
  ++CallDepth;
  applyThrown(Site);
  Instantiation(*this, Site, Done).run(Result);
  keepForgotten(Site, Done);
  --CallDepth;
}

/// The ways on which the callee throws end here or in a handler.
void BodyWalk::applyThrown(const CallSite &Site) {
  const Summary &Thrown = Context.Thrown[Site.Callee.Index];
  if (!Thrown.MayReturn)
    return;
  HeapState Before = State;
  NodeSet Ignored;
  Instantiation(*this, Site, Thrown).run(Ignored);
  WalkExit *Catch = &Propagated;
  HeapState *To = &Propagated.State;
  for (OpenBlock &B : llvm::reverse(Blocks))
    if (B.Code == Op::Block && B.has(InstrFlag::Try)) {
      To = &B.Next;
      Catch = nullptr;
      break;
    }
  if (Catch) {
    destroyLocals({});
    Catch->Loc = Site.Loc;
    Catch->Open &= isOpen(CurrentArm);
    insertAll(Catch->Escaped, Escaped);
  }
  To->join(State);
  State = std::move(Before);
}

/// One of several functions runs; which one is not known. That one of them is a
/// method of some class does not make its object one of that class.
void BodyWalk::applyOneOf(llvm::ArrayRef<CallSite> Sites, NodeSet &Result) {
  if (Sites.size() == 1) {
    State.assumeStored(Sites[0].Callable);
    return applyOne(Sites[0], Result);
  }
  HeapState Before = State;
  HeapState After;
  After.Reachable = false;
  for (const CallSite &Site : Sites) {
    State = Before;
    State.assumeStored(Site.Callable);
    llvm::SmallVector<RecordId, 2> Classes;
    for (NodeIndex N : Site.Receiver)
      Classes.push_back(Nodes[N].Rec);
    applyOne(Site, Result);
    for (auto [N, Class] : llvm::zip_equal(Site.Receiver, Classes))
      Nodes[N].Rec = Class;
    After.join(State);
  }
  State = std::move(After);
}

/// The call of a closure or bind object, as a call of the function behind it.
/// The first of what is bound and passed is the object of a method.
CallSite BodyWalk::callOf(NodeIndex N, const std::vector<RegValue> &Args,
                          FactLoc Loc) {
  RecordId Rec = Nodes[N].Rec;
  const Record &R = Index[Rec];
  CallSite Site{R.Invoke, {N}, Args, Loc, N};
  if (R.Kind != RecordKind::Bind)
    return Site;
  std::vector<RegValue> All;
  for (uint32_t I = 0; I != R.Fields.size(); ++I)
    All.emplace_back().Nodes = load({N, {Rec, I}}, 0);
  All.insert(All.end(), Args.begin(), Args.end());
  const Function &Target = Index[R.Invoke];
  Site.Receiver.clear();
  if (Target.Class && !Target.has(FunctionFlag::Static) && !All.empty()) {
    Site.Receiver = valueOf(All.front());
    All.erase(All.begin());
  }
  Site.Args = std::move(All);
  return Site;
}

/// If \p N was found in a global variable: the functions that the program puts
/// there.
llvm::ArrayRef<RecordId> BodyWalk::tableOf(NodeIndex N) const {
  while (Nodes[N].Kind == NodeKind::Placeholder &&
         !Nodes[N].From.Slot.isField())
    N = Nodes[N].From.Holder;
  return Nodes[N].Kind == NodeKind::Global ? Index.callablesIn(Nodes[N].Text)
                                           : llvm::ArrayRef<RecordId>();
}

void BodyWalk::invoke(const NodeSet &Callable,
                      const std::vector<RegValue> &Args, FactLoc Loc,
                      NodeSet &Result, const PendingInvoke &How) {
  std::vector<CallSite> Known;
  PendingInvoke Rest;
  for (NodeIndex N : Callable) {
    RecordId Rec = Nodes[N].Rec;
    if (Rec && Index[Rec].Invoke)
      Known.push_back(
          callOf(How.OnCopy ? copyOf({N}, Rec, Loc) : N, Args, Loc));
    else if (auto Table = tableOf(N); !Table.empty())
      for (RecordId Entry : Table)
        Known.push_back(
            callOf(Nodes.alloc(Entry, AllocKind::Temporary), Args, Loc));
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
    Rest.Order = ++NextOrder;
    Rest.OnCopy = How.OnCopy;
    Rest.InLoop = How.InLoop || llvm::any_of(Blocks, [](const OpenBlock &B) {
                    return B.Code == Op::Loop;
                  });
    // In a loop the next round comes after it.
    Rest.ClearsFollow = Rest.InLoop || How.ClearsFollow;
    Rest.Result = Nodes.opaque({});
    insertInto(Result, Rest.Result);
    ++Epoch;
    if (Pending.size() < MaxPending)
      Pending.push_back(std::move(Rest));
    else
      GaveUp = true;
  }
  if (!Known.empty())
    applyOneOf(Known, Result);
}

//===----------------------------------------------------------------------===//
// Ends of objects
//===----------------------------------------------------------------------===//

/// A part, or what a sole owner owns, with a destructor that runs code; in a
/// container, each of them that is known.
bool BodyWalk::endsWithItsOwner(const Field &Part) const {
  if (Part.Leaves.size() != 1)
    return false;
  const Leaf &L = Part.Leaves[0];
  return (L.Kind == Hold::Value || L.Kind == Hold::Unique) && L.Pointee &&
         Index.destructionRuns(L.Pointee);
}

/// What a sole owner holds may be of a derived class.
RecordId BodyWalk::classOfPart(NodeIndex N, const Leaf &L) const {
  RecordId Rec = Nodes[N].Rec;
  bool Derived =
      L.Kind == Hold::Unique && Rec && Index.isSameOrBase(L.Pointee, Rec);
  return Derived ? Rec : L.Pointee;
}

/// The argument for a parameter: an object, or the place that a cell is.
RegValue BodyWalk::passedAs(const Param &Pm, NodeIndex N) const {
  RegValue V;
  RecordId Rec = Nodes[N].Rec;
  V.IsPlace =
      Pm.Mode == ParamMode::Place && Rec && Index[Rec].has(RecordFlag::Cell);
  if (V.IsPlace)
    V.Places = {{N, {Rec, 0}}};
  else
    V.Nodes = {N};
  return V;
}

/// Calls the deleter that is known for \p N; false if there is none.
bool BodyWalk::runDeleter(NodeIndex N) {
  if (Index.controlBlock().isNone())
    return false;
  Place At{N, {Index.controlBlock(), 0}};
  const SlotState *S = State.find(At);
  NodeSet Deleters;
  if (S)
    for (const HeapEdge &E : S->Edges)
      if (RecordId Rec = Nodes[E.Target].Rec;
          !E.Gone && !E.MaybeCleared && Rec && Index[Rec].Invoke)
        insertInto(Deleters, E.Target);
  if (Deleters.empty())
    return false;
  const Function &Called = Index[Index[Nodes[Deleters[0]].Rec].Invoke];
  FactLoc Loc = Called.Loc;
  std::vector<RegValue> Args;
  if (!Called.Params.empty()) {
    Args.push_back(passedAs(Called.Params[0], N));
    if (isControlBlock(N))
      Args.back().Nodes = load({N, {Index.controlBlock(), 1}}, 0);
  }
  State.kill(At); // It may delete the object, and it runs once.
  NodeSet Ignored;
  invoke(Deleters, Args, Loc, Ignored);
  return true;
}

/// Runs the destructors of \p Whole: its own, then those of parts and bases.
void BodyWalk::destroyNow(NodeIndex Whole) {
  if (Whole == NullNode || runDeleter(Whole) || Nodes[Whole].Rec.isNone())
    return;
  Place Mark{Whole, SlotKey::whole()};
  if (Nodes[Whole].Kind == NodeKind::Alloc) {
    if (isDestroyed(Whole))
      return;
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
      if (!endsWithItsOwner(Part))
        continue;
      for (NodeIndex Sub : load({N, {Rec, I}}, 0))
        if (Sub != NullNode && !runDeleter(Sub))
          Work.push_back({Sub, classOfPart(Sub, Part.Leaves[0])});
    }
    for (RecordId Base : R.Bases)
      Work.push_back({N, Base});
  }
}

/// What a handle surely holds at its end, and does not give back.
void BodyWalk::endHandle(Place Handle, const NodeSet &Returned) {
  const SlotState *S = State.find(Handle);
  NodeSet Held;
  if (S)
    for (const HeapEdge &E : S->Edges)
      if (!E.Gone && !E.MaybeCleared && !llvm::is_contained(Returned, E.Target))
        insertInto(Held, E.Target);
  for (NodeIndex N : Held)
    runDeleter(N);
}

bool BodyWalk::isDestroyed(NodeIndex N) const {
  return State.find({N, SlotKey::whole()});
}

/// Does an object live on when the variables end? Then it was handed out, or
/// somebody else owns it who does not end with them.
bool BodyWalk::outlivesVariables(NodeIndex N, const NodeSet &Returned) const {
  if (llvm::is_contained(Returned, N) || llvm::is_contained(Escaped, N))
    return true;
  return llvm::any_of(State.entries(), [&](const HeapState::Entry &Slot) {
    NodeIndex Holder = Slot.first.Holder;
    return Holder != Nodes.frame() &&
           llvm::any_of(Slot.second.Edges,
                        [&](const HeapEdge &E) {
                          return E.Target == N && !E.Gone && owns(E.Kind);
                        }) &&
           !isDestroyed(freshRoot(Holder));
  });
}

/// Ends \p Whole and what only it held.
void BodyWalk::destroyWithContent(NodeIndex Whole, const NodeSet &Returned) {
  destroyNow(Whole);
  llvm::SmallVector<Place, 4> Slots;
  for (const auto &[At, Slot] : State.entries())
    if (At.Slot.isField() && freshRoot(At.Holder) == Whole)
      Slots.push_back(At);
  for (Place At : Slots)
    destroyContent(At, Returned);
}

/// What the handle or container \p At is the last to hold ends with it. Which
/// of several objects it holds is not known: each may live on.
void BodyWalk::destroyContent(Place At, const NodeSet &Returned) {
  const SlotState *Slot = State.find(At);
  if (!Slot)
    return;
  llvm::SmallVector<HeapEdge, 1> Edges = Slot->Edges;
  for (const HeapEdge &E : Edges) {
    bool MayEnd = !E.Gone && owns(E.Kind) &&
                  Nodes[E.Target].Kind == NodeKind::Alloc &&
                  Nodes[E.Target].Rec && !isDestroyed(E.Target);
    if (!MayEnd || outlivesVariables(E.Target, Returned))
      continue;
    bool Surely = E.Exact && E.Always && !E.MaybeCleared;
    HeapState Otherwise;
    if (!Surely)
      Otherwise = State;
    destroyWithContent(E.Target, Returned);
    if (!Surely)
      State.join(Otherwise);
  }
}

/// The end of the function ends the objects that live in its variables, and
/// those that only they hold.
void BodyWalk::destroyLocals(const NodeSet &Returned) {
  for (size_t I = F.Locals.size(); I-- != 0;) {
    Place At{Nodes.frame(), SlotKey::local(uint32_t(I))};
    if (F.Locals[I].Ends)
      endHandle(At, Returned);
    if (F.Locals[I].Destroys.isNone()) {
      destroyContent(At, Returned);
      continue;
    }
    for (NodeIndex N : load(At, 0))
      if (Nodes[N].Kind == NodeKind::Alloc &&
          Nodes[N].Storage != AllocKind::Heap)
        destroyWithContent(N, Returned);
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
