// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes and states of symbolic heaps.

#include "evidence/Heap.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace refcycle::analyzer {

// A path of five loads (`a->b->c->d->e`) is longer than what people write in
// one function; deeper ones come from recursion and only repeat themselves.
static constexpr unsigned MaxDepth = 5;

void insertInto(NodeSet &Set, NodeIndex N) {
  auto *At = llvm::lower_bound(Set, N);
  if (At == Set.end() || *At != N)
    Set.insert(At, N);
}

void insertAll(NodeSet &Set, const NodeSet &More) {
  for (NodeIndex N : More)
    insertInto(Set, N);
}

HeapNodes::HeapNodes() {
  add({});
  add({.Kind = NodeKind::Frame});
}

NodeIndex HeapNodes::add(HeapNode N) {
  Nodes.push_back(N);
  return NodeIndex(Nodes.size() - 1);
}

NodeIndex HeapNodes::thisNode(RecordId Class) {
  auto [It, New] = Roots.try_emplace({NodeKind::This, 0}, 0);
  if (New)
    It->second = add({.Kind = NodeKind::This, .Rec = Class});
  return It->second;
}

NodeIndex HeapNodes::param(uint32_t Index, RecordId Type) {
  auto [It, New] = Roots.try_emplace({NodeKind::Param, Index}, 0);
  if (New)
    It->second = add({.Kind = NodeKind::Param, .Index = Index, .Rec = Type});
  return It->second;
}

NodeIndex HeapNodes::cell(uint32_t Index) {
  auto [It, New] = Roots.try_emplace({NodeKind::Cell, Index}, 0);
  if (New)
    It->second = add({.Kind = NodeKind::Cell, .Index = Index});
  return It->second;
}

NodeIndex HeapNodes::global(StringId Text) {
  auto [It, New] = Roots.try_emplace({NodeKind::Global, Text.Index}, 0);
  if (New)
    It->second = add({.Kind = NodeKind::Global, .Text = Text});
  return It->second;
}

NodeIndex HeapNodes::alloc(RecordId Rec, AllocKind Storage) {
  return add({.Kind = NodeKind::Alloc,
              .Storage = Storage,
              .Index = uint32_t(Nodes.size()),
              .Rec = Rec});
}

NodeIndex HeapNodes::opaque(RecordId Rec) {
  return add({.Kind = NodeKind::Opaque, .Rec = Rec});
}

NodeIndex HeapNodes::placeholder(Place From, RecordId Rec, uint32_t Occasion) {
  auto [It, New] = Placeholders.try_emplace({From, Occasion}, 0);
  if (!New)
    return It->second;
  unsigned Depth = Nodes[From.Holder].Depth + 1;
  HeapNode N{.Kind = NodeKind::Placeholder,
             .Element = Occasion != 0,
             .Depth = uint8_t(Depth),
             .Rec = Rec,
             .From = From};
  if (Depth > MaxDepth) {
    N.Kind = NodeKind::Opaque;
    N.Truncated = true;
  }
  return It->second = add(N);
}

NodeIndex HeapNodes::reference(Place To, bool Element) {
  auto [It, New] = References.try_emplace({To, Element}, 0);
  if (New)
    It->second =
        add({.Kind = NodeKind::Reference, .Element = Element, .From = To});
  return It->second;
}

static bool placeBefore(const HeapState::Entry &E, Place P) {
  return E.first < P;
}

const SlotState *HeapState::find(Place P) const {
  auto It = llvm::lower_bound(Slots, P, placeBefore);
  return It != Slots.end() && It->first == P ? &It->second : nullptr;
}

SlotState &HeapState::operator[](Place P) {
  auto It = llvm::lower_bound(Slots, P, placeBefore);
  if (It == Slots.end() || It->first != P)
    It = Slots.insert(It, {P, SlotState()});
  return It->second;
}

void HeapState::kill(Place P, unsigned Taken) {
  SlotState &S = (*this)[P];
  S.Old = OldContent::Killed;
  S.TakenKey = {};
  S.Taken = uint8_t(std::min<unsigned>(Taken, SlotState::AnyNumber));
  for (HeapEdge &E : S.Edges)
    E.Gone = true;
}

/// A store that is made on some ways only may depend on the same thing as the
/// way, unless that is a flag of what was stored.
static bool isMissedOn(const Way &Taken, const HeapEdge &E) {
  return E.isSure() || Taken.Unless;
}

/// On which way something stays that stayed on the way \p Before and may go now
/// but for \p Now: a second chance, unless one flag decides both.
static Way missedAgain(const Way &Before, const Way &Now) {
  return Before.Unless && Before.Unless == Now.Unless ? Before : Way();
}

void HeapState::maybeKill(Place P, Way Missed, unsigned Taken, ElementKey Key) {
  SlotState &S = (*this)[P];
  S.Taken = uint8_t(std::min<unsigned>(S.Taken + Taken, SlotState::AnyNumber));
  S.Missed = S.Old == OldContent::Kept ? Missed : missedAgain(S.Missed, Missed);
  bool IsFirst = S.Old < OldContent::MaybeKilled;
  S.TakenKey = IsFirst || S.TakenKey == Key ? Key : ElementKey();
  S.Old = std::max(S.Old, OldContent::MaybeKilled);
  for (HeapEdge &E : S.Edges) {
    if (E.Key.isOther(Key))
      continue;
    E.Missed = E.MaybeCleared          ? missedAgain(E.Missed, Missed)
               : isMissedOn(Missed, E) ? Missed
                                       : Way();
    E.MaybeCleared = true;
    E.Gone |= E.Key.isSame(Key);
    if (!Key)
      E.Key = {}; // In a sequence the others may move up.
  }
}

void HeapState::replaceAt(Place P, ElementKey Key) {
  for (HeapEdge &E : (*this)[P].Edges)
    E.Gone |= E.Key.isSame(Key);
}

bool HeapState::losesOneByOne(Place P) const {
  const SlotState *S = find(P);
  return !S || S->Old < OldContent::MaybeKilled || S->OneByOne;
}

void HeapState::markCleared(Place P, ClearKind How, FactLoc Loc) {
  SlotState &S = (*this)[P];
  S.Cleared = true;
  S.How = How;
  S.ClearLoc = Loc;
}

void HeapState::clearSomewhere(SlotKey Slot, uint32_t Order) {
  for (auto &[Old, Latest] : ClearedSomewhere)
    if (Old == Slot) {
      Latest = std::max(Latest, Order);
      return;
    }
  ClearedSomewhere.emplace_back(Slot, Order);
}

bool HeapState::mayHaveLost(SlotKey Slot, uint32_t StoreOrder) const {
  return llvm::any_of(ClearedSomewhere, [&](const auto &C) {
    return C.first == Slot && C.second > StoreOrder;
  });
}

void HeapState::spareUnless(Place P, ChoiceId Choice) {
  if (!Choice)
    return;
  SlotState &S = (*this)[P];
  S.Spared = Choice;
  for (HeapEdge &E : S.Edges)
    E.Spared = Choice;
}

void HeapState::addEdge(Place P, const HeapEdge &E) {
  SlotState &S = (*this)[P];
  if (!E.Whole && !E.One && S.Taken != SlotState::AnyNumber)
    ++S.Taken; // `v[i] = x` may be the end of an element.
  for (HeapEdge &Old : S.Edges)
    if (Old.isSameStore(E)) {
      Old = E;
      return;
    }
  S.Edges.push_back(E);
}

/// A test takes nothing away: where it fails, nothing was there. So edges
/// vanish without a trace, and a join brings them back whole.
void HeapState::assumeNull(Place P) {
  SlotState &S = (*this)[P];
  llvm::erase_if(S.Edges, [](const HeapEdge &E) { return !E.isEmpty(); });
  if (S.Old != OldContent::Killed)
    S.Old = OldContent::KnownNull;
  else if (S.Edges.empty())
    S.Edges.push_back(HeapEdge());
}

bool HeapState::mayBeSet(StringId Name, NodeIndex N,
                         const HeapNodes &Nodes) const {
  SlotKey Flag = SlotKey::flag(Name);
  return mayHaveLost(Flag, 0) || llvm::any_of(Slots, [&](const Entry &E) {
           auto [Holder, Slot] = E.first;
           bool IsOther = Nodes[Holder].Kind == NodeKind::Alloc && Holder != N;
           return Slot == Flag && !IsOther;
         });
}

bool HeapState::hasStore(TraceId Store) const {
  return llvm::any_of(Slots, [&](const Entry &Slot) {
    return llvm::any_of(Slot.second.Edges,
                        [&](const HeapEdge &E) { return E.Trace == Store; });
  });
}

void HeapState::assumeStored(NodeIndex N) {
  llvm::SmallVector<TraceId, 2> Stores;
  for (const auto &[At, S] : Slots)
    for (const HeapEdge &E : S.Edges)
      if (E.Target == N)
        Stores.push_back(E.Trace);
  auto WasTaken = [&](const Way &Taken) {
    return Taken.With && llvm::is_contained(Stores, Taken.With);
  };
  for (auto &[At, S] : Slots) {
    if (S.Old == OldContent::MaybeKilled && WasTaken(S.Missed))
      S.Old = OldContent::Kept;
    for (HeapEdge &E : S.Edges) {
      E.MaybeCleared &= E.Gone || !WasTaken(E.Missed);
      E.Always |= E.With && llvm::is_contained(Stores, E.With);
    }
  }
}

FactLoc HeapState::erasedAt(NodeIndex N) const {
  for (const auto &[At, S] : Slots)
    if (S.Cleared && S.How == ClearKind::Erase)
      for (const HeapEdge &E : S.Edges)
        if (E.Target == N && E.MaybeCleared && !E.Gone)
          return S.ClearLoc;
  return {};
}

void HeapState::markLate(llvm::ArrayRef<TraceId> Traces) {
  for (auto &[At, S] : Slots)
    for (HeapEdge &E : S.Edges)
      E.Late |= std::binary_search(Traces.begin(), Traces.end(), E.Trace);
}

/// On which way an edge stays that two ways left as \p Mine and \p Other. Equal
/// old ways: the second chance to clear it, see maybeKill().
static Way missedWay(const HeapEdge &Mine, const HeapEdge &Other, Way Here,
                     Way There) {
  bool MineStays = !Mine.Gone && !Mine.MaybeCleared;
  bool OtherStays = !Other.Gone && !Other.MaybeCleared;
  if (Mine.Gone != Other.Gone && Mine.Missed && Mine.Missed == Other.Missed)
    return {};
  Way Stays = MineStays ? Here : There;
  bool OneStays = MineStays != OtherStays && isMissedOn(Stays, Mine) &&
                  isMissedOn(Stays, Other);
  if (OneStays && Stays)
    return Stays;
  if (!Mine.Gone && Mine.Missed)
    return Mine.Missed;
  if (!Other.Gone && Other.Missed)
    return Other.Missed;
  return OneStays ? Stays : Way();
}

/// The edges of one slot after either of two ways.
static void joinEdges(SlotState &To, const SlotState &From, Way Here,
                      Way There) {
  auto Match = [](SlotState &S, const HeapEdge &E) {
    return llvm::find_if(S.Edges,
                         [&](HeapEdge &X) { return X.isSameStore(E); });
  };
  auto MissOn = [](HeapEdge &E, Way Own, Way Other) {
    E.With = E.Always ? Own.With : E.With;
    E.Absent = E.Always ? Other : E.Absent;
    E.Always = E.EachRound = false;
  };
  for (HeapEdge &E : To.Edges) // Until found on both ways.
    if (llvm::none_of(From.Edges,
                      [&](const HeapEdge &X) { return X.isSameStore(E); }))
      MissOn(E, Here, There);
  for (const HeapEdge &E : From.Edges) {
    auto *Mine = Match(To, E);
    if (Mine == To.Edges.end()) {
      To.Edges.push_back(E); // Only stored on that way; nothing took it.
      MissOn(To.Edges.back(), There, Here);
      continue;
    }
    Mine->Missed = missedWay(*Mine, E, Here, There);
    Mine->EachRound = Mine->isSure() && E.isSure();
    if (Mine->Always)
      Mine->Absent = E.Absent;
    Mine->Always &= E.Always;
    bool OneGone = Mine->Gone != E.Gone;
    if (OneGone)
      To.Taken = SlotState::AnyNumber;
    Mine->Gone = Mine->Gone && E.Gone;
    Mine->MaybeCleared |= E.MaybeCleared || OneGone;
    Mine->Exact = Mine->Exact && E.Exact;
    Mine->Late |= E.Late;
    if (Mine->Key != E.Key)
      Mine->Key = {};
    // What contradicts it is missing on the way that does not spare.
    Mine->Spared = std::max(Mine->Spared, E.Spared);
  }
}

static void joinOldContent(SlotState &To, const SlotState &From, Way Here,
                           Way There) {
  auto MayGo = [](const SlotState &S) {
    return S.Old >= OldContent::MaybeKilled;
  };
  if (To.Old == OldContent::KnownNull) {
    To.Old = From.Old;
    To.Missed = From.Missed;
    To.OneByOne = From.OneByOne;
    return;
  }
  if (From.Old == OldContent::KnownNull)
    return;
  To.OneByOne = (To.OneByOne || !MayGo(To)) && (From.OneByOne || !MayGo(From));
  if ((To.Old == OldContent::Killed) != (From.Old == OldContent::Killed))
    To.Taken = SlotState::AnyNumber;
  if (To.Old != From.Old && To.Missed && To.Missed == From.Missed)
    To.Missed = {};
  else if (Way Stays = MayGo(From) ? Here : There;
           MayGo(To) != MayGo(From) &&
           (Stays || (Stays.With && !To.Missed && !From.Missed)))
    To.Missed = Stays;
  else if (To.Old == OldContent::Killed || !To.Missed)
    To.Missed = From.Old == OldContent::Killed ? Way() : From.Missed;
  if (To.Old != From.Old)
    To.Old = OldContent::MaybeKilled;
}

/// Before the old contents are joined.
static void joinTakenKeys(SlotState &To, const SlotState &From) {
  if (From.Old < OldContent::MaybeKilled)
    return;
  if (To.Old < OldContent::MaybeKilled)
    To.TakenKey = From.TakenKey;
  else if (To.TakenKey != From.TakenKey)
    To.TakenKey = {};
}

static void joinSlot(SlotState &To, const SlotState &From, Way Here,
                     Way There) {
  To.Taken = std::max(To.Taken, From.Taken);
  joinTakenKeys(To, From);
  joinOldContent(To, From, Here, There);
  To.Spared = std::max(To.Spared, From.Spared);
  if (From.Cleared && (!To.Cleared || From.ClearLoc < To.ClearLoc)) {
    To.ClearLoc = From.ClearLoc;
    To.How = From.How;
  }
  To.Cleared |= From.Cleared;
  joinEdges(To, From, Here, There);
}

void HeapState::markEachRound(const HeapState &Round, const HeapState &Before) {
  auto Has = [](const SlotState *S, const HeapEdge &E) {
    const HeapEdge *Same = S ? S->findSame(E) : nullptr;
    return Same && Same->isSure();
  };
  for (auto &[At, S] : Slots)
    for (HeapEdge &E : S.Edges)
      E.EachRound |= Has(Round.find(At), E) && !Has(Before.find(At), E);
}

void HeapState::markOnce(const HeapState &Before) {
  auto Mark = [](Way &Now, const Way &Old) {
    Now.Once |= Now.Final && Now != Old;
  };
  for (auto &[At, S] : Slots) {
    const SlotState *Old = Before.find(At);
    Mark(S.Missed, Old ? Old->Missed : Way());
    for (HeapEdge &E : S.Edges) {
      const HeapEdge *Same = Old ? Old->findSame(E) : nullptr;
      Mark(E.Missed, Same ? Same->Missed : Way());
    }
  }
}

void HeapState::forgetWaysSince(const HeapState &Before, WaysThatStay Stay) {
  for (HandOver &H : HandedOver)
    if (const HandOver *Old = Before.handOverOf(H.Object);
        !Old || Old->Absent != H.Absent)
      H.Absent = {};
  for (auto &[At, S] : Slots) {
    const SlotState *Old = Before.find(At);
    if ((!Old || Old->Missed != S.Missed) && !S.Missed.Unless &&
        !Stay(At, S.Missed))
      S.Missed = {};
    if (S.Taken > (Old ? Old->Taken : 0))
      S.Taken = SlotState::AnyNumber;
    for (HeapEdge &E : S.Edges) {
      if (!E.Missed || !Old || E.Missed.Unless || Stay(At, E.Missed))
        continue;
      const HeapEdge *Same = Old->findSame(E);
      if (Same && Same->Missed != E.Missed)
        E.Missed = {};
    }
  }
}

void HeapState::handOver(const HandOver &H) {
  auto Old = llvm::find_if(
      HandedOver, [&](const HandOver &X) { return X.Object == H.Object; });
  if (Old == HandedOver.end())
    HandedOver.push_back(H);
  else if (!Old->Always) // Of two chances, the second may depend on the first.
    *Old = {H.Object, H.Always, {}};
}

const HandOver *HeapState::handOverOf(NodeIndex N) const {
  const auto *Found = llvm::find_if(
      handOvers(), [&](const HandOver &H) { return H.Object == N; });
  return Found == handOvers().end() ? nullptr : Found;
}

void HeapState::joinHandOvers(const HeapState &Other, Way Here, Way There) {
  auto MissOn = [](HandOver &H, Way Off) {
    H.Absent = H.Always ? Off : H.Absent;
    H.Always = false;
  };
  for (HandOver &H : HandedOver) {
    const HandOver *Theirs = Other.handOverOf(H.Object);
    if (!Theirs)
      MissOn(H, There);
    else if (H.Always != Theirs->Always || H.Absent != Theirs->Absent)
      H = {H.Object, false, {}};
  }
  for (const HandOver &H : Other.handOvers())
    if (!handOverOf(H.Object)) {
      HandedOver.push_back(H);
      MissOn(HandedOver.back(), Here);
    }
}

void HeapState::join(const HeapState &Other, Way Here, Way There) {
  if (!Other.Reachable)
    return;
  if (!Reachable) {
    *this = Other;
    return;
  }
  for (auto [Slot, Order] : Other.ClearedSomewhere)
    clearSomewhere(Slot, Order);
  if (Here.With && Other.hasStore(Here.With))
    Here.With = 0;
  joinHandOvers(Other, Here, There);
  std::vector<Entry> Joined;
  Joined.reserve(std::max(Slots.size(), Other.Slots.size()));
  auto A = Slots.begin();
  auto B = Other.Slots.begin();
  const SlotState Untouched;
  while (A != Slots.end() || B != Other.Slots.end()) {
    bool TakeA =
        B == Other.Slots.end() || (A != Slots.end() && A->first <= B->first);
    bool TakeB =
        A == Slots.end() || (B != Other.Slots.end() && B->first <= A->first);
    Joined.push_back(TakeA ? std::move(*A) : Entry(B->first, Untouched));
    joinSlot(Joined.back().second, TakeB ? B->second : Untouched, Here, There);
    A += TakeA;
    B += TakeB;
  }
  Slots = std::move(Joined);
}

} // namespace refcycle::analyzer
