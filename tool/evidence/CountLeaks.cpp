// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountLeaks.h.

#include "evidence/CountLeaks.h"
#include "facts/LinkedProgram.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>
#include <tuple>

namespace refcycle::analyzer {
namespace {

class CountLeaks {
public:
  explicit CountLeaks(const LinkedProgram &P) : P(P) {
    for (const CountFact &F : P.Counts)
      note(F);
  }

  std::vector<CountLeak> run() {
    for (const CountFact &F : P.Counts)
      judge(F);
    llvm::sort(Found, [](const CountLeak &A, const CountLeak &B) {
      return std::tie(A.Loc, A.Kind, A.Object, A.Name) <
             std::tie(B.Loc, B.Kind, B.Object, B.Name);
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
    case CountEvent::Born:
      Born.insert(F.Object);
      break;
    case CountEvent::ReturnsBorn:
      Makers[F.In] = &F;
      break;
    case CountEvent::Released:
      ReleasedAnywhere |= F.Object.isNone();
      if (F.Object)
        Released.insert(F.Object);
      break;
    case CountEvent::Parked:
      Parked.try_emplace(P.text(F.Name), &F);
      break;
    default:
      break;
    }
  }

  template <typename Question>
  bool anyBase(RecordId Id, Question Ask, unsigned Depth = 0) const {
    if (Id.isNone() || Depth > 32)
      return false;
    return Ask(Id) || llvm::any_of(P.Records[Id.Index].Bases, [&](RecordId B) {
             return anyBase(B, Ask, Depth + 1);
           });
  }
  bool isBorn(RecordId Id) const {
    return anyBase(Id, [&](RecordId R) { return Born.contains(R); });
  }
  /// Is a count of such an object given back by hand anywhere? Of a base class
  /// counts, and of a derived one.
  bool isReleased(RecordId Id) const {
    if (ReleasedAnywhere ||
        anyBase(Id, [&](RecordId R) { return Released.contains(R); }))
      return true;
    return llvm::any_of(Released, [&](RecordId R) {
      return anyBase(R, [&](RecordId Base) { return Base == Id; });
    });
  }

  void add(const CountFact &F, CountLeakKind Kind, CountCertainty Certainty,
           const CountFact *Other = nullptr) {
    CountLeak L;
    L.Kind = Kind;
    L.Certainty = Certainty;
    L.Function = P.nameOf(F.In);
    L.Object = F.Object ? P.nameOf(F.Object) : "";
    L.Name = P.text(F.Name);
    L.Loc = P.sourceOf(F.Loc);
    if (Other) {
      L.Other = P.nameOf(Other->In);
      L.OtherLoc = P.sourceOf(Other->Loc);
    }
    Found.push_back(std::move(L));
  }

  void judge(const CountFact &F) {
    using Kind = CountLeakKind;
    using Certainty = CountCertainty;
    switch (F.Event) {
    case CountEvent::Retained:
      return judgeRetained(F);
    case CountEvent::Dropped:
      return add(F, Kind::Dropped,
                 F.Unsure ? Certainty::Possible : Certainty::Definite);
    case CountEvent::Overwritten:
      return add(F, Kind::Overwritten, Certainty::Probable);
    case CountEvent::Doubled:
      return add(F, Kind::Doubled,
                 !F.Unsure              ? Certainty::Definite
                 : isReleased(F.Object) ? Certainty::Possible
                                        : Certainty::Probable);
    case CountEvent::Unbalanced:
      if (!F.Unsure)
        return add(F, Kind::MissedOnPath, Certainty::Probable);
      return add(F, Kind::NeverReleased,
                 isReleased(F.Object) ? Certainty::Possible
                                      : Certainty::Probable);
    case CountEvent::Unparked:
      if (auto It = Parked.find(P.text(F.Name));
          It != Parked.end() && isReleased(It->second->Object))
        add(F, Kind::LeftBehind, Certainty::Probable, It->second);
      return;
    default:
      return;
    }
  }

  void judgeRetained(const CountFact &F) {
    if (F.Callee.isNone()) {
      if (isBorn(F.Object))
        add(F, CountLeakKind::NotAdopted, CountCertainty::Definite);
      return;
    }
    auto Maker = Makers.find(F.Callee);
    if (Maker == Makers.end())
      return;
    RecordId Made = Maker->second->Object;
    if (Made.isNone() || isBorn(Made))
      add(F, CountLeakKind::KeptByMaker, CountCertainty::Definite,
          Maker->second);
  }

  const LinkedProgram &P;
  std::set<RecordId> Born, Released;
  bool ReleasedAnywhere = false; ///< A release of something unknown.
  std::map<FunctionId, const CountFact *> Makers;
  std::map<std::string, const CountFact *> Parked;
  std::vector<CountLeak> Found;
};

} // namespace

std::vector<CountLeak> findCountLeaks(const LinkedProgram &Program) {
  return CountLeaks(Program).run();
}

} // namespace refcycle::analyzer
