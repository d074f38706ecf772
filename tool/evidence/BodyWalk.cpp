// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The walk over one body: values, places and stores. Branches, loops and ways
// out are in BranchWalk.cpp, calls in CallWalk.cpp, the closing-store rule is
// in LateStore.cpp.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// Beyond these a body is generated code; its effects are dropped and counted.
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
    else
      Dst.Key = ElementKey::parameter(I.Index);
    return;
  case Op::Key:
    Dst.Key = ElementKey::constant(I.Text);
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
    Nodes[Dst.Nodes[0]].Rest = I.has(InstrFlag::Rest);
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
    llvm::erase_if(Dst.Nodes,
                   [&](NodeIndex N) { return I.Rec && isNewAndNo(I.Rec, N); });
    for (NodeIndex N : Dst.Nodes)
      learnType(N, I.Rec);
  }
}

/// A member-wise copy shares what the original's slots hold.
void BodyWalk::copyObject(const Instr &I) {
  NodeSet From = valueOf(I.A);
  llvm::erase(From, NullNode);
  reg(I.Dst).Nodes = {copyOf(From, I.Rec, I.Loc)};
}

NodeIndex BodyWalk::copyOf(const NodeSet &From, RecordId Rec, FactLoc Loc) {
  if (Rec.isNone() && !From.empty() &&
      llvm::all_equal(
          llvm::map_range(From, [&](NodeIndex N) { return Nodes[N].Rec; })))
    Rec = Nodes[From[0]].Rec;
  NodeIndex New = Nodes.alloc(Rec, AllocKind::Temporary);
  if (Rec.isNone() || From.empty()) {
    insertInto(Doubtful, New);
    return New;
  }
  if (Index[Rec].Invoke)
    Closures.push_back(New);
  copySlots(From, New, Rec, StoreKind::Init, Loc);
  return New;
}

/// Where the original is one of several objects, the copy has what any of them
/// has.
void BodyWalk::copySlots(const NodeSet &From, NodeIndex To, RecordId Rec,
                         StoreKind Kind, FactLoc Loc) {
  std::vector<RecordId> All(Index.basesOf(Rec).begin(),
                            Index.basesOf(Rec).end());
  All.push_back(Rec);
  for (RecordId Declaring : All)
    for (uint32_t Number = 0; Number != Index[Declaring].Fields.size();
         ++Number) {
      SlotKey Slot{Declaring, Number};
      NodeSet Values;
      for (NodeIndex N : From)
        insertAll(Values, load({N, Slot}, 0));
      write(Place{To, Slot}, Values, Kind, Hold::Strong, Loc);
    }
}

NodeSet BodyWalk::valueOf(RegId R) { return valueOf(reg(R)); }

/// What a function gives back: its objects or, where it gives a reference to a
/// place that its caller can know, that.
NodeSet BodyWalk::referencesTo(const RegValue &V) {
  if (!V.IsPlace)
    return V.Nodes;
  NodeSet Set;
  for (Place P : V.Places)
    if (P.Holder == Nodes.frame())
      insertAll(Set, load(P, 0));
    else
      insertInto(Set, Nodes.reference(P, V.OfElement));
  return Set;
}

/// Adds what \p N refers to. False: it is no reference.
bool BodyWalk::addPlaceOf(NodeIndex N, RegValue &To) const {
  if (Nodes[N].Kind != NodeKind::Reference)
    return false;
  To.Places.push_back(Nodes[N].From);
  To.OfElement |= Nodes[N].Element;
  return true;
}

/// What the caller gets: a place, if the callee gave references.
RegValue BodyWalk::resultOf(NodeSet Result) const {
  RegValue V;
  for (NodeIndex N : Result)
    addPlaceOf(N, V);
  V.IsPlace = !V.Places.empty();
  if (!V.IsPlace)
    V.Nodes = std::move(Result);
  return V;
}

/// The objects themselves: what the places hold to which there are references.
NodeSet BodyWalk::contentOf(const NodeSet &Set) {
  NodeSet Content;
  for (NodeIndex N : Set)
    if (Nodes[N].Kind == NodeKind::Reference)
      insertAll(Content, load(Nodes[N].From, 0));
    else
      insertInto(Content, N);
  return Content;
}

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
                  llvm::all_of(E.second.Edges,
                               [](const HeapEdge &X) { return X.isEmpty(); });
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
         (!S || llvm::all_of(S->Edges,
                             [](const HeapEdge &E) { return E.isEmpty(); }));
}

/// Is \p P a slot of a new object that nobody else knows, and nothing was put
/// into it or its parts?
bool BodyWalk::hasNothingToLose(Place P) const {
  NodeIndex Root = freshRoot(P.Holder);
  if (Root == NullNode || isReferred(Root))
    return false;
  return llvm::all_of(State.entries(), [&](const HeapState::Entry &E) {
    bool IsOfIt = E.first == P || hangsFrom(E.first.Holder, P);
    return !IsOfIt || llvm::all_of(E.second.Edges, [](const HeapEdge &X) {
      return X.isEmpty();
    });
  });
}

/// What \p P held on entry, and since when that is known.
NodeIndex BodyWalk::loadOld(Place P, RecordId Rec, const ElementAccess &How) {
  NodeIndex N = Nodes.placeholder(P, Rec, How.Occasion);
  Nodes[N].Key = How.Key;
  Nodes[N].Exists = How.Exists;
  Nodes[N].Makes = How.Makes;
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

/// An element that nobody was seen putting in: made by this access, or with
/// others (`resize(n)`).
NodeIndex BodyWalk::newElement(Place P, const ElementAccess &How) {
  NodeIndex N = Nodes.alloc(How.Class, AllocKind::Heap);
  LateVerdict Verdict = judgeStore(P, {N});
  HeapEdge E;
  E.Target = N;
  E.Kind = Hold::Value;
  E.Late = Verdict.Late;
  E.Conditional = isConditional();
  E.Trace = Context.Traces.step(How.Loc, 0);
  E.Arm = CurrentArm;
  E.Order = ++NextOrder;
  E.Key = How.Key;
  State.addEdge(P, E);
  logStore(P, N, E, Verdict);
  return N;
}

/// The element besides the \p Known ones that an access may mean which proves
/// that there is one; null if it surely means those. \p Rest stands for those
/// that are not told apart yet, if there are such.
NodeIndex BodyWalk::elementThatExists(Place P, const NodeSet &Known,
                                      NodeIndex Rest,
                                      const ElementAccess &How) {
  if (Rest != NullNode)
    return How.Key && isUnlinked(Rest) ? newElement(P, How) : Rest;
  bool KnowsOne =
      llvm::any_of(Known, [](NodeIndex N) { return N != NullNode; });
  return How.Makes || !KnowsOne ? newElement(P, How) : NullNode;
}

/// What \p P holds now.
NodeSet BodyWalk::load(Place P, const ElementAccess &How) {
  NodeSet Set;
  NodeIndex Rest = NullNode;
  const SlotState *S = State.find(P);
  if (S)
    for (const HeapEdge &E : S->Edges) {
      if (E.Gone || E.Key.isOther(How.Key))
        continue;
      if (E.Key.isSame(How.Key) && E.Always && !E.MaybeCleared)
        return {E.Target};
      if (How.Exists && Nodes[E.Target].Rest)
        Rest = E.Target;
      else if (Set.size() < MaxSet)
        insertAll(Set, E.Whole && How.Occasion
                           ? elementsOf({E.Target}, How.Occasion)
                           : NodeSet{E.Target});
    }
  bool IsKilled = S && S->Old == OldContent::Killed;
  bool IsEmpty =
      IsKilled || (S && S->Old == OldContent::KnownNull) || isEmptyOnEntry(P);
  if (!IsEmpty)
    insertInto(Set, loadOld(P, contentType(P), How));
  if (How.Exists && (IsEmpty || Rest != NullNode)) {
    if (NodeIndex N = elementThatExists(P, Set, Rest, How); N != NullNode)
      insertInto(Set, N);
  } else if (IsEmpty && !IsKilled) {
    insertInto(Set, NullNode);
  }
  return Set;
}

ElementKey BodyWalk::keyOf(const Instr &I) {
  return I.Args.empty() ? ElementKey() : reg(I.Args.front()).Key;
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
    if (Index[I.Rec].has(RecordFlag::Cell) && reg(I.A).IsPlace) {
      Dst = reg(I.A); // The pointer that a callee gave to it.
      return;
    }
    for (NodeIndex N : thoseThatAre(I.Rec, valueOf(I.A))) {
      if (N == NullNode || addPlaceOf(N, Dst))
        continue;
      learnType(N, I.Rec);
      addReferred({N, {I.Rec, I.Index}}, Dst.Places);
    }
    return;
  }
  const RegValue &From = reg(I.A);
  ElementAccess How(I.has(InstrFlag::Element) ? At + 1 : 0);
  How.Key = keyOf(I);
  How.Makes = I.has(InstrFlag::Makes);
  How.Exists = How.Makes || I.has(InstrFlag::Exists);
  How.Class = I.Rec;
  How.Loc = I.Loc;
  if (!From.IsPlace) { // A value is loaded already.
    Dst = From;
    if (How.Occasion)
      Dst.Nodes = elementsOf(From.Nodes, How.Occasion);
    return;
  }
  for (Place P : From.Places)
    for (NodeIndex N : load(P, How))
      insertInto(Dst.Nodes, N);
  Dst.WasLoaded = From.Places.size() == 1 && !How.Occasion;
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
    PendingInvoke How;
    How.OnCopy = I.has(InstrFlag::Copied);
    invoke(valueOf(I.A), Args, I.Loc, Result, How);
    if (I.Dst)
      reg(I.Dst) = resultOf(std::move(Result));
    return;
  }
  case Op::Delete:
    for (NodeIndex N : valueOf(I.A))
      destroyNow(N);
    return;
  case Op::Mark:
    return mark(I);
  case Op::Break:
  case Op::Continue:
    return jump(I);
  case Op::Throw:
    return raise(I);
  default: // Return
    return leave(&I);
  }
}

/// A variable of the function, and nothing else?
bool BodyWalk::isOwnVariable(const RegValue &To) const {
  return To.IsPlace && llvm::all_of(To.Places, [&](Place P) {
           return P.Holder == Nodes.frame();
         });
}

bool BodyWalk::isGlobal(llvm::ArrayRef<Place> Places) const {
  return llvm::all_of(Places, [&](Place P) {
    return Nodes[P.Holder].Kind == NodeKind::Global;
  });
}

void BodyWalk::store(const Instr &I) {
  const RegValue &To = reg(I.A);
  // A pointer to a place that a callee gave stays one in a variable.
  NodeSet Values = isOwnVariable(To) ? referencesTo(reg(I.B)) : valueOf(I.B);
  if (!To.IsPlace)
    return assignObject(To, Values, I.Loc);
  // `static Registry R;`: once, before any call that is looked at. What the
  // variable holds by now came from anywhere.
  if (StoreKind(I.Kind) == StoreKind::Init && isGlobal(To.Places))
    return escape(Values);
  StoreKind How = To.OfElement ? StoreKind::Insert : StoreKind(I.Kind);
  write(To.Places, Values, How, I.ValueHold, I.Loc, I.has(InstrFlag::One),
        keyOf(I));
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
        State.addEdge(
            Slot, {.Target = Nodes.reference(P), .Missed = {}, .Absent = {}});
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
  copySlots(Values, To.Nodes[0], Rec, StoreKind::Assign, Loc);
}

ChoiceId BodyWalk::choiceOf(NodeSet Candidates) {
  llvm::erase_if(Candidates, [&](NodeIndex N) {
    return N == NullNode || isControlBlock(N);
  });
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

/// A variable holds as its type does, which its first store says, whatever it
/// is given later: `handle.reset(new Owner)`.
Hold BodyWalk::holdOfLocal(SlotKey Local, StoreKind Kind, Hold ValueHold) {
  auto [It, New] = LocalHolds.try_emplace(Local.Field, ValueHold);
  if (Kind == StoreKind::Init)
    It->second = ValueHold;
  return std::max(It->second, ValueHold);
}

/// How \p To holds \p N. \p HasBlock: a control block of its own comes with it,
/// and what the block holds is owned.
Hold BodyWalk::holdAt(Place To, NodeIndex N, StoreKind Kind, Hold ValueHold,
                      bool HasBlock) {
  Hold Holds = ValueHold;
  if (const Field *Fd = fieldOf(To))
    Holds = Index.holdOf(*Fd, Nodes[N].Rec, ValueHold);
  else if (To.Holder == Nodes.frame())
    Holds = holdOfLocal(To.Slot, Kind, ValueHold);
  return HasBlock && !isControlBlock(N) ? Hold::Raw : Holds;
}

void BodyWalk::write(llvm::ArrayRef<Place> Places, const NodeSet &Values,
                     StoreKind Kind, Hold ValueHold, FactLoc Loc, bool One,
                     ElementKey Key) {
  bool Single = Places.size() == 1;
  // A handle holds an object and its control block at the same time.
  size_t Blocks =
      llvm::count_if(Values, [&](NodeIndex N) { return isControlBlock(N); });
  size_t Targets = Values.size() - Blocks - llvm::count(Values, NullNode);
  TraceId Trace = Context.Traces.step(Loc, 0);
  ChoiceId Holder = holderChoice(Places);
  ChoiceId Target = choiceOf(Values);
  for (Place To : Places) {
    LateVerdict Verdict = judgeStore(To, Values);
    bool WasNothing =
        Single && Kind == StoreKind::Assign && hasNothingToLose(To);
    if (Single && Kind == StoreKind::Insert && Key)
      State.replaceAt(To, Key);
    if (Single && Kind != StoreKind::Insert)
      State.kill(To);
    else if (Kind != StoreKind::Insert)
      State.spareUnless(To, Holder);
    if (Single && Kind == StoreKind::Assign && !Values.empty() && !WasNothing &&
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
      E.Kind = holdAt(To, N, Kind, ValueHold, Blocks != 0);
      E.Exact = Single && (isControlBlock(N) ? Blocks : Targets) == 1;
      E.Conditional = isConditional();
      E.One = One;
      E.Late = Verdict.Late;
      E.Whole = Kind != StoreKind::Insert;
      E.Key = Key;
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

/// Can each of several objects have gone the way that left \p At alone? Not if
/// the caller walks on, or told the method something that may pick one out.
bool BodyWalk::isOpenForEach(Place At, Way Missed) const {
  if (!Missed || Missed.In == Self || !At.Slot.isField())
    return false;
  const Function &In = Index[Missed.In];
  auto PicksNone = [](const Param &P) { // A container to add to.
    return P.Mode == ParamMode::Place && P.Type.isNone();
  };
  return In.Class && !In.has(FunctionFlag::Static) &&
         llvm::all_of(In.Params, PicksNone) &&
         Index.isSameOrBase(At.Slot.Declaring, In.Class);
}

/// A way on which \p At stays when the slot of one of several objects is
/// emptied: the look-up did not find it, or the one it found went that way.
Way BodyWalk::missedByOneOf(Place At, const Removal &R) const {
  if (FactLoc Erased = State.erasedAt(At.Holder); Erased.Line)
    return {Erased, Self};
  return isOpenForEach(At, R.Missed) ? R.Missed : Way();
}

/// What \p At holds goes. One of several objects is cleared, such as the
/// element that a look-up found; one that was erased before is not found.
void BodyWalk::takeAway(Place At, bool Single, const Removal &R) {
  bool OneByOne = R.OneByOne && State.losesOneByOne(At);
  if (!Single)
    State.maybeKill(At, missedByOneOf(At, R),
                    R.All ? SlotState::AnyNumber : R.Taken, R.Key);
  else if (R.All)
    State.kill(At, R.Taken);
  else
    State.maybeKill(At, R.Missed, R.Taken, R.Key);
  State[At].OneByOne = OneByOne;
  noteIfUnknown(At);
}

/// Emptying a slot of an object that is not known may empty it in any.
void BodyWalk::noteIfUnknown(Place Cleared) {
  bool IsUnknown = Nodes[Nodes.rootOf(Cleared.Holder)].Kind == NodeKind::Opaque;
  if (IsUnknown && (Cleared.Slot.isField() || Cleared.Slot.isFlag()))
    State.clearSomewhere(Cleared.Slot, ++NextOrder);
}

/// `x = std::move(q.front()); q.pop_front();` takes one element, not two.
unsigned BodyWalk::elementsTaken(const Instr &I, Place From) {
  bool WasHollow = std::exchange(Hollow, {}) == std::pair(From, CurrentArm);
  if (ClearKind(I.Kind) != ClearKind::Erase)
    return 0; // All goes; nothing came afterwards.
  if (!I.has(InstrFlag::One))
    return SlotState::AnyNumber;
  if (I.has(InstrFlag::Hollow))
    Hollow = {From, CurrentArm};
  else if (WasHollow)
    return 0;
  return 1;
}

void BodyWalk::mark(const Instr &I) {
  if (!Index.isNeeded(I.Text))
    return;
  for (NodeIndex N : valueOf(I.A))
    if (Place Flag{N, SlotKey::flag(I.Text)}; N != NullNode) {
      State.maybeKill(Flag);
      noteIfUnknown(Flag);
    }
}

void BodyWalk::clear(const Instr &I) {
  const RegValue &From = reg(I.A);
  LastClear = ++NextOrder;
  ClearKind How = From.OfElement ? ClearKind::Erase : ClearKind(I.Kind);
  bool IsErase = How == ClearKind::Erase;
  for (Place At : From.Places) {
    bool WasEmpty = isEmptyNow(At) || hasNothingToLose(At);
    unsigned Taken =
        From.OfElement ? SlotState::AnyNumber : elementsTaken(I, At);
    takeAway(At, From.Places.size() == 1,
             {!IsErase, IsErase, Taken, {}, keyOf(I)});
    if (!WasEmpty) // Else nothing was there to be taken away.
      State.markCleared(At, How, I.Loc);
  }
}

} // namespace refcycle::analyzer
