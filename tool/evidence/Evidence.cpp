// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stages of evidence, in order: walk every body, callees first; look for
// cycles at each exit; then judge the breaks, which needs the whole program.

#include "evidence/Evidence.h"
#include "evidence/TypeGraph.h"
#include "evidence/WitnessBook.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {
namespace {

// Summaries of functions that call each other feed into each other; after this
// many rounds what is missing are ever longer paths.
constexpr unsigned Rounds = 3;
// Closures made by one function whose bodies are tried.
constexpr size_t MaxClosures = 32;

class Gathering {
public:
  explicit Gathering(const LinkedProgram &P)
      : Index(P), Context{Index, {}, {}, {}}, Book(Context) {
    Context.Summaries.resize(P.Functions.size());
    Context.Walked.resize(P.Functions.size());
  }
  Evidence run();

private:
  void walkGroup(llvm::ArrayRef<FunctionId> Group);
  void inspect(BodyWalk &W, FunctionId F);
  void inspectClosures(BodyWalk &W, FunctionId F, const WalkExit &Exit);

  ProgramIndex Index;
  WalkContext Context;
  WitnessBook Book;
  BreakTable Breaks;
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
      Summary S = W.summarize();
      bool Last = Round + 1 == Count;
      Stats.GaveUp += Last && (W.gaveUp() || S.Truncated);
      Context.Summaries[F.Index] = std::move(S);
      Context.Walked[F.Index] = true;
      if (Last)
        inspect(W, F);
    }
}

void Gathering::inspect(BodyWalk &W, FunctionId F) {
  ++Stats.Functions;
  Breaks.collect(W, F, Index);
  for (const WalkExit &Exit : W.exits()) {
    for (const HeapCycle &Cycle : findHeapCycles(W, Exit.State))
      Book.add(W, F, Exit, Cycle, leaksAtExit(W, Exit, Cycle));
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
    for (const HeapCycle &Cycle : findHeapCycles(W, Later))
      Book.add(W, F, Exit, Cycle, /*Leaks=*/false);
  }
}

Evidence Gathering::run() {
  for (const std::vector<FunctionId> &Group : Index.bottomUp())
    walkGroup(Group);
  Evidence E;
  E.Graph = buildOwnershipGraph(Index.program());
  Stats.Witnesses = unsigned(Book.size());
  E.Witnesses = Book.finish(Breaks);
  E.Stats = Stats;
  return E;
}

Evidence gatherEvidence(const LinkedProgram &Program) {
  return Gathering(Program).run();
}

} // namespace refcycle::analyzer
