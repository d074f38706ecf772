// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Structure in the walk over a body: branches, loops, handlers of exceptions,
// and the ways out. Where states are joined, the ways they came are noted.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// A body with more ways out is generated code; the last ones are joined.
static constexpr size_t MaxExits = 64;

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
                   return E.isEmpty();
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
                  {.Target = Nodes.opaque({}), .Missed = {}, .Absent = {}});
}

void BodyWalk::enterBlock(const Instr &I, uint32_t At) {
  OpenBlock B;
  B.Code = I.Code;
  B.Flags = I.Flags;
  B.Tests = bool(I.A);
  if (I.Text.Index != 0) // In a linked program, none is the empty string.
    B.Flag = I.Text;
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
    B.Next.join(State, wayOn(B.Next, State, B.Loc, true));
  B.Code = Op::Else;
  B.Done.join(State);
  State = IsTry ? std::move(B.Next) : std::move(B.Entry);
  Arms.push_back({B.OuterArm, B.At + 1, IsTry || B.has(InstrFlag::MaySkip)});
  CurrentArm = uint32_t(Arms.size() - 1);
}

/// A new closure or bind object.
bool BodyWalk::isCallable(NodeIndex N) const {
  RecordId Rec = Nodes[N].Rec;
  return Nodes[N].Kind == NodeKind::Alloc && Rec && Index[Rec].Invoke;
}

/// The way that led to \p On, not to \p Off; without a place if it is not open.
/// It is final if no store leaves behind a callable or a handle to what was
/// there before.
Way BodyWalk::wayOn(const HeapState &On, const HeapState &Off, FactLoc Loc,
                    bool Open) const {
  Way Taken;
  Taken.Final = Open;
  if (Open)
    Taken.Loc = Loc, Taken.In = Self;
  for (const auto &[At, S] : On.entries())
    for (const HeapEdge &E : S.Edges) {
      if (At.Holder == Nodes.frame() || E.isEmpty() || !owns(E.Kind))
        continue;
      Taken.Final &= isFresh(E.Target) && !isCallable(E.Target);
      if (isCallable(E.Target) && !Off.hasStore(E.Trace))
        Taken.With = E.Trace;
    }
  return Taken;
}

/// One of the two ways through an if.
Way BodyWalk::wayThrough(const OpenBlock &B, bool Taken, const HeapState &On,
                         const HeapState &Off) const {
  bool IsWithoutFlag = B.Flag && Taken == B.has(InstrFlag::Negated);
  bool IsOpen = B.has(Taken ? InstrFlag::MayTake : InstrFlag::MaySkip);
  Way Through = wayOn(On, Off, B.Loc, IsOpen || IsWithoutFlag);
  if (IsWithoutFlag)
    Through.Unless = B.Flag;
  Through.Else = !Taken;
  return Through;
}

bool BodyWalk::isOpen(uint32_t Arm) const {
  for (; Arm; Arm = Arms[Arm].Parent)
    if (!Arms[Arm].Open)
      return false;
  return Arms[0].Open;
}

/// Is it an element of a container that no other round of the loop \p B takes
/// out? One that was put back somewhere, or what it led to, may come again.
bool BodyWalk::isOfRound(NodeIndex N, const OpenBlock &B) const {
  while (!Nodes[N].Element && Nodes[N].Kind == NodeKind::Placeholder)
    N = Nodes[N].From.Holder;
  if (Nodes[N].Kind != NodeKind::Placeholder || N < B.FirstNode)
    return false;
  auto LeadsFromIt = [&](NodeIndex To) {
    return To == N || Nodes.wasLoadedOver(
                          To, [&](Place From) { return From.Holder == N; });
  };
  return llvm::none_of(State.entries(), [&](const HeapState::Entry &Slot) {
    return Slot.first.Holder != Nodes.frame() &&
           llvm::any_of(Slot.second.Edges, [&](const HeapEdge &E) {
             return LeadsFromIt(E.Target);
           });
  });
}

/// What a round of a loop puts into a container, a later round may take out of
/// it, if rounds take elements out of such containers of objects that they did
/// not make. Of callables that post others, see Instantiation.
void BodyWalk::doubtWhatRoundsTake(const OpenBlock &Loop) {
  const HeapState &Before = Loop.Entry;
  auto IsOfRound = [&](NodeIndex N) {
    NodeIndex Root = freshRoot(N);
    return Root != NullNode && Root >= Loop.FirstNode;
  };
  llvm::SmallVector<SlotKey, 4> Taken;
  for (const auto &[At, S] : State.entries()) {
    const SlotState *Old = Before.find(At);
    bool IsNew = S.Old == OldContent::MaybeKilled &&
                 (!Old || Old->Old != OldContent::MaybeKilled);
    const Field *Fd = fieldOf(At);
    if (Fd && Fd->has(FieldFlag::Container) && IsNew && !IsOfRound(At.Holder))
      Taken.push_back(At.Slot);
  }
  if (Taken.empty())
    return;
  llvm::SmallVector<Place, 4> Filled;
  for (const auto &[At, S] : State.entries())
    if (llvm::is_contained(Taken, At.Slot))
      Filled.push_back(At);
  for (Place At : Filled) {
    const SlotState *Old = Before.find(At);
    for (HeapEdge &E : State[At].Edges) {
      if (!(Old && Old->findSame(E)) && !isCallable(E.Target) &&
          !E.MaybeCleared) {
        E.MaybeCleared = true;
        E.Missed = {};
      }
    }
  }
}

/// Is the loop one that does nothing but call one function again and again,
/// such as `while (queue.poll()) {}`?
bool BodyWalk::onlyPolls(const OpenBlock &Loop) const {
  unsigned Calls = 0;
  unsigned Depth = 0;
  for (uint32_t At = Loop.At; At != F.Body.size(); ++At) {
    const Instr &I = F.Body[At];
    switch (I.Code) {
    case Op::If:
    case Op::Loop:
    case Op::Block:
      ++Depth;
      break;
    case Op::End:
      if (--Depth == 0)
        return Calls == 1;
      break;
    case Op::Call:
      ++Calls;
      break;
    case Op::Alloc:
    case Op::Store:
    case Op::Invoke:
      return false;
    default:
      break;
    }
  }
  return false;
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
    State.join(B.Next, {}, wayOn(B.Next, State, B.Loc, true));
  HeapState Round;
  if (B.Code == Op::Loop) {
    State.join(B.Next, {}, B.FirstSkip);
    Round = State;
    State.join(B.Entry);
  }
  if (B.Code == Op::If)
    State.join(B.Entry, wayThrough(B, true, State, B.Entry),
               wayThrough(B, false, B.Entry, State));
  else
    State.join(B.Done, wayThrough(B, false, State, B.Done),
               wayThrough(B, true, B.Done, State));
  if (B.Code == Op::Loop) {
    if (Round.Reachable)
      State.markEachRound(Round, B.Entry);
    bool OnlyPolls = onlyPolls(B);
    State.forgetWaysSince(B.Entry, [&](Place At, Way Missed) {
      return (OnlyPolls && Missed.Once) ||
             (isOpenForEach(At, Missed) && isOfRound(At.Holder, B));
    });
    doubtWhatRoundsTake(B);
    judgeAgain(B.FirstStore, B.FirstNode);
  }
}

/// The way through the innermost branch, if it is that of objects whose flag is
/// not set: `if (slot->live) continue;`
Way BodyWalk::wayWithoutFlag() const {
  for (const OpenBlock &B : llvm::reverse(Blocks)) {
    if (B.Code == Op::Loop || B.Code == Op::Block)
      break;
    if (bool Taken = B.Code == Op::If; B.Flag)
      return wayThrough(B, Taken, State, Taken ? B.Entry : B.Done);
  }
  return {};
}

void BodyWalk::jump(const Instr &I) {
  for (OpenBlock &B : llvm::reverse(Blocks)) {
    bool Break = I.Code == Op::Break;
    bool IsTarget = B.Code == Op::Block && !B.has(InstrFlag::Try);
    if (B.Code == Op::Loop || (Break && IsTarget)) {
      Way This;
      if (B.Code == Op::Block)
        This = wayOn(State, B.Done, Blocks.back().Loc, isOpen(CurrentArm));
      if (Way Skip = wayWithoutFlag(); !Break && Skip.Unless)
        B.FirstSkip = Skip;
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
  if (I && I->Code == Op::Return && I->A) {
    reg(I->A).OfElement |= I->has(InstrFlag::Element);
    Exit.Returned = valueOf(I->A);
    insertAll(ReturnedAll, referencesTo(reg(I->A)));
  }
  destroyLocals(Exit.Returned);
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
