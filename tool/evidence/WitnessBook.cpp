// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From cycles of heap nodes to cycles of classes and fields.

#include "evidence/WitnessBook.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace refcycle::analyzer {

/// The class of the holder: an object with a slot of a derived class is one.
/// What was asked to be several classes is the one that has the slot.
static RecordId recordOf(const BodyWalk &W, const ProgramIndex &Index,
                         const CycleArc &A) {
  RecordId Rec = W.nodes()[A.From].Rec;
  bool IsItself = Rec && !Index.isSameOrBase(Rec, A.Slot.Declaring) &&
                  W.canBe(A.Slot.Declaring, A.From);
  return IsItself ? Rec : A.Slot.Declaring;
}

/// Is it a member that the class does not have as which the object was found? A
/// virtual call may have run an overrider of another class there.
static bool isGuessed(const BodyWalk &W, const ProgramIndex &Index,
                      const CycleArc &A) {
  const HeapNode &Node = W.nodes()[A.From];
  return Node.Kind != NodeKind::Alloc && Node.Rec &&
         Node.Rec != A.Slot.Declaring &&
         Index.isSameOrBase(Node.Rec, A.Slot.Declaring);
}

/// The hop whose store ran last: with it the cycle was complete.
static size_t closingHop(const HeapCycle &Cycle) {
  size_t Best = 0;
  auto Rank = [](const CycleArc &A) {
    return A.Stored ? std::pair(A.Edge.Late, A.Edge.Order + 1)
                    : std::pair(false, 0u);
  };
  for (size_t I = 1; I != Cycle.size(); ++I)
    if (Rank(Cycle[I]) > Rank(Cycle[Best]))
      Best = I;
  return Best;
}

WitnessBook::Entry WitnessBook::describe(const BodyWalk &W, FunctionId F,
                                         const HeapCycle &Cycle,
                                         const CycleOwners &Owners) const {
  Entry E;
  E.In = F;
  E.SeenLocal = Owners.IsLocal;
  E.MustAlias = llvm::all_of(Cycle, [](const CycleArc &A) {
    return !A.MaybeCleared && (!A.Stored || A.Edge.Exact);
  });
  E.Chosen = llvm::any_of(Cycle, [](const CycleArc &A) {
    return A.Stored && (A.Edge.HolderChoice || A.Edge.TargetChoice);
  });
  E.GuessedClass = Cycle.size() == 1 && isGuessed(W, Index, Cycle[0]);
  for (size_t I = 0; I != Cycle.size(); ++I) {
    const CycleArc &A = Cycle[I];
    const CycleArc &Next = Cycle[(I + 1) % Cycle.size()];
    RawHop H{recordOf(W, Index, A),
             recordOf(W, Index, Next),
             A.Slot,
             A.Kind,
             A.Stored,
             {},
             Owners.OfHops[I]};
    if (A.Stored)
      H.Stores.push_back({A.Edge.Trace, A.Edge.Late});
    E.Hops.push_back(std::move(H));
  }
  E.ClosingHop = unsigned(closingHop(Cycle));
  E.Closing = Traces[Cycle[E.ClosingHop].Edge.Trace].Loc;
  // Equal cycles start at the same hop, wherever they were found.
  auto Less = [](const RawHop &A, const RawHop &B) {
    return std::tie(A.From, A.Slot) < std::tie(B.From, B.Slot);
  };
  size_t Start = llvm::min_element(E.Hops, Less) - E.Hops.begin();
  std::rotate(E.Hops.begin(), E.Hops.begin() + Start, E.Hops.end());
  E.ClosingHop =
      unsigned((E.ClosingHop + E.Hops.size() - Start) % E.Hops.size());
  return E;
}

/// That a hop is the only owner is final: who hands over the only handle knows
/// more than who is given it.
static SeenOwner merged(SeenOwner A, SeenOwner B) {
  if (A == SeenOwner::None || B == SeenOwner::None)
    return SeenOwner::None;
  return std::max(A, B);
}

void WitnessBook::merge(Entry &To, const Entry &From) {
  for (size_t I = 0; I != To.Hops.size(); ++I) {
    To.Hops[I].Stored |= From.Hops[I].Stored;
    if (!To.SeenLocal || !From.SeenLocal)
      To.Hops[I].Owner = merged(To.Hops[I].Owner, From.Hops[I].Owner);
    for (auto Store : From.Hops[I].Stores)
      if (!llvm::is_contained(To.Hops[I].Stores, Store))
        To.Hops[I].Stores.push_back(Store);
  }
  To.SeenLocal |= From.SeenLocal;
  To.MustAlias |= From.MustAlias;
  To.Chosen &= From.Chosen;
  To.GuessedClass &= From.GuessedClass;
  bool IsBetter = To.LeaksIn.isNone() || (To.Missed && !From.Missed);
  if (From.LeaksIn && IsBetter) {
    To.LeaksIn = From.LeaksIn;
    To.LeakLoc = From.LeakLoc;
    To.LeaksAtEnd = From.LeaksAtEnd;
    To.LeaksByThrow = From.LeaksByThrow;
    To.Missed = From.Missed;
    To.Outnumbered = From.Outnumbered;
  }
}

void WitnessBook::add(const BodyWalk &W, FunctionId F, const WalkExit &Exit,
                      const HeapCycle &Cycle, const CycleOwners &Owners,
                      LeakVerdict Leak) {
  Entry E = describe(W, F, Cycle, Owners);
  // What leaves main() by a throw ends the program.
  bool Ends = Exit.Throws && Index[F].has(FunctionFlag::Main);
  if (Leak.Leaks && !Ends) {
    E.LeaksIn = F;
    E.LeakLoc = Exit.Loc;
    E.LeaksAtEnd = Exit.AtEnd;
    E.LeaksByThrow = Exit.Throws;
    E.Missed = Leak.Missed;
    E.Outnumbered = Leak.Outnumbered;
  }
  Key Id;
  for (const RawHop &H : E.Hops)
    Id.emplace_back(H.From, H.Slot);
  auto [It, New] = Entries.try_emplace(std::move(Id), E);
  if (!New)
    merge(It->second, E);
}

static SlotShape shapeOf(const ProgramIndex &Index, RecordId Holder,
                         const Field *F) {
  if (Index[Holder].Kind == RecordKind::Frame)
    return SlotShape::Frame;
  if (Index[Holder].Kind != RecordKind::Class || !F ||
      F->has(FieldFlag::Capture))
    return SlotShape::Capture;
  if (F->has(FieldFlag::Function))
    return SlotShape::Function;
  return F->has(FieldFlag::Erased) ? SlotShape::Erased : SlotShape::Typed;
}

static ObjectShape objectShape(const ProgramIndex &Index, RecordId Id) {
  const Record &R = Index[Id];
  if (Id == Index.controlBlock())
    return ObjectShape::ControlBlock;
  if (R.has(RecordFlag::Cell))
    return ObjectShape::Cell;
  switch (R.Kind) {
  case RecordKind::Closure:
    return ObjectShape::Closure;
  case RecordKind::Bind:
    return ObjectShape::Bind;
  case RecordKind::Frame:
    return ObjectShape::Frame;
  case RecordKind::Class:
    break;
  }
  return ObjectShape::Class;
}

const RawHop &WitnessBook::before(const Entry &E, size_t Hop) {
  return E.Hops[(Hop + E.Hops.size() - 1) % E.Hops.size()];
}

/// A closure has no name that survives edits, so it counts as who makes it,
/// where it is kept, and what it captures.
std::string WitnessBook::stableName(const Entry &E, size_t Hop) const {
  const Record &R = Index[E.Hops[Hop].From];
  const LinkedProgram &P = Index.program();
  if (R.Kind == RecordKind::Class)
    return P.text(R.Name);
  std::string Name = R.Creator ? P.nameOf(R.Creator) : std::string();
  const RawHop &Before = before(E, Hop);
  if (const Field *F = Index.field(Before.Slot.Declaring, Before.Slot.Field))
    Name += "|" + P.text(F->Name);
  for (const Field &F : R.Fields)
    Name += "|" + P.text(F.Name);
  return Name;
}

EvidenceHop WitnessBook::renderHop(const Entry &E, size_t Hop) const {
  const RawHop &H = E.Hops[Hop];
  const LinkedProgram &P = Index.program();
  const Field *F = Index.field(H.Slot.Declaring, H.Slot.Field);
  EvidenceHop Out;
  Out.From = P.nameOf(H.From);
  bool IsOwn = Index.isSameOrBase(H.Slot.Declaring, H.From);
  Out.Declaring = P.nameOf(IsOwn ? H.Slot.Declaring : H.From);
  Out.Promised = Index[H.Slot.Declaring].has(RecordFlag::Promised);
  Out.To = P.nameOf(H.To);
  Out.Kind = EdgeKind(H.Kind);
  Out.Slot = shapeOf(Index, H.Slot.Declaring, F);
  Out.Holder = objectShape(Index, H.From);
  Out.StableFrom = stableName(E, Hop);
  Out.Stored = H.Stored;
  Out.Owner = H.Owner;
  if (F) {
    Out.Via = P.text(F->Name);
    Out.Loc = P.sourceOf(F->Loc);
    Out.Container = F->has(FieldFlag::Container);
    Out.NoWeakKind = F->has(FieldFlag::NoWeakKind);
    Out.Whole = F->has(FieldFlag::Whole);
    if (H.Kind == Hold::Strong && Out.Slot == SlotShape::Typed &&
        !Out.Container)
      Out.Uses = Index.usesOf(H.Slot.Declaring, H.Slot.Field);
  }
  for (auto [Trace, Late] : H.Stores) {
    HopStore S{P.sourceOf(Traces.storeOf(Trace)), {}, Late};
    for (FactLoc Call : Traces.callsOf(Trace))
      S.Calls.push_back(P.sourceOf(Call));
    Out.Stores.push_back(std::move(S));
  }
  return Out;
}

/// Does every run of \p Closure put another one of its kind into the slot?
/// Then taking it out and calling it changes nothing.
bool WitnessBook::rearms(const RawHop &Slot, RecordId Closure) const {
  FunctionId Body = Index[Closure].Invoke;
  if (Body.isNone())
    return false;
  const Summary &S = Context.Summaries[Body.Index];
  for (const auto &[At, State] : S.Effects)
    for (const HeapEdge &E : State.Edges)
      if (At.Slot == Slot.Slot && E.Always && !E.MaybeCleared &&
          S.Nodes[E.Target].Rec == Closure)
        return true;
  return false;
}

/// Empty if the break stands in the destructor itself.
std::string WitnessBook::destructorThatCalls(const BreakJudge &Judge,
                                             const BreakSource &B,
                                             BreakKind Kind) const {
  if (Kind != BreakKind::Dead)
    return "";
  FunctionId Caller = Judge.destructorAround(B);
  return Caller == B.In ? "" : Index.program().nameOf(Caller);
}

std::vector<HopBreak> WitnessBook::breaksOf(const Entry &E,
                                            BreakTable &Breaks) const {
  std::vector<RecordId> Members;
  for (const RawHop &H : E.Hops)
    Members.push_back(H.From);
  BreakJudge Judge(Index, Members);
  bool KeepsItself = E.Hops.size() == 1;
  const LinkedProgram &P = Index.program();
  std::vector<HopBreak> Found;
  for (unsigned I = 0; I != E.Hops.size(); ++I)
    for (const BreakSource &B : Breaks.of(E.Hops[I].Slot))
      if (B.Consumes && rearms(E.Hops[I], E.Hops[I].To))
        continue;
      else if (B.In == Index[E.Hops[I].From].Invoke &&
               Breaks.isCalledAsCopy(before(E, I).Slot))
        continue;
      else if (std::optional<BreakKind> Kind = Judge.judge(B, KeepsItself))
        Found.push_back({I, *Kind, P.nameOf(B.In), P.sourceOf(B.Loc),
                         destructorThatCalls(Judge, B, *Kind)});
  return Found;
}

/// Not known completely, or not the same in every unit.
bool WitnessBook::isIncomplete(const Entry &E) const {
  return llvm::any_of(E.Hops, [&](const RawHop &H) {
    return Index[H.From].has(RecordFlag::Incomplete) ||
           Index[H.From].has(RecordFlag::Variant);
  });
}

static bool isHeader(llvm::StringRef File) {
  llvm::StringRef Ending = File.rsplit('.').second;
  return Ending.starts_with("h") || Ending == "inc" || Ending == "ipp";
}

/// Without a main() the users of a library's headers are not seen.
bool WitnessBook::isOpen(const Entry &E) const {
  const LinkedProgram &P = Index.program();
  return !P.HasMain && llvm::any_of(E.Hops, [&](const RawHop &H) {
    const Record &R = Index[H.From];
    return R.Kind == RecordKind::Class && !R.has(RecordFlag::Local) &&
           isHeader(P.text(R.Loc.File));
  });
}

/// The cycle from the hop that becomes weak on.
WeakenedCycle WitnessBook::weakenedAt(const Entry &E, size_t Hop) {
  const RawHop &Weak = E.Hops[Hop];
  WeakenedCycle W{Weak.From, Weak.Slot, Weak.To, {}};
  for (size_t N = 1; N != E.Hops.size(); ++N) {
    const RawHop &H = E.Hops[(Hop + N) % E.Hops.size()];
    W.WayBack.push_back({H.From, H.Slot});
  }
  return W;
}

CycleWitness WitnessBook::render(const Entry &E, BreakTable &Breaks,
                                 Weakenings &Fixes) const {
  const LinkedProgram &P = Index.program();
  CycleWitness W;
  W.Incomplete = isIncomplete(E);
  W.OpenWorld = isOpen(E);
  for (size_t I = 0; I != E.Hops.size(); ++I) {
    W.Hops.push_back(renderHop(E, I));
    if (!W.Incomplete && !W.OpenWorld && E.Hops[I].Kind == Hold::Strong)
      W.Hops.back().Weaken = Fixes.of(weakenedAt(E, I));
  }
  W.Function = P.nameOf(E.In);
  W.ClosingStore = P.sourceOf(E.Closing);
  W.ClosingHop = E.ClosingHop;
  W.MustAlias = E.MustAlias;
  W.Chosen = E.Chosen;
  W.GuessedClass = E.GuessedClass;
  if (E.LeaksIn) {
    W.LeaksAt = (E.LeaksAtEnd     ? "the end of '"
                 : E.LeaksByThrow ? "a throw from '"
                                  : "a return from '") +
                P.nameOf(E.LeaksIn) + "'";
    W.LeakLoc = P.sourceOf(E.LeakLoc);
    W.Outnumbered = E.Outnumbered;
  }
  if (E.LeaksIn && E.Missed) {
    W.MissedIn = P.nameOf(E.Missed.In);
    W.MissedLoc = P.sourceOf(E.Missed.Loc);
    if (E.Missed.Unless) // The last part of a field's key is its name.
      W.MissedFlag =
          llvm::StringRef(P.text(E.Missed.Unless)).rsplit('@').second.str();
  }
  W.Breaks = breaksOf(E, Breaks);
  return W;
}

SuspectCycle WitnessBook::render(std::vector<RawHop> Hops, unsigned ClosingHop,
                                 BreakTable &Breaks) const {
  Entry E;
  E.Hops = std::move(Hops);
  SuspectCycle S;
  for (size_t I = 0; I != E.Hops.size(); ++I)
    S.Hops.push_back(renderHop(E, I));
  S.ClosingHop = ClosingHop;
  for (const HopStore &Store : S.Hops[ClosingHop].Stores)
    if (Store.Late && !S.ClosingStore.isValid())
      S.ClosingStore = Store.Loc;
  S.Breaks = breaksOf(E, Breaks);
  S.Incomplete = isIncomplete(E);
  S.OpenWorld = isOpen(E);
  return S;
}

std::vector<RawHop> WitnessBook::hops() const {
  std::vector<RawHop> All;
  for (const auto &[Id, E] : Entries)
    llvm::append_range(All, E.Hops);
  return All;
}

std::vector<CycleWitness> WitnessBook::finish(BreakTable &Breaks,
                                              Weakenings &Fixes) const {
  std::vector<CycleWitness> All;
  for (const auto &[Id, E] : Entries)
    All.push_back(render(E, Breaks, Fixes));
  return All;
}

} // namespace refcycle::analyzer
