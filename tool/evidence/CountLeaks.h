// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts that are never given back, without a cycle: what the facts of all
// functions say together, as plain values.

#ifndef REFCYCLE_EVIDENCE_COUNTLEAKS_H
#define REFCYCLE_EVIDENCE_COUNTLEAKS_H

#include "base/SourceRef.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct LinkedProgram;

enum class CountLeakKind : uint8_t {
  NotAdopted,    ///< A handle counts an object that starts with a count.
  KeptByMaker,   ///< The same; the object comes from a function.
  Dropped,       ///< The count that a handle gave out is lost.
  Overwritten,   ///< An assignment keeps the count of the old pointer.
  Doubled,       ///< Counted by hand and by a handle.
  MissedOnPath,  ///< Given back on some paths only.
  NeverReleased, ///< Counted by hand, and given back nowhere in the function.
  LeftBehind,    ///< Taken out of a slot that holds a count.
  CallbackPath,  ///< A callback gives back what it was given on some paths.
  CallbackNone,  ///< Another callback of the same call gives it back.
  SelfPath,      ///< Like CallbackPath; the object counted itself.
  SelfNone,      ///< Like CallbackNone; the object counted itself.
  SelfNever,     ///< The object counted itself; nobody gives it back.
  OwnedTwice,    ///< Two owners, each with a count of its own.
  OwnsSelf,      ///< The same; one of them is made of `this`.
};

/// How much speaks for a leak; greater is more.
enum class CountCertainty : uint8_t { Possible, Probable, Definite };

/// One count that stays.
struct CountLeak {
  CountLeakKind Kind = CountLeakKind::NotAdopted;
  CountCertainty Certainty = CountCertainty::Possible;
  std::string Function; ///< Qualified; where it happens.
  std::string Object;   ///< The class of what is never freed.
  std::string Name;     ///< The slot, variable or method it goes through.
  std::string Other;    ///< The function that made the count; may be empty.
  SourceRef Loc, OtherLoc;
  SourceRef ExitLoc; ///< The end of a path without the release; may be none.
};

/// Sorted by place and kind; one for each. Cost: linear, but for sorting.
std::vector<CountLeak> findCountLeaks(const LinkedProgram &Program);

} // namespace refcycle::analyzer

#endif
