// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects the cycles that walks show, one entry per sequence of slots, and
// turns them into plain values with names.

#ifndef REFCYCLE_EVIDENCE_WITNESSBOOK_H
#define REFCYCLE_EVIDENCE_WITNESSBOOK_H

#include "evidence/Breaks.h"
#include "evidence/Evidence.h"
#include "evidence/HeapCycles.h"
#include "evidence/OwnersAtExit.h"
#include "evidence/Weakenings.h"
#include <map>

namespace refcycle::analyzer {

/// One hop of a cycle of classes.
struct RawHop {
  RecordId From, To;
  SlotKey Slot;
  Hold Kind = Hold::Raw;
  bool Stored = false;
  std::vector<std::pair<TraceId, bool>> Stores; ///< And whether late.
  SeenOwner Owner = SeenOwner::Unseen;
};

class WitnessBook {
public:
  explicit WitnessBook(const WalkContext &Context)
      : Index(Context.Index), Traces(Context.Traces), Context(Context) {}

  /// Notes \p Cycle, seen at \p Exit of \p F. \p Owners: one for each hop.
  void add(const BodyWalk &W, FunctionId F, const WalkExit &Exit,
           const HeapCycle &Cycle, const CycleOwners &Owners, LeakVerdict Leak);

  /// Every cycle, with its breaks; sorted by their slots.
  std::vector<CycleWitness> finish(BreakTable &Breaks, Weakenings &Fixes) const;
  size_t size() const { return Entries.size(); }
  /// The hops of all cycles.
  std::vector<RawHop> hops() const;
  /// Words and breaks for a cycle that no walk built.
  SuspectCycle render(std::vector<RawHop> Hops, unsigned ClosingHop,
                      BreakTable &Breaks) const;

private:
  struct Entry {
    std::vector<RawHop> Hops;
    FunctionId In;
    FactLoc Closing;
    unsigned ClosingHop = 0;
    bool MustAlias = false;
    bool Chosen = false;
    bool GuessedClass = false;
    bool SeenLocal = false; ///< See CycleOwners::IsLocal.
    FunctionId LeaksIn;     ///< With the exit where it leaks.
    FactLoc LeakLoc;
    bool LeaksAtEnd = false;
    bool LeaksByThrow = false;
    Way Missed;               ///< If it leaks on some ways only.
    bool Outnumbered = false; ///< See LeakVerdict.
  };
  /// The slots and their holders, from the smallest on.
  using Key = std::vector<std::tuple<RecordId, SlotKey>>;

  Entry describe(const BodyWalk &W, FunctionId F, const HeapCycle &Cycle,
                 const CycleOwners &Owners) const;
  static void merge(Entry &To, const Entry &From);
  CycleWitness render(const Entry &E, BreakTable &Breaks,
                      Weakenings &Fixes) const;
  static const RawHop &before(const Entry &E, size_t Hop);
  static WeakenedCycle weakenedAt(const Entry &E, size_t Hop);
  bool isIncomplete(const Entry &E) const;
  bool isOpen(const Entry &E) const;
  EvidenceHop renderHop(const Entry &E, size_t Hop) const;
  std::string stableName(const Entry &E, size_t Hop) const;
  bool rearms(const RawHop &Slot, RecordId Closure) const;
  std::string destructorThatCalls(const BreakJudge &Judge, const BreakSource &B,
                                  BreakKind Kind) const;
  std::vector<HopBreak> breaksOf(const Entry &E, BreakTable &Breaks) const;

  const ProgramIndex &Index;
  const TraceTable &Traces;
  const WalkContext &Context;
  std::map<Key, Entry> Entries;
};

} // namespace refcycle::analyzer

#endif
