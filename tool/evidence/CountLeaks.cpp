// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountLeaks.h.

#include "evidence/CountLeaks.h"
#include "evidence/CountedClasses.h"
#include "evidence/HandedOverCounts.h"
#include "facts/LinkedProgram.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>
#include <tuple>

namespace refcycle::analyzer {
namespace {

class CountLeaks {
public:
  explicit CountLeaks(const LinkedProgram &P) : P(P), Classes(P) {
    for (const CountFact &F : P.Counts)
      note(F);
    // Born only if the function that gets the object starts its count.
    std::erase_if(Makers, [&](const auto &Entry) {
      FunctionId Starter = Entry.second->Callee;
      return Starter && !Starters.contains(Starter);
    });
  }

  std::vector<CountLeak> run() {
    for (const CountFact &F : P.Counts)
      judge(F);
    findHandedOverCounts(P, Classes, Found);
    llvm::sort(Found, [](const CountLeak &A, const CountLeak &B) {
      // Of two at one place the surer one stays.
      return std::tie(A.Loc, A.Kind, B.Certainty, A.Object, A.Name) <
             std::tie(B.Loc, B.Kind, A.Certainty, B.Object, B.Name);
    });
    // Instances of one template stand at one place.
    Found.erase(std::unique(Found.begin(), Found.end(),
                            [](const CountLeak &A, const CountLeak &B) {
                              return A.Loc == B.Loc && A.Kind == B.Kind;
                            }),
                Found.end());
    return std::move(Found);
  }

private:
  void note(const CountFact &F) {
    switch (F.Event) {
    case CountEvent::ReturnsBorn:
      Makers[F.In] = &F;
      break;
    case CountEvent::ReturnsCounted:
      Counting.insert(F.In);
      break;
    case CountEvent::Starts:
      Starters.insert(F.In);
      break;
    case CountEvent::Released:
      ReleasedFrom[P.text(F.Name)].push_back(F.Object);
      break;
    case CountEvent::Parked:
      Parked.try_emplace(P.text(F.Name), &F);
      break;
    default:
      break;
    }
  }

  void add(const CountFact &F, CountLeakKind Kind, CountCertainty Certainty,
           const CountFact *Other = nullptr) {
    Found.push_back(countLeak(P, F, Kind, Certainty, Other));
  }

  void judge(const CountFact &F) {
    using Kind = CountLeakKind;
    using Certainty = CountCertainty;
    switch (F.Event) {
    case CountEvent::Retained:
      return judgeRetained(F);
    case CountEvent::Dropped:
      return add(F, Kind::Dropped,
                 F.Unsure      ? Certainty::Possible
                 : F.Exit.Line ? Certainty::Probable
                               : Certainty::Definite);
    case CountEvent::Overwritten:
      return add(F, Kind::Overwritten,
                 F.Unsure ? Certainty::Possible : Certainty::Probable);
    case CountEvent::Unreleased:
      return judgeUnreleased(F);
    case CountEvent::Doubled:
      return add(F, Kind::Doubled,
                 !F.Unsure                      ? Certainty::Definite
                 : Classes.isReleased(F.Object) ? Certainty::Possible
                                                : Certainty::Probable);
    case CountEvent::Unbalanced:
      if (!F.Unsure)
        return add(F, Kind::MissedOnPath, Certainty::Probable);
      return add(F, Kind::NeverReleased,
                 Classes.isReleased(F.Object) ? Certainty::Possible
                                              : Certainty::Probable);
    case CountEvent::OwnedTwice:
      return add(F, Kind::OwnedTwice, Certainty::Definite);
    case CountEvent::OwnsSelf:
      return add(F, Kind::OwnsSelf,
                 Classes.isShared(F.Object) ? Certainty::Probable
                                            : Certainty::Possible);
    case CountEvent::Unparked:
      if (auto It = Parked.find(P.text(F.Name));
          It != Parked.end() && Classes.isReleased(It->second->Object))
        add(F, Kind::LeftBehind, Certainty::Probable, It->second);
      return;
    default:
      return;
    }
  }

  /// Does some function release by hand what it finds in the slot that the
  /// handle is in? It may be the first count that it gives back.
  bool isReleasedFromSlot(const CountFact &F) const {
    auto Found = ReleasedFrom.find(P.text(F.Name));
    return !P.text(F.Name).empty() && Found != ReleasedFrom.end() &&
           llvm::any_of(Found->second, [&](RecordId R) {
             return R.isNone() || Classes.related(R, F.Object);
           });
  }

  void judgeRetained(const CountFact &F) {
    CountCertainty Level = isReleasedFromSlot(F) ? CountCertainty::Possible
                                                 : CountCertainty::Definite;
    if (F.Callee.isNone()) {
      if (Classes.isBorn(F.Object))
        add(F, CountLeakKind::NotAdopted, Level);
      return;
    }
    auto Maker = Makers.find(F.Callee);
    if (Maker == Makers.end())
      return;
    RecordId Made = Maker->second->Object;
    if (Made.isNone() || Classes.isBorn(Made))
      add(F, CountLeakKind::KeptByMaker, Level, Maker->second);
  }

  /// Of a variable that was given the result of a call, or a new object.
  void judgeUnreleased(const CountFact &F) {
    CountLeakKind Kind = F.Exit.Line ? CountLeakKind::MissedOnPath
                                     : CountLeakKind::NeverReleased;
    if (F.Callee && givesCount(F.Callee))
      return add(F, Kind, CountCertainty::Probable);
    auto Maker = Makers.find(F.Callee);
    if (Maker == Makers.end() && F.Callee)
      return;
    // A new object may release itself; that nobody here does says nothing.
    RecordId Made = F.Callee ? Maker->second->Object : RecordId::none();
    if (F.Exit.Line && (Made.isNone() || Classes.isBorn(Made)))
      add(F, Kind, CountCertainty::Probable);
  }
  /// Does the function, or each that may be called in its place, take a count
  /// on what it returns?
  bool givesCount(FunctionId Id) const {
    const auto &Overriders = P.Overriders[Id.Index];
    bool Here = Counting.contains(Id);
    if (!Here && P.Functions[Id.Index].has(FunctionFlag::HasBody))
      return false;
    return (Here || !Overriders.empty()) &&
           llvm::all_of(Overriders,
                        [&](FunctionId O) { return Counting.contains(O); });
  }

  const LinkedProgram &P;
  CountedClasses Classes;
  std::set<FunctionId> Counting; ///< Take a count on what they return.
  std::set<FunctionId> Starters; ///< Set the count of their argument to one.
  std::map<FunctionId, const CountFact *> Makers;
  std::map<std::string, const CountFact *> Parked;
  std::map<std::string, std::vector<RecordId>> ReleasedFrom; ///< By slot.
  std::vector<CountLeak> Found;
};

} // namespace

std::vector<CountLeak> findCountLeaks(const LinkedProgram &Program) {
  return CountLeaks(Program).run();
}

} // namespace refcycle::analyzer
