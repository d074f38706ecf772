// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountChecks.h.

#include "CountChecks.h"
#include "KeepAliveCheck.h"
#include "Wording.h"

namespace refcycle::analyzer {

static const CountCheck
    Adopt("refcycle-adopt",
          "Reports handles that count an object which starts with a count.");
static const CountCheck CallbackRelease(
    "refcycle-callback-release",
    "Reports counts handed to a callback that some path never gives back.");
static const CountCheck
    DoubleRetain("refcycle-double-retain",
                 "Reports objects that are counted by hand and by a handle.");
static const CountCheck
    DroppedRelease("refcycle-dropped-release",
                   "Reports counts that a handle gives out and nobody takes.");
static const CountCheck TwoOwners(
    "refcycle-two-owners",
    "Reports objects that two owners delete, each with a count of its own.");
static const CountCheck UnbalancedRetain(
    "refcycle-unbalanced-retain",
    "Reports counts taken by hand that some path never gives back.");

llvm::ArrayRef<const CountCheck *> countChecks() {
  static const CountCheck *const Table[] = {&Adopt,        &CallbackRelease,
                                            &DoubleRetain, &DroppedRelease,
                                            &TwoOwners,    &UnbalancedRetain};
  return Table;
}

static const Check &checkFor(CountLeakKind Kind) {
  static const KeepAliveCheck KeepAlive;
  switch (Kind) {
  case CountLeakKind::NotAdopted:
  case CountLeakKind::KeptByMaker:
    return Adopt;
  case CountLeakKind::Doubled:
    return DoubleRetain;
  case CountLeakKind::Dropped:
    return DroppedRelease;
  case CountLeakKind::CallbackPath:
  case CountLeakKind::CallbackNone:
    return CallbackRelease;
  case CountLeakKind::OwnedTwice:
  case CountLeakKind::OwnsSelf:
    return TwoOwners;
  case CountLeakKind::SelfPath:
  case CountLeakKind::SelfNone:
  case CountLeakKind::SelfNever:
    return KeepAlive;
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
  case CountLeakKind::CallbackPath:
    return "on this way out " + quoted(L.Function) +
           " does not release the count on " + quoted(L.Object) +
           " that it was given";
  case CountLeakKind::CallbackNone:
    return quoted(L.Function) + " never releases the count on " +
           quoted(L.Object) + " that it was given";
  case CountLeakKind::SelfPath:
    return quoted(L.Object) + " keeps itself alive: on this way out " +
           quoted(L.Function) +
           " does not release the count that the object took on itself";
  case CountLeakKind::SelfNone:
    return quoted(L.Object) + " keeps itself alive: " + quoted(L.Function) +
           " does not release the count that the object took on itself";
  case CountLeakKind::OwnedTwice:
    return "a second owner takes what " + quoted(L.Name) + " refers to" + In +
           ": both delete it";
  case CountLeakKind::OwnsSelf:
    return "a handle made of 'this'" + In + " is a second owner of the " +
           quoted(L.Object) + ": both delete it";
  case CountLeakKind::SelfNever:
    return quoted(L.Object) +
           " keeps itself alive: the count that it takes on itself" + In +
           " is never released";
  }
  return "";
}

static std::string reason(const CountLeak &L) {
  if (L.Kind == CountLeakKind::OwnsSelf)
    return L.Certainty == CountCertainty::Possible
               ? "no other owner of such objects was seen"
               : "the program has shared owners of such objects";
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

static std::string noteOnOther(const CountLeak &L) {
  switch (L.Kind) {
  case CountLeakKind::CallbackPath:
  case CountLeakKind::CallbackNone:
    return quoted(L.Other) + " hands a count to the callback here";
  case CountLeakKind::SelfPath:
  case CountLeakKind::SelfNone:
    return "the count is taken in " + quoted(L.Other);
  default:
    return "the count is made here";
  }
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
  if (L.OtherLoc.isValid() && L.OtherLoc != L.Loc)
    F.Notes.push_back({noteOnOther(L), L.OtherLoc});
  if (L.ExitLoc.isValid())
    F.Notes.push_back(
        {"it is not released on the way that ends here", L.ExitLoc});
  F.Id = fingerprint(F);
  return F;
}

} // namespace refcycle::analyzer
