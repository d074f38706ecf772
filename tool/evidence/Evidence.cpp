// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stages of evidence, in order: walk every body, callees first; look for
// cycles at each exit; then judge the breaks, which needs the whole program.

#include "evidence/Evidence.h"
#include "evidence/OwnersAtExit.h"
#include "evidence/Suspects.h"
#include "evidence/TypeGraph.h"
#include "evidence/WitnessBook.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {
namespace {

// Summaries of functions that call each other feed into each other; after this
// many rounds what is missing are ever longer paths.
constexpr unsigned Rounds = 3;
// A function that calls itself on its own object: without that call, and with
// it.
constexpr unsigned RoundsOfOne = 2;
// Closures made by one function whose bodies are tried.
constexpr size_t MaxClosures = 32;

class Gathering {
public:
  explicit Gathering(const LinkedProgram &P)
      : Index(P), Context{Index, {}, {}, {}, {}, {}}, Book(Context),
        Stores(Context) {
    Context.Summaries.resize(P.Functions.size());
    Context.Thrown.resize(P.Functions.size());
    for (Summary &S : Context.Thrown)
      S.MayReturn = false;
    Context.Walked.resize(P.Functions.size());
    Context.Unreplayed.resize(P.Functions.size());
  }
  Evidence run();

private:
  void walkGroup(llvm::ArrayRef<FunctionId> Group);
  void inspect(BodyWalk &W, FunctionId F);
  void inspectClosures(BodyWalk &W, FunctionId F, const WalkExit &Exit);
  void suspect(Evidence &E);
  std::vector<HiddenEdge> hiddenEdges() const;

  ProgramIndex Index;
  WalkContext Context;
  WitnessBook Book;
  BreakTable Breaks;
  StoreTable Stores;
  EvidenceStats Stats;
};

} // namespace

void Gathering::walkGroup(llvm::ArrayRef<FunctionId> Group) {
  unsigned Count = Group.size() > 1 ? Rounds : 1;
  Stats.Recursive += Group.size() > 1 ? Group.size() : 0;
  for (unsigned Round = 0; Round != Count; ++Round)
    for (FunctionId F : Group) {
      if (!Index[F].has(FunctionFlag::HasBody))
        continue;
      BodyWalk W(Context, F);
      W.run();
      if (W.isRepeated())
        Count = std::max(Count, RoundsOfOne);
      Summary S = W.summarize();
      bool Last = Round + 1 == Count;
      Stats.GaveUp += Last && (W.gaveUp() || S.Truncated);
      if (Last)
        Stores.collect(W, F, S);
      if (Count > 1)
        S.forgetNumbers();
      Context.Summaries[F.Index] = std::move(S);
      if (W.mayThrow())
        Context.Thrown[F.Index] = W.summarize(/*Throws=*/true);
      Context.Walked[F.Index] = true;
      if (Last)
        inspect(W, F);
    }
}

void Gathering::inspect(BodyWalk &W, FunctionId F) {
  ++Stats.Functions;
  Breaks.collect(W, F, Index);
  for (const WalkExit &Exit : W.exits()) {
    if (auto Cycles = findHeapCycles(W, Exit.State); !Cycles.empty()) {
      OwnersAtExit Owners(W, Exit, Exit.State);
      for (const HeapCycle &Cycle : Cycles)
        Book.add(W, F, Exit, Cycle, Owners.of(Cycle),
                 leaksAtExit(W, Exit, Cycle));
    }
    inspectClosures(W, F, Exit);
  }
}

/// A closure may run later; what it stores then can close a cycle through what
/// it captured.
void Gathering::inspectClosures(BodyWalk &W, FunctionId F,
                                const WalkExit &Exit) {
  llvm::ArrayRef<NodeIndex> Closures = W.closuresMadeHere();
  for (NodeIndex N : Closures.take_front(MaxClosures)) {
    HeapState Later = Exit.State;
    W.invokeLater(Later, N);
    auto Cycles = findHeapCycles(W, Later);
    if (Cycles.empty())
      continue;
    OwnersAtExit Owners(W, Exit, Later);
    for (const HeapCycle &Cycle : Cycles)
      Book.add(W, F, Exit, Cycle, Owners.of(Cycle), {});
  }
}

/// What the walks did not build, but the stores allow.
void Gathering::suspect(Evidence &E) {
  RawSuspects Found = findSuspects(Index, Stores, Book.hops());
  for (RawSuspect &S : Found.Late) {
    for (size_t I = 0; I != S.Hops.size(); ++I)
      if (S.Places[I])
        for (auto [Loc, Late] : *S.Places[I])
          S.Hops[I].Stores.push_back({Context.Traces.step(Loc, 0), Late});
    E.Suspects.push_back(Book.render(std::move(S.Hops), S.ClosingHop, Breaks));
  }
  for (const std::vector<RecordId> &Knot : Found.Discharged) {
    DischargedKnot &K = E.Discharged.emplace_back();
    for (RecordId R : Knot)
      K.Classes.push_back(Index.program().nameOf(R));
  }
}

/// Typed slots say what they hold; of the others only the stores are known.
std::vector<HiddenEdge> Gathering::hiddenEdges() const {
  std::vector<HiddenEdge> Hidden;
  for (const auto &[E, Places] : Stores.edges()) {
    const Field *F = Index.field(E.Slot.Declaring, E.Slot.Field);
    if (F && (F->has(FieldFlag::Function) || F->has(FieldFlag::Erased)))
      Hidden.push_back({E.From.Rec, E.To.Rec, E.Kind, F->Name});
  }
  return Hidden;
}

Evidence Gathering::run() {
  for (const std::vector<FunctionId> &Group : Index.bottomUp())
    walkGroup(Group);
  Evidence E;
  Stores.finish();
  E.Graph = buildOwnershipGraph(Index.program(), hiddenEdges());
  Stats.Witnesses = unsigned(Book.size());
  Weakenings Fixes(Index, Stores);
  E.Witnesses = Book.finish(Breaks, Fixes);
  suspect(E);
  E.CountLeaks = findCountLeaks(Index.program());
  E.Registries = findRegistryLeaks(Index);
  E.Stats = Stats;
  return E;
}

Evidence gatherEvidence(const LinkedProgram &Program) {
  return Gathering(Program).run();
}

} // namespace refcycle::analyzer
