// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What takes ownership away: every place in the program that empties a slot,
// and who can get there while a given cycle lives.

#ifndef REFCYCLE_EVIDENCE_BREAKS_H
#define REFCYCLE_EVIDENCE_BREAKS_H

#include "evidence/BodyWalk.h"
#include "evidence/Evidence.h"
#include <map>
#include <optional>
#include <set>

namespace refcycle::analyzer {

/// One place that empties a slot.
struct BreakSource {
  FunctionId In;
  FactLoc Loc;
  ClearKind How = ClearKind::Null;
  /// Takes elements out in order to call them: what they put back stays.
  bool Consumes = false;
  auto operator<=>(const BreakSource &) const = default;
};

/// Breaks of every slot of the program, by slot.
class BreakTable {
public:
  /// Takes the slots that are empty at some exit of \p W because it emptied
  /// them. What is filled again before every exit is no break.
  void collect(const BodyWalk &W, FunctionId F, const ProgramIndex &Index);
  llvm::ArrayRef<BreakSource> of(SlotKey Slot);
  /// Is what \p Slot holds called, as far as is seen, as a copy only? Then what
  /// it takes out of itself stays in the slot.
  bool isCalledAsCopy(SlotKey Slot) const;

private:
  struct Calls {
    bool InPlace = false, OnCopy = false;
  };
  std::map<SlotKey, Calls> CallsOf;
  std::map<SlotKey, std::vector<BreakSource>> Sources;
};

/// Classifies breaks for one cycle.
class BreakJudge {
public:
  /// \p Members are the classes and closures on the cycle. \p Closed: the
  /// users of a library call nothing that the library calls itself.
  BreakJudge(const ProgramIndex &Index, llvm::ArrayRef<RecordId> Members,
             bool Closed = false);

  /// How \p Source breaks a cycle of the members; nothing if nobody calls it.
  std::optional<BreakKind> judge(const BreakSource &Source,
                                 bool KeepsItself) const;
  /// The destructor of a member that \p Source runs in, itself or by calls;
  /// none if there is no such one.
  FunctionId destructorAround(const BreakSource &Source) const {
    return waysTo(Source.In).Destructor;
  }

private:
  struct Ways {
    bool Dead = false, Owner = false, Others = false;
    FunctionId Destructor; ///< If Dead: the nearest one.
  };
  Ways waysTo(FunctionId F) const;
  bool isRoot(FunctionId F) const;
  bool isCalledInTime(FunctionId F) const;
  bool isMemberBody(FunctionId F) const;

  const ProgramIndex &Index;
  bool Closed;
  std::vector<RecordId> Members;  ///< Sorted.
  std::vector<RecordId> Families; ///< Members, their bases and derived; sorted.
};

} // namespace refcycle::analyzer

#endif
