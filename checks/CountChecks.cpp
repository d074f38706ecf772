// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountChecks.h.

#include "CountChecks.h"
#include "Wording.h"

namespace refcycle::analyzer {

static const CountCheck
    Adopt("refcycle-adopt",
          "Reports handles that count an object which starts with a count.");
static const CountCheck
    DoubleRetain("refcycle-double-retain",
                 "Reports objects that are counted by hand and by a handle.");
static const CountCheck
    DroppedRelease("refcycle-dropped-release",
                   "Reports counts that a handle gives out and nobody takes.");
static const CountCheck UnbalancedRetain(
    "refcycle-unbalanced-retain",
    "Reports counts taken by hand that some path never gives back.");

llvm::ArrayRef<const CountCheck *> countChecks() {
  static const CountCheck *const Table[] = {&Adopt, &DoubleRetain,
                                            &DroppedRelease, &UnbalancedRetain};
  return Table;
}

static const CountCheck &checkFor(CountLeakKind Kind) {
  switch (Kind) {
  case CountLeakKind::NotAdopted:
  case CountLeakKind::KeptByMaker:
    return Adopt;
  case CountLeakKind::Doubled:
    return DoubleRetain;
  case CountLeakKind::Dropped:
    return DroppedRelease;
  default:
    return UnbalancedRetain;
  }
}

static std::string through(const CountLeak &L) {
  return L.Name.empty() ? "a handle" : quoted(L.Name);
}

static std::string message(const CountLeak &L) {
  std::string In = " in " + quoted(L.Function);
  switch (L.Kind) {
  case CountLeakKind::NotAdopted:
    return "the new " + quoted(L.Object) + " starts with a count of one, and " +
           through(L) + " takes another" + In + ": the first is never released";
  case CountLeakKind::KeptByMaker:
    return quoted(L.Other) + " returns an object with a count, and " +
           through(L) + " takes another" + In + ": the first is never released";
  case CountLeakKind::Dropped:
    return "the count of " + quoted(L.Object) + " that " + quoted(L.Name) +
           " gives out is lost" + In;
  case CountLeakKind::Overwritten:
    return quoted(L.Function) +
           " replaces a counted pointer and never releases the old object";
  case CountLeakKind::Doubled:
    return quoted(L.Name) + " is counted by hand and once more by a handle" +
           In + ": the count by hand is never released";
  case CountLeakKind::MissedOnPath:
    return "the count taken on " + quoted(L.Name) +
           " is not released on every path" + In;
  case CountLeakKind::NeverReleased:
    return "the count taken on " + quoted(L.Name) + " is never released" + In;
  case CountLeakKind::LeftBehind:
    return quoted(L.Function) + " takes an object out of " + quoted(L.Name) +
           " and does not release the count that was left there";
  }
  return "";
}

static std::string reason(const CountLeak &L) {
  switch (L.Certainty) {
  case CountCertainty::Definite:
    return "every step is in this function or in what it calls";
  case CountCertainty::Probable:
    return "nothing else in the program was seen to release it";
  case CountCertainty::Possible:
    break;
  }
  return "something else in the program may release it";
}

Finding describe(const CountLeak &L) {
  static_assert(unsigned(CountCertainty::Definite) ==
                    unsigned(Confidence::Definite),
                "the two enums list the same levels");
  Finding F;
  F.Check = checkFor(L.Kind).name().str();
  F.Level = Confidence(L.Certainty);
  F.Message = message(L);
  F.Loc = L.Loc;
  F.Reasons.push_back(reason(L));
  if (L.OtherLoc.isValid())
    F.Notes.push_back({"the count is made here", L.OtherLoc});
  F.Id = fingerprint(F);
  return F;
}

} // namespace refcycle::analyzer
