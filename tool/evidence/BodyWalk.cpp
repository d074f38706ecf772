// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The walk over one body: values, places, stores and structure. Calls are in
// CallWalk.cpp, the closing-store rule is in LateStore.cpp.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// Beyond these a body is generated code; its effects are dropped and counted.
static constexpr size_t MaxExits = 64;
// Calls are no longer followed long before this, see CallWalk.cpp; what is left
// of the own body is linear.
static constexpr size_t MaxNodes = 16384;
static constexpr size_t MaxSet = 16;

BodyWalk::BodyWalk(WalkContext &Context, FunctionId Id)
    : Context(Context), Index(Context.Index), P(Index.program()), Self(Id),
      F(Index[Id]) {
  Propagated.State.Reachable = false;
  Propagated.Throws = true;
  Regs.resize(F.Registers + 1);           // The last one stays empty.
  NextOccasion = uint32_t(F.Body.size()); // Loads of its own come before.
}

void BodyWalk::run() {
  for (uint32_t At = 0; At != F.Body.size(); ++At)
    step(F.Body[At], At);
  if (State.Reachable)
    leave(nullptr);
  if (Propagated.State.Reachable)
    Exits.push_back(std::move(Propagated));
  markRevised();
}

void BodyWalk::step(const Instr &I, uint32_t At) {
  if (I.Code >= Op::If && I.Code <= Op::End)
    return stepStructure(I, At);
  if (!State.Reachable)
    return;
  if (Nodes.size() > MaxNodes) {
    GaveUp = true;
    return;
  }
  Replays = 0;
  if (I.Code <= Op::Cast)
    return stepValue(I);
  if (I.Code <= Op::Load)
    return stepPlace(I, At);
  stepEffect(I);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void BodyWalk::stepValue(const Instr &I) {
  RegValue &Dst = reg(I.Dst);
  switch (I.Code) {
  case Op::This:
    Dst.Nodes = {Nodes.thisNode(F.Class)};
    return;
  case Op::Param:
    Dst.IsPlace = F.Params[I.Index].Mode == ParamMode::Place;
    if (Dst.IsPlace)
      Dst.Places = {{Nodes.cell(I.Index), SlotKey::whole()}};
    else if (F.Params[I.Index].Mode == ParamMode::Value)
      Dst.Nodes = {Nodes.param(I.Index, F.Params[I.Index].Type)};
    return;
  case Op::Null:
    Dst.Nodes = {NullNode};
    return;
  case Op::Unknown:
    Dst.Nodes = {Nodes.opaque(I.Rec)};
    return;
  case Op::Global:
    Dst.IsPlace = true;
    Dst.Places = {{Nodes.global(I.Text), SlotKey::whole()}};
    return;
  case Op::Alloc:
    Dst.Nodes = {Nodes.alloc(I.Rec, AllocKind(I.Kind))};
    if (I.Rec && Index[I.Rec].Invoke)
      Closures.push_back(Dst.Nodes[0]);
    return;
  case Op::Copy:
    return copyObject(I);
  case Op::Join:
    Dst.IsPlace = !I.Args.empty() &&
                  llvm::all_of(I.Args, [&](RegId A) { return reg(A).IsPlace; });
    if (Dst.IsPlace) {
      for (RegId Arg : I.Args)
        llvm::append_range(Dst.Places, reg(Arg).Places);
      return;
    }
    for (RegId Arg : I.Args)
      for (NodeIndex N : valueOf(Arg))
        insertInto(Dst.Nodes, N);
    return;
  default: // Cast
    Dst = reg(I.A);
    for (NodeIndex N : Dst.Nodes)
      learnType(N, I.Rec);
  }
}

/// Code that treats an object as a \p Rec knows what it is.
void BodyWalk::learnType(NodeIndex N, RecordId Rec) {
  HeapNode &Node = Nodes[N];
  if (N == NullNode || Rec.isNone() || Node.Kind == NodeKind::Alloc)
    return;
  if (Node.Rec.isNone() || Index.isSameOrBase(Node.Rec, Rec))
    Node.Rec = Rec;
}

/// A member-wise copy shares what the original's slots hold.
void BodyWalk::copyObject(const Instr &I) {
  NodeSet From = valueOf(I.A);
  llvm::erase(From, NullNode);
  RecordId Rec = I.Rec;
  if (Rec.isNone() && From.size() == 1)
    Rec = Nodes[From[0]].Rec;
  NodeIndex New = Nodes.alloc(Rec, AllocKind::Temporary);
  reg(I.Dst).Nodes = {New};
  if (Rec.isNone() || From.size() != 1) {
    insertInto(Doubtful, New);
    return;
  }
  if (Index[Rec].Invoke)
    Closures.push_back(New);
  copySlots(From[0], New, Rec, StoreKind::Init, I.Loc);
}

void BodyWalk::copySlots(NodeIndex From, NodeIndex To, RecordId Rec,
                         StoreKind Kind, FactLoc Loc) {
  std::vector<RecordId> All(Index.basesOf(Rec).begin(),
                            Index.basesOf(Rec).end());
  All.push_back(Rec);
  for (RecordId Declaring : All)
    for (uint32_t Number = 0; Number != Index[Declaring].Fields.size();
         ++Number) {
      SlotKey Slot{Declaring, Number};
      NodeSet Values = load({From, Slot}, 0);
      write(Place{To, Slot}, Values, Kind, Hold::Strong, Loc);
    }
}

NodeSet BodyWalk::valueOf(RegId R) { return valueOf(reg(R)); }

NodeSet BodyWalk::valueOf(const RegValue &V) {
  if (!V.IsPlace)
    return V.Nodes;
  NodeSet Set;
  for (Place P : V.Places)
    for (NodeIndex N : load(P, 0))
      insertInto(Set, N);
  return Set;
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

const Field *BodyWalk::fieldOf(Place P) const {
  return P.Slot.isField() ? Index.field(P.Slot.Declaring, P.Slot.Field)
                          : nullptr;
}

/// The only class that the slot's content can be declared as, or none.
RecordId BodyWalk::contentType(Place P) const {
  if (Nodes[P.Holder].Kind == NodeKind::Cell)
    return F.Params[Nodes[P.Holder].Index].Type;
  const Field *Fd = fieldOf(P);
  return Fd && Fd->Leaves.size() == 1 ? Fd->Leaves[0].Pointee : RecordId();
}

Hold BodyWalk::impliedHold(NodeIndex N) const {
  const HeapNode &Node = Nodes[N];
  const Field *Fd = fieldOf(Node.From);
  return Fd ? Index.holdOf(*Fd, Node.Rec, Hold::Strong) : Hold::Raw;
}

/// Is the slot an object itself, so that what is assigned is copied into it?
bool BodyWalk::isPart(Place P) const {
  const Field *Fd = fieldOf(P);
  return Fd && Fd->Leaves.size() == 1 && Fd->Leaves[0].Kind == Hold::Value &&
         !Fd->has(FieldFlag::Container);
}

/// Null, or a new object of a class without slots: no cycle goes through it.
bool BodyWalk::holdsNothing(NodeIndex N) const {
  return N == NullNode || (Nodes[N].Kind == NodeKind::Alloc && Nodes[N].Rec &&
                           Index.isWithoutSlots(Nodes[N].Rec));
}

bool BodyWalk::holdsNothing(NodeIndex N, const HeapState &In) const {
  if (holdsNothing(N))
    return true;
  return Nodes[N].Kind == NodeKind::Alloc &&
         Nodes[N].Storage == AllocKind::Temporary &&
         llvm::all_of(In.entries(), [&](const HeapState::Entry &E) {
           return freshRoot(E.first.Holder) != N ||
                  llvm::all_of(E.second.Edges, [](const HeapEdge &X) {
                    return X.Gone || X.Target == NullNode;
                  });
         });
}

NodeIndex BodyWalk::freshRoot(NodeIndex N) const {
  while (Nodes[N].Kind == NodeKind::Placeholder &&
         impliedHold(N) == Hold::Value && !Nodes[N].Element)
    N = Nodes[N].From.Holder;
  return Nodes[N].Kind == NodeKind::Alloc ? N : NullNode;
}

/// A new object holds nothing in its handles and containers; a part of it is
/// there all the same.
bool BodyWalk::isEmptyOnEntry(Place P) const {
  if (P.Slot == SlotKey::whole())
    return false;
  if (P.Holder == Nodes.frame())
    return !F.has(FunctionFlag::Deferred); // May belong to the creator.
  if (freshRoot(P.Holder) == NullNode)
    return false;
  const Field *Fd = fieldOf(P);
  return !Fd || Fd->has(FieldFlag::Container) || Fd->Leaves.size() != 1 ||
         Fd->Leaves[0].Kind != Hold::Value;
}

/// Is there nothing to be taken away?
bool BodyWalk::isEmptyNow(Place P) const {
  const SlotState *S = State.find(P);
  return isEmptyOnEntry(P) &&
         (!S || llvm::all_of(S->Edges, [](const HeapEdge &E) {
           return E.Gone || E.Target == NullNode;
         }));
}

/// What \p P held on entry, and since when that is known.
NodeIndex BodyWalk::loadOld(Place P, RecordId Rec, uint32_t Occasion) {
  NodeIndex N = Nodes.placeholder(P, Rec, Occasion);
  if (N >= LoadedIn.size())
    LoadedIn.resize(N + 1, ~uint32_t(0));
  LoadedIn[N] = std::min(LoadedIn[N], Epoch);
  return N;
}

/// What one access to a container gets out of the values it was filled with:
/// a new object is one of them, a value from elsewhere may stand for many.
NodeSet BodyWalk::elementsOf(const NodeSet &Values, uint32_t Occasion) {
  NodeSet Set;
  for (NodeIndex N : Values) {
    bool IsOne = N == NullNode || Nodes[N].Kind == NodeKind::Alloc;
    insertInto(
        Set,
        IsOne ? N : loadOld({N, SlotKey::element()}, Nodes[N].Rec, Occasion));
  }
  return Set;
}

/// What \p P holds now. \p Occasion tells element loads apart; 0 means all.
NodeSet BodyWalk::load(Place P, uint32_t Occasion) {
  NodeSet Set;
  const SlotState *S = State.find(P);
  if (S)
    for (const HeapEdge &E : S->Edges)
      if (!E.Gone && Set.size() < MaxSet)
        insertAll(Set, E.Whole && Occasion ? elementsOf({E.Target}, Occasion)
                                           : NodeSet{E.Target});
  if (S && S->Old == OldContent::Killed)
    return Set;
  if ((S && S->Old == OldContent::KnownNull) || isEmptyOnEntry(P))
    insertInto(Set, NullNode);
  else
    insertInto(Set, loadOld(P, contentType(P), Occasion));
  return Set;
}

void BodyWalk::stepPlace(const Instr &I, uint32_t At) {
  RegValue &Dst = reg(I.Dst);
  if (I.Code == Op::Local) {
    Dst.IsPlace = true;
    Dst.Places = {{Nodes.frame(), SlotKey::local(I.Index)}};
    return;
  }
  if (I.Code == Op::Slot) {
    Dst.IsPlace = true;
    for (NodeIndex N : valueOf(I.A)) {
      if (N == NullNode)
        continue;
      learnType(N, I.Rec);
      addReferred({N, {I.Rec, I.Index}}, Dst.Places);
    }
    return;
  }
  const RegValue &From = reg(I.A);
  uint32_t Occasion = I.has(InstrFlag::Element) ? At + 1 : 0;
  if (!From.IsPlace) { // A value is loaded already.
    Dst = From;
    if (Occasion)
      Dst.Nodes = elementsOf(From.Nodes, Occasion);
    return;
  }
  for (Place P : From.Places)
    for (NodeIndex N : load(P, Occasion))
      insertInto(Dst.Nodes, N);
  Dst.WasLoaded = From.Places.size() == 1 && !Occasion;
  if (Dst.WasLoaded)
    Dst.LoadedFrom = From.Places[0];
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

void BodyWalk::stepEffect(const Instr &I) {
  switch (I.Code) {
  case Op::Store:
    return store(I);
  case Op::Clear:
    return clear(I);
  case Op::Call:
    return call(I);
  case Op::Invoke: {
    std::vector<RegValue> Args;
    for (RegId R : I.Args)
      Args.push_back(reg(R));
    NodeSet Result;
    if (I.has(InstrFlag::Async))
      for (const RegValue &A : Args)
        escape(valueOf(A));
    invoke(valueOf(I.A), Args, I.Loc, Result);
    if (I.Dst)
      reg(I.Dst).Nodes = Result;
    return;
  }
  case Op::Delete:
    for (NodeIndex N : valueOf(I.A))
      destroyNow(N);
    return;
  case Op::Break:
  case Op::Continue:
    return jump(I);
  case Op::Throw:
    return raise(I);
  default: // Return
    return leave(&I);
  }
}

void BodyWalk::store(const Instr &I) {
  const RegValue &To = reg(I.A);
  NodeSet Values = valueOf(I.B);
  if (!To.IsPlace)
    return assignObject(To, Values, I.Loc);
  write(To.Places, Values, StoreKind(I.Kind), I.ValueHold, I.Loc);
  if (reg(I.B).IsPlace && StoreKind(I.Kind) == StoreKind::Init)
    bindReference(To.Places, reg(I.B).Places);
}

/// `U{handle}` with a `Handle &` in U: what is done to the member is done to
/// the variable.
void BodyWalk::bindReference(llvm::ArrayRef<Place> Slots,
                             llvm::ArrayRef<Place> To) {
  for (Place Slot : Slots)
    if (const Field *Fd = fieldOf(Slot); Fd && Fd->has(FieldFlag::Reference))
      for (Place P : To)
        State.addEdge(Slot, {.Target = Nodes.reference(P), .Missed = {}});
}

/// \p Slot, or what the reference in it is known to refer to.
void BodyWalk::addReferred(Place Slot, llvm::SmallVectorImpl<Place> &To) const {
  const Field *Fd = fieldOf(Slot);
  const SlotState *S =
      Fd && Fd->has(FieldFlag::Reference) ? State.find(Slot) : nullptr;
  size_t Before = To.size();
  if (S)
    for (const HeapEdge &E : S->Edges)
      if (!E.Gone && Nodes[E.Target].Kind == NodeKind::Reference)
        To.push_back(Nodes[E.Target].From);
  if (To.size() == Before)
    To.push_back(Slot);
}

/// `*p = value`: the object gets what the slots of the other one hold. Which
/// of several objects is meant is not followed.
void BodyWalk::assignObject(const RegValue &To, const NodeSet &Values,
                            FactLoc Loc) {
  if (To.Nodes.size() != 1 || Values.size() != 1 || Values[0] == NullNode ||
      To.Nodes[0] == NullNode || To.Nodes[0] == Values[0])
    return;
  RecordId Rec = Nodes[To.Nodes[0]].Rec;
  if (Rec.isNone() || Nodes[Values[0]].Rec.isNone() ||
      !Index.isSameOrBase(Rec, Nodes[Values[0]].Rec))
    return insertAll(Doubtful, To.Nodes);
  copySlots(Values[0], To.Nodes[0], Rec, StoreKind::Assign, Loc);
}

ChoiceId BodyWalk::choiceOf(NodeSet Candidates) {
  llvm::erase(Candidates, NullNode);
  if (Candidates.size() < 2)
    return 0;
  ChoiceId &Choice = Choices[Candidates];
  if (!Choice)
    Choice = newChoice();
  return Choice;
}

ChoiceId BodyWalk::holderChoice(llvm::ArrayRef<Place> Places) {
  NodeSet Holders;
  for (Place P : Places)
    insertInto(Holders, P.Holder);
  return choiceOf(std::move(Holders));
}

void BodyWalk::write(llvm::ArrayRef<Place> Places, const NodeSet &Values,
                     StoreKind Kind, Hold ValueHold, FactLoc Loc) {
  bool Single = Places.size() == 1;
  size_t Targets = Values.size() - llvm::count(Values, NullNode);
  TraceId Trace = Context.Traces.step(Loc, 0);
  ChoiceId Holder = holderChoice(Places);
  ChoiceId Target = choiceOf(Values);
  for (Place To : Places) {
    LateVerdict Verdict = judgeStore(To, Values);
    if (Single && Kind != StoreKind::Insert)
      State.kill(To);
    else if (Kind != StoreKind::Insert)
      State.spareUnless(To, Holder);
    if (Single && Kind == StoreKind::Assign && !Values.empty() &&
        llvm::all_of(Values, [&](NodeIndex N) {
          return N == NullNode ||
                 ((holdsNothing(N) || isPart(To)) &&
                  Nodes[N].Kind == NodeKind::Alloc && isUnlinked(N));
        }))
      State.markCleared(To, ClearKind::Null, Loc);
    const Field *Fd = fieldOf(To);
    if (Fd && Fd->has(FieldFlag::Reference) && Kind != StoreKind::Init)
      escape(Values); // Into a variable that is somebody's.
    for (NodeIndex N : Values) {
      if (N == NullNode && Kind == StoreKind::Insert)
        continue;
      HeapEdge E;
      E.Target = N;
      E.Kind = Fd ? Index.holdOf(*Fd, Nodes[N].Rec, ValueHold) : ValueHold;
      E.Exact = Single && Targets == 1;
      E.Conditional = isConditional();
      E.Late = Verdict.Late;
      E.Whole = Kind != StoreKind::Insert;
      E.Trace = Trace;
      E.Arm = CurrentArm;
      E.Order = ++NextOrder;
      E.HolderChoice = Holder;
      E.TargetChoice = Target;
      State.addEdge(To, E);
      logStore(To, N, E, Verdict);
    }
  }
}

/// One of several objects is cleared, such as the element that a look-up found.
/// One that was erased before is not found.
void BodyWalk::maybeClearFound(Place At) {
  State.maybeKill(At, {State.erasedAt(At.Holder), Self});
}

/// Emptying a slot of an object that is not known may empty it in any.
void BodyWalk::noteIfUnknown(Place Cleared) {
  NodeIndex Root = Cleared.Holder;
  while (Nodes[Root].Kind == NodeKind::Placeholder)
    Root = Nodes[Root].From.Holder;
  if (Nodes[Root].Kind == NodeKind::Opaque && Cleared.Slot.isField())
    State.clearSomewhere(Cleared.Slot, ++NextOrder);
}

void BodyWalk::clear(const Instr &I) {
  const RegValue &From = reg(I.A);
  LastClear = ++NextOrder;
  bool Whole = From.Places.size() == 1 && ClearKind(I.Kind) != ClearKind::Erase;
  for (Place At : From.Places) {
    bool WasEmpty = isEmptyNow(At);
    bool OneByOne =
        ClearKind(I.Kind) == ClearKind::Erase && State.losesOneByOne(At);
    if (Whole)
      State.kill(At);
    else if (From.Places.size() == 1)
      State.maybeKill(At);
    else
      maybeClearFound(At);
    State[At].OneByOne = OneByOne;
    if (WasEmpty)
      continue; // Nothing was there to be taken away.
    State.markCleared(At, ClearKind(I.Kind), I.Loc);
    noteIfUnknown(At);
  }
}

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

void BodyWalk::stepStructure(const Instr &I, uint32_t At) {
  switch (I.Code) {
  case Op::If:
  case Op::Loop:
  case Op::Block:
    return enterBlock(I, At);
  case Op::Else:
    return elseBlock();
  default:
    return endBlock();
  }
}

/// In \p S, what was tested is null (or is not).
void BodyWalk::refine(HeapState &S, const RegValue &Tested, bool NonNull) {
  if (!Tested.WasLoaded || !S.Reachable)
    return;
  const SlotState *Now = S.find(Tested.LoadedFrom);
  bool Explicit = Now && Now->Old == OldContent::Killed;
  bool AllNull = Explicit && llvm::all_of(Now->Edges, [](const HeapEdge &E) {
                   return E.Gone || E.Target == NullNode;
                 });
  if (NonNull) {
    S.Reachable &= !AllNull && !(Now && Now->Old == OldContent::KnownNull);
    return;
  }
  bool NoNull = Explicit && !Tested.Nodes.empty() &&
                llvm::all_of(Tested.Nodes, [&](NodeIndex N) {
                  return Nodes[N].Kind == NodeKind::Alloc;
                });
  if (NoNull) {
    S.Reachable = false;
    return;
  }
  S.assumeNull(Tested.LoadedFrom);
}

/// Variables that the loop assigns may hold what an earlier iteration left.
void BodyWalk::keepEarlierIterations(uint32_t LoopAt) {
  llvm::SmallDenseMap<uint32_t, uint32_t> VariableOf; // By register.
  std::vector<uint32_t> Assigned;
  unsigned Depth = 0;
  for (uint32_t At = LoopAt; At != F.Body.size(); ++At) {
    const Instr &I = F.Body[At];
    Depth += I.Code == Op::If || I.Code == Op::Loop || I.Code == Op::Block;
    if (I.Code == Op::End && --Depth == 0)
      break;
    if (I.Code == Op::Local)
      VariableOf[I.Dst.Index] = I.Index;
    if (I.Code == Op::Store && VariableOf.count(I.A.Index))
      Assigned.push_back(VariableOf[I.A.Index]);
  }
  llvm::sort(Assigned);
  Assigned.erase(std::unique(Assigned.begin(), Assigned.end()), Assigned.end());
  for (uint32_t Variable : Assigned)
    State.addEdge({Nodes.frame(), SlotKey::local(Variable)},
                  {.Target = Nodes.opaque({}), .Missed = {}});
}

void BodyWalk::enterBlock(const Instr &I, uint32_t At) {
  OpenBlock B;
  B.Code = I.Code;
  B.Flags = I.Flags;
  B.Tests = bool(I.A);
  B.Loc = I.Loc;
  B.OuterArm = CurrentArm;
  B.At = At;
  B.FirstStore = Stores.size();
  B.FirstNode = NodeIndex(Nodes.size());
  B.Entry = State;
  B.Done.Reachable = B.Next.Reachable = false;
  if (I.Code == Op::If) {
    if (I.A && State.Reachable) {
      bool ThenNonNull = !I.has(InstrFlag::Negated);
      RegValue Tested = reg(I.A);
      if (Tested.IsPlace && Tested.Places.size() == 1) {
        Tested.WasLoaded = true;
        Tested.LoadedFrom = Tested.Places[0];
        Tested.Nodes = valueOf(Tested);
      }
      refine(State, Tested, ThenNonNull);
      refine(B.Entry, Tested, !ThenNonNull);
    }
    Arms.push_back({CurrentArm, At + 1, I.A || I.has(InstrFlag::MayTake)});
    CurrentArm = uint32_t(Arms.size() - 1);
  }
  Blocks.push_back(std::move(B));
  if (I.Code == Op::Loop && State.Reachable)
    keepEarlierIterations(At);
}

void BodyWalk::elseBlock() {
  OpenBlock &B = Blocks.back();
  bool IsTry = B.Code == Op::Block;
  // A try block: what was thrown, or, as calls of the library may throw too,
  // all that was done.
  if (IsTry)
    B.Next.join(State, {B.Loc, Self});
  B.Code = Op::Else;
  B.Done.join(State);
  State = IsTry ? std::move(B.Next) : std::move(B.Entry);
  Arms.push_back({B.OuterArm, B.At + 1, IsTry || B.has(InstrFlag::MaySkip)});
  CurrentArm = uint32_t(Arms.size() - 1);
}

/// The name of one of the two ways through an if; none if it is not open.
Way BodyWalk::wayThrough(const OpenBlock &B, bool Taken) const {
  if (!B.has(Taken ? InstrFlag::MayTake : InstrFlag::MaySkip))
    return {};
  return {B.Loc, Self};
}

bool BodyWalk::isOpen(uint32_t Arm) const {
  for (; Arm; Arm = Arms[Arm].Parent)
    if (!Arms[Arm].Open)
      return false;
  return Arms[0].Open;
}

void BodyWalk::endBlock() {
  OpenBlock B = std::move(Blocks.back());
  Blocks.pop_back();
  CurrentArm = B.OuterArm;
  // The rest of the outer branch is reached by one way only.
  bool IsIf =
      B.Code == Op::If || (B.Code == Op::Else && !B.has(InstrFlag::Try));
  const HeapState &Other = B.Code == Op::If ? B.Entry : B.Done;
  if (IsIf && !B.Tests && State.Reachable != Other.Reachable) {
    bool Taken = (B.Code == Op::If) == State.Reachable;
    Arms[CurrentArm].Open &=
        B.has(Taken ? InstrFlag::MayTake : InstrFlag::MaySkip);
  }
  if (B.Code == Op::Block) // A try block whose handlers do nothing.
    State.join(B.Next, {}, {B.Loc, Self});
  if (B.Code == Op::Loop) {
    State.join(B.Next);
    State.join(B.Entry);
  }
  if (B.Code == Op::If)
    State.join(B.Entry, wayThrough(B, true), wayThrough(B, false));
  else
    State.join(B.Done, wayThrough(B, false), wayThrough(B, true));
  if (B.Code == Op::Loop) {
    State.forgetWaysSince(B.Entry);
    judgeAgain(B.FirstStore, B.FirstNode);
  }
}

void BodyWalk::jump(const Instr &I) {
  for (OpenBlock &B : llvm::reverse(Blocks)) {
    bool Break = I.Code == Op::Break;
    bool IsTarget = B.Code == Op::Block && !B.has(InstrFlag::Try);
    if (B.Code == Op::Loop || (Break && IsTarget)) {
      Way This;
      if (B.Code == Op::Block && isOpen(CurrentArm))
        This = {Blocks.back().Loc, Self};
      (Break ? B.Done : B.Next).join(State, B.FirstBreak, This);
      if (!B.FirstBreak)
        B.FirstBreak = This;
      break;
    }
  }
  State.Reachable = false;
}

bool BodyWalk::exclude(uint32_t ArmA, uint32_t ArmB) const {
  for (uint32_t A = ArmA; A; A = Arms[A].Parent)
    for (uint32_t B = ArmB; B; B = Arms[B].Parent)
      if (A != B && Arms[A].If == Arms[B].If)
        return true;
  return false;
}

bool BodyWalk::mayThrow() const {
  return llvm::any_of(
      Exits, [](const WalkExit &E) { return E.Throws && !E.Ends && E.Open; });
}

/// Goes on in the handlers of the innermost try block.
void BodyWalk::raise(const Instr &I) {
  if (!I.has(InstrFlag::Ends))
    for (OpenBlock &B : llvm::reverse(Blocks))
      if (B.Code == Op::Block && B.has(InstrFlag::Try)) {
        B.Next.join(State);
        State.Reachable = false;
        return;
      }
  leave(&I);
}

/// Ends the path, with what dies at the end of the function gone.
void BodyWalk::leave(const Instr *I) {
  WalkExit Exit;
  Exit.AtEnd = !I;
  Exit.Throws = I && I->Code == Op::Throw;
  Exit.Ends = I && I->has(InstrFlag::Ends);
  Exit.Open = isOpen(CurrentArm);
  LeftByClosed |= !Exit.Open;
  Exit.Loc = I ? I->Loc : F.Loc;
  if (I && I->Code == Op::Return && I->A)
    Exit.Returned = valueOf(I->A);
  for (NodeIndex N : Exit.Returned)
    insertInto(ReturnedAll, N);
  destroyLocals();
  Exit.Escaped = Escaped;
  Exit.State = std::move(State);
  State = HeapState();
  State.Reachable = false;
  if (Exits.size() < MaxExits) {
    Exits.push_back(std::move(Exit));
    return;
  }
  GaveUp = true;
  Exits.back().State.join(Exit.State);
}

} // namespace refcycle::analyzer
