// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Breadth-first search in symbolic heaps.

#include "evidence/HeapCycles.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <set>

namespace refcycle::analyzer {

// A cycle with more hops is real, but nobody follows it; a shorter one through
// the same store exists nearly always.
static constexpr size_t MaxHops = 10;

namespace {

/// The arcs of a state, by where they start.
class ArcGraph {
public:
  ArcGraph(const BodyWalk &W, const HeapState &State);
  const std::vector<CycleArc> &arcs() const { return Arcs; }
  /// Shortest way from \p From to \p To; empty if there is none.
  HeapCycle shortestWay(NodeIndex From, NodeIndex To) const;

private:
  void addStored(Place At, const SlotState &S);
  void addImplied(NodeIndex N);
  bool isRootSlot(Place At) const;

  const BodyWalk &W;
  const HeapState &State;
  /// Elements by the node that stands for all of a container's content.
  llvm::DenseMap<NodeIndex, llvm::SmallVector<NodeIndex, 2>> Elements;
  std::vector<CycleArc> Arcs;
  std::vector<std::vector<uint32_t>> Out;
};

} // namespace

/// Variables and the places of callers own nothing in the sense of a cycle:
/// they end with the function, or are somebody's field that is not known.
bool ArcGraph::isRootSlot(Place At) const { return !At.Slot.isField(); }

ArcGraph::ArcGraph(const BodyWalk &W, const HeapState &State)
    : W(W), State(State) {
  for (NodeIndex N = 0; N != W.nodes().size(); ++N)
    if (const HeapNode &Node = W.nodes()[N];
        Node.Kind == NodeKind::Placeholder &&
        Node.From.Slot == SlotKey::element())
      Elements[Node.From.Holder].push_back(N);
  for (const auto &[At, S] : State.entries())
    if (!isRootSlot(At))
      addStored(At, S);
  for (NodeIndex N = 0; N != W.nodes().size(); ++N)
    if (W.nodes()[N].Kind == NodeKind::Placeholder &&
        !isRootSlot(W.nodes()[N].From))
      addImplied(N);
  Out.resize(W.nodes().size());
  for (uint32_t I = 0; I != Arcs.size(); ++I)
    Out[Arcs[I].From].push_back(I);
}

void ArcGraph::addStored(Place At, const SlotState &S) {
  for (const HeapEdge &E : S.Edges) {
    if (E.isEmpty() || !owns(E.Kind))
      continue;
    auto Add = [&](NodeIndex To) {
      Arcs.push_back(
          {At.Holder, At.Slot, To, E.Kind, true, E, E.MaybeCleared, E.Spared});
    };
    Add(E.Target);
    // What holds all of a container's content holds each element of it.
    if (auto It = Elements.find(E.Target); E.Whole && It != Elements.end())
      llvm::for_each(It->second, Add);
  }
}

void ArcGraph::addImplied(NodeIndex N) {
  Place At = W.nodes()[N].From;
  const SlotState *S = State.find(At);
  OldContent Old = S ? S->Old : OldContent::Kept;
  Hold Kind = W.impliedHold(N);
  bool May = Old == OldContent::Kept || Old == OldContent::MaybeKilled;
  if (May && owns(Kind))
    Arcs.push_back({At.Holder,
                    At.Slot,
                    N,
                    Kind,
                    false,
                    {},
                    Old == OldContent::MaybeKilled,
                    S ? S->Spared : 0});
}

HeapCycle ArcGraph::shortestWay(NodeIndex From, NodeIndex To) const {
  constexpr uint32_t None = ~uint32_t(0);
  std::vector<uint32_t> Via(W.nodes().size(), None);
  std::vector<NodeIndex> Queue{From};
  for (size_t Next = 0; Next != Queue.size() && Via[To] == None; ++Next)
    for (uint32_t I : Out[Queue[Next]])
      if (NodeIndex N = Arcs[I].To; Via[N] == None && N != From) {
        Via[N] = I;
        Queue.push_back(N);
      }
  HeapCycle Way;
  if (Via[To] == None)
    return Way;
  for (NodeIndex N = To; N != From; N = Arcs[Via[N]].From)
    Way.push_back(Arcs[Via[N]]);
  std::reverse(Way.begin(), Way.end());
  return Way;
}

/// Rotating a tree moves `y` up and its parent `x` down. If `x` is one of
/// several objects, each keeps its old child in case it was another that sank;
/// but then the child did not get it back.
static bool contradict(const CycleArc &Old, const CycleArc &New) {
  if (!Old.Spared || !New.Stored)
    return false;
  return (New.Edge.HolderChoice == Old.Spared && New.From == Old.From) ||
         (New.Edge.TargetChoice == Old.Spared && New.To == Old.From);
}

/// Can one run build it, and does a count keep it up? Sole owners alone cannot
/// form a cycle.
static bool isPossible(const BodyWalk &W, const HeapCycle &Cycle) {
  if (Cycle.size() > MaxHops)
    return false;
  if (llvm::none_of(Cycle,
                    [](const CycleArc &A) { return A.Kind == Hold::Strong; }))
    return false;
  for (const CycleArc &A : Cycle)
    for (const CycleArc &B : Cycle)
      if (contradict(A, B) ||
          (A.Stored && B.Stored && W.exclude(A.Edge.Arm, B.Edge.Arm)))
        return false;
  return true;
}

/// Which objects and slots, wherever the cycle starts.
static std::vector<std::pair<NodeIndex, SlotKey>>
identity(const HeapCycle &Cycle) {
  std::vector<std::pair<NodeIndex, SlotKey>> Id;
  for (const CycleArc &A : Cycle)
    Id.emplace_back(A.From, A.Slot);
  llvm::sort(Id);
  return Id;
}

std::vector<HeapCycle> findHeapCycles(const BodyWalk &W,
                                      const HeapState &State) {
  ArcGraph G(W, State);
  std::vector<HeapCycle> Cycles;
  std::set<std::vector<std::pair<NodeIndex, SlotKey>>> Seen;
  for (const CycleArc &A : G.arcs()) {
    if (!A.Stored)
      continue;
    HeapCycle Cycle{A};
    if (A.To != A.From) {
      HeapCycle Back = G.shortestWay(A.To, A.From);
      if (Back.empty())
        continue;
      llvm::append_range(Cycle, Back);
    }
    if (isPossible(W, Cycle) && Seen.insert(identity(Cycle)).second)
      Cycles.push_back(std::move(Cycle));
  }
  return Cycles;
}

//===----------------------------------------------------------------------===//
// Garbage at an exit
//===----------------------------------------------------------------------===//

namespace {

/// Marks what is reached from given nodes.
class Reach {
public:
  enum Mode { AllSlots, OwningSlots, SurelyOwning };
  /// \p On: the way that is taken; what it erased is gone.
  Reach(const BodyWalk &W, const HeapState &State, Mode Over, Way On = {})
      : W(W), State(State), Over(Over), On(On), Marked(W.nodes().size()) {}
  void from(NodeIndex N) {
    // A pointer to a part of an object may lead to the whole.
    for (NodeIndex M : {N, W.freshRoot(N)})
      if (M != NullNode && !Marked[M]) {
        Marked[M] = true;
        Work.push_back(M);
      }
  }
  void run();
  bool operator[](NodeIndex N) const { return Marked[N]; }

private:
  bool follows(const SlotState &S, const HeapEdge &E) const {
    if (E.Gone || S.wasErasedOn(E, On))
      return false;
    return Over == AllSlots ||
           (owns(E.Kind) && (Over == OwningSlots || !E.MaybeCleared));
  }
  const BodyWalk &W;
  const HeapState &State;
  Mode Over;
  Way On;
  std::vector<bool> Marked;
  std::vector<NodeIndex> Work;
};

} // namespace

void Reach::run() {
  std::vector<std::vector<NodeIndex>> Out(W.nodes().size());
  for (const auto &[At, S] : State.entries())
    if (At.Holder != W.nodes().frame())
      for (const HeapEdge &E : S.Edges)
        if (follows(S, E))
          Out[At.Holder].push_back(E.Target);
  for (NodeIndex N = 0; N != W.nodes().size(); ++N)
    if (NodeIndex Root = W.freshRoot(N); Root != NullNode && Root != N)
      Out[Root].push_back(N);
  while (!Work.empty()) {
    NodeIndex N = Work.back();
    Work.pop_back();
    for (NodeIndex To : Out[N])
      from(To);
  }
}

/// Is it left out, on the way \p On, that unknown code gets \p N?
static bool isKeptBack(const WalkExit &Exit, NodeIndex N, Way On) {
  const HandOver *H = Exit.State.handOverOf(N);
  return On && H && !H->Always && H->Absent == On;
}

static Reach reachedFromOutside(const BodyWalk &W, const WalkExit &Exit,
                                Way On) {
  Reach R(W, Exit.State, Reach::AllSlots, On);
  for (NodeIndex N = 0; N != W.nodes().size(); ++N)
    if (N != NullNode && N != W.nodes().frame() && !W.isFresh(N))
      R.from(N);
  for (NodeIndex N : Exit.Returned)
    R.from(N);
  for (NodeIndex N : Exit.Escaped)
    if (!isKeptBack(Exit, N, On))
      R.from(N);
  R.run();
  return R;
}

/// Do more elements of a container lead back to its owner than may have been
/// taken out of it? Then one of them is still there; which one makes no
/// difference.
static bool isOutnumbered(const BodyWalk &W, const HeapState &State,
                          const SlotState &S, NodeIndex Owner) {
  if (S.Taken == SlotState::AnyNumber)
    return false;
  NodeSet LeadBack;
  for (const HeapEdge &E : S.Edges) {
    if (!E.One || !E.Always || E.Conditional || E.isEmpty() || !owns(E.Kind))
      continue;
    Reach FromElement(W, State, Reach::SurelyOwning);
    FromElement.from(E.Target);
    FromElement.run();
    if (FromElement[Owner])
      insertInto(LeadBack, E.Target);
  }
  return LeadBack.size() > S.Taken;
}

/// A way on which something stayed; none if the flag that would have taken it
/// away may be set in \p Element.
static Way wayFor(const BodyWalk &W, const HeapState &State, const Way &Missed,
                  NodeIndex Element) {
  bool IsOver =
      Missed.Unless && State.mayBeSet(Missed.Unless, Element, W.nodes());
  return IsOver ? Way() : Missed;
}

/// Is the hop still there, for sure or at least on one way?
static LeakVerdict survives(const BodyWalk &W, const HeapState &State,
                            const CycleArc &A) {
  if (State.mayHaveLost(A.Slot, A.Stored ? A.Edge.Order : 0))
    return {};
  const SlotState *S = State.find({A.From, A.Slot});
  if (!A.Stored) {
    bool May = S && S->Old == OldContent::MaybeKilled;
    Way Missed = May ? wayFor(W, State, S->Missed, A.To) : Way();
    return {!S || S->Old == OldContent::Kept || Missed, Missed};
  }
  if (S)
    for (const HeapEdge &E : S->Edges)
      if (E.isSameStore(A.Edge) && !E.Gone) {
        Way Missed = E.MaybeCleared ? wayFor(W, State, E.Missed, A.To) : Way();
        if (!E.MaybeCleared || Missed)
          return {true, Missed};
        bool Left = E.One && isOutnumbered(W, State, *S, A.From);
        return {Left, {}, Left};
      }
  return {};
}

/// All hops have to survive on one way. What a coroutine's frame holds ends
/// when it is resumed, which may be what that way does instead.
static LeakVerdict survives(const BodyWalk &W, const HeapState &State,
                            const HeapCycle &Cycle) {
  LeakVerdict All;
  All.Leaks = true;
  for (const CycleArc &A : Cycle) {
    LeakVerdict Hop = survives(W, State, A);
    if (!Hop.Leaks || (Hop.Missed && All.Missed && Hop.Missed != All.Missed))
      return {};
    if (Hop.Missed)
      All.Missed = Hop.Missed;
    All.Outnumbered |= Hop.Outnumbered;
  }
  bool HasFrame =
      llvm::any_of(Cycle, [&](const CycleArc &A) { return W.isFrame(A.From); });
  if ((All.Missed || All.Outnumbered) && HasFrame)
    return {};
  return All;
}

/// The new objects that nothing but raw pointers in variables refers to: they
/// are lost with them, and their destructors never run.
static std::vector<bool> lostObjects(const BodyWalk &W,
                                     const HeapState &State) {
  std::vector<bool> Pointed(W.nodes().size()), Held(W.nodes().size());
  for (const auto &[At, S] : State.entries())
    for (const HeapEdge &E : S.Edges)
      if (!E.Gone) {
        bool IsRaw = At.Holder == W.nodes().frame() && E.Kind == Hold::Raw;
        (IsRaw ? Pointed : Held)[E.Target] = true;
      }
  std::vector<bool> Lost(W.nodes().size());
  for (NodeIndex N = 0; N != Lost.size(); ++N)
    Lost[N] = Pointed[N] && !Held[N] && W.nodes()[N].Storage == AllocKind::Heap;
  return Lost;
}

/// What the last handles at the exit let go of ends, unless the cycle owns it.
static HeapState afterDestructors(BodyWalk &W, const WalkExit &Exit,
                                  const Reach &Outside,
                                  const HeapCycle &Cycle) {
  Reach Kept(W, Exit.State, Reach::OwningSlots);
  for (const CycleArc &A : Cycle)
    Kept.from(A.From);
  Kept.run();
  HeapState State = Exit.State;
  std::vector<bool> Lost = lostObjects(W, Exit.State);
  // Those that were there; destructors add nodes.
  for (NodeIndex N = 0; N != Lost.size(); ++N)
    if (W.nodes()[N].Kind == NodeKind::Alloc && !Outside[N] && !Kept[N] &&
        !Lost[N])
      W.destroy(State, N);
  return State;
}

/// Ways to the exit on which something is kept back that others hand over, if
/// all of the cycle is stored on each.
static llvm::SmallVector<Way, 2> waysThatKeepBack(const WalkExit &Exit,
                                                  const HeapCycle &Cycle) {
  llvm::SmallVector<Way, 2> Ways;
  if (llvm::any_of(Cycle, [](const CycleArc &A) {
        return A.Stored && !A.Edge.isSure();
      }))
    return Ways;
  for (const HandOver &H : Exit.State.handOvers())
    if (H.Absent && !llvm::is_contained(Ways, H.Absent))
      Ways.push_back(H.Absent);
  return Ways;
}

LeakVerdict leaksAtExit(BodyWalk &W, const WalkExit &Exit,
                        const HeapCycle &Cycle) {
  LeakVerdict Here = survives(W, Exit.State, Cycle);
  if (Exit.Ends || !Here.Leaks)
    return {};
  for (const CycleArc &A : Cycle) {
    // Both may depend on the same thing: `if (!s->start()) return;`.
    if (!Exit.Open && A.Stored && !A.Edge.Always)
      return {};
    NodeIndex Root = W.freshRoot(A.From);
    if (Root == NullNode || W.nodes()[Root].Storage == AllocKind::Stack)
      return {};
  }
  auto OnWay = [&](Way On) -> LeakVerdict {
    Reach Outside = reachedFromOutside(W, Exit, On);
    if (llvm::any_of(Cycle, [&](const CycleArc &A) { return Outside[A.From]; }))
      return {};
    return survives(W, afterDestructors(W, Exit, Outside, Cycle), Cycle);
  };
  LeakVerdict Leak = OnWay(Here.Missed);
  for (Way On : waysThatKeepBack(Exit, Cycle)) {
    bool MissesThere = !Here.Missed || Here.Missed == On;
    if (Leak.Leaks || !MissesThere || Here.Outnumbered)
      continue;
    Leak = OnWay(On);
    Leak.Missed = On;
  }
  return Leak;
}

} // namespace refcycle::analyzer
