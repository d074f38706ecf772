// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See HandedOverCounts.h.

#include "evidence/HandedOverCounts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {
namespace {

/// Is it the name of what is called when an operation ends without a result?
bool namesAnEnd(llvm::StringRef Qualified) {
  static constexpr llvm::StringLiteral Words[] = {
      "error", "fail", "cancel", "abort", "timeout", "timedout", "reject"};
  llvm::StringRef Name = Qualified.rsplit("::").second;
  return llvm::any_of(Words, [&](llvm::StringRef Word) {
    return (Name.empty() ? Qualified : Name).contains_insensitive(Word);
  });
}

class HandedOverCounts {
public:
  HandedOverCounts(const LinkedProgram &P, const CountedClasses &Classes,
                   std::vector<CountLeak> &Found)
      : P(P), Classes(Classes), Found(Found) {
    for (const CountFact &F : P.Counts)
      note(F);
  }

  void run() {
    for (const auto &[Call, Handed] : Entrusted) {
      for (const CountFact *H : Handed)
        missedPath(*H);
      if (Handed.size() > 1)
        missedCallback(Handed);
    }
    for (const CountFact *S : SelfRetained)
      countedItself(*S);
  }

private:
  /// One pointer in one call.
  using CallKey = std::tuple<FunctionId, FactLoc, StringId>;

  void note(const CountFact &F) {
    switch (F.Event) {
    case CountEvent::Entrusted:
      Entrusted[{F.In, F.Loc, F.Name}].push_back(&F);
      break;
    case CountEvent::GivenBack:
      GivesBack[F.In].push_back(&F);
      break;
    case CountEvent::Mislaid:
      Mislays[F.In].push_back(&F);
      break;
    case CountEvent::SelfRetained:
      SelfRetained.push_back(&F);
      break;
    default:
      break;
    }
  }
  bool isSelf(const CountFact &F) const { return P.text(F.Name) == "this"; }
  const CountFact *
  sameObject(const std::map<FunctionId, std::vector<const CountFact *>> &Table,
             FunctionId Function, RecordId Object) const {
    auto It = Table.find(Function);
    if (It == Table.end())
      return nullptr;
    auto Fact = llvm::find_if(It->second, [&](const CountFact *F) {
      return Classes.related(F->Object, Object);
    });
    return Fact == It->second.end() ? nullptr : *Fact;
  }
  void add(const CountFact &F, CountLeakKind Kind, bool Unsure,
           const CountFact &Taken) {
    Found.push_back(countLeak(
        P, F, Kind,
        Unsure ? CountCertainty::Possible : CountCertainty::Probable, &Taken));
  }

  void missedPath(const CountFact &Handed) {
    if (const CountFact *F = sameObject(Mislays, Handed.Callee, Handed.Object))
      add(*F,
          isSelf(Handed) ? CountLeakKind::SelfPath
                         : CountLeakKind::CallbackPath,
          F->Unsure, Handed);
  }

  /// One of the callbacks of a call gives the count back, another cannot.
  void missedCallback(llvm::ArrayRef<const CountFact *> Handed) {
    if (llvm::none_of(Handed, [&](const CountFact *H) {
          return sameObject(GivesBack, H->Callee, H->Object);
        }))
      return;
    for (const CountFact *H : Handed)
      if (canOnlyKeep(H->Callee))
        addNone(*H, H->Callee, /*Unsure=*/!namesAnEnd(P.nameOf(H->Callee)));
  }
  void addNone(const CountFact &Taken, FunctionId Callback, bool Unsure) {
    CountFact F = Taken;
    F.In = Callback;
    F.Loc = P.Functions[Callback.Index].Loc;
    add(F,
        isSelf(Taken) ? CountLeakKind::SelfNone : CountLeakKind::CallbackNone,
        Unsure, Taken);
  }

  void countedItself(const CountFact &Taken) {
    // In a part of a program the release may stand in another part.
    bool Open = !P.HasMain || P.Incomplete;
    if (!Classes.isReleased(Taken.Object))
      return add(Taken, CountLeakKind::SelfNever, Taken.Unsure || Open, Taken);
    for (const auto &[In, Facts] : GivesBack)
      for (const CountFact *F : Facts)
        if (isSelf(*F) && P.Functions[In.Index].Class &&
            P.Functions[In.Index].Class == Taken.Object)
          missedCounterparts(Taken, In);
  }
  /// `OnDone` and `OnError` of one interface: the one gives the count back that
  /// the object took on itself, the other does not. Both may be called, so it
  /// is never more than possible.
  void missedCounterparts(const CountFact &Taken, FunctionId Ending) {
    if (const CountFact *F = sameObject(Mislays, Ending, Taken.Object);
        F && isSelf(*F) && !F->Unsure)
      add(*F, CountLeakKind::SelfPath, true, Taken);
    for (uint32_t I = 0; I != P.Functions.size(); ++I) {
      FunctionId Other{I};
      const Function &F = P.Functions[I];
      if (F.Class == Taken.Object && namesAnEnd(P.nameOf(Other)) &&
          shareInterface(F, P.Functions[Ending.Index]) && canOnlyKeep(Other))
        addNone(Taken, Other, /*Unsure=*/true);
    }
  }
  bool shareInterface(const Function &A, const Function &B) const {
    return llvm::any_of(A.Overrides, [&](FunctionId FromA) {
      return llvm::any_of(B.Overrides, [&](FunctionId FromB) {
        return P.Functions[FromA.Index].Class == P.Functions[FromB.Index].Class;
      });
    });
  }

  /// Nothing that is called from there gives anything back, and nothing gets
  /// the pointer that could.
  bool canOnlyKeep(FunctionId Callback) {
    const Function &F = P.Functions[Callback.Index];
    if (!F.has(FunctionFlag::HasBody))
      return false;
    if (MayGiveBack.empty())
      findWhoMayGiveBack();
    return !MayGiveBack[Callback.Index] && !passesOn(F);
  }
  /// Does an argument, the object itself or a capture go to a call or a slot?
  static bool passesOn(const Function &F) {
    std::set<RegId> Given;
    std::map<RegId, uint32_t> Variables; ///< Places, by register.
    std::set<uint32_t> Holding;          ///< Variables that were given one.
    for (const Instr &I : F.Body) {
      bool FromGiven = Given.contains(I.A);
      auto Place = Variables.find(I.A);
      if (Place != Variables.end())
        FromGiven |= Holding.contains(Place->second);
      if (I.Code == Op::Local)
        Variables[I.Dst] = I.Index;
      if (I.Code == Op::This || I.Code == Op::Param ||
          (FromGiven &&
           (I.Code == Op::Slot || I.Code == Op::Load || I.Code == Op::Cast)))
        Given.insert(I.Dst);
      if (I.Code == Op::Store && Given.contains(I.B)) {
        if (Place == Variables.end())
          return true;
        Holding.insert(Place->second);
      }
      if (llvm::any_of(I.Args, [&](RegId R) { return Given.contains(R); }) ||
          (I.Code == Op::Return && FromGiven))
        return true;
    }
    return false;
  }
  /// Functions that give a count back by hand, and all that may call them or
  /// make a closure that does.
  void findWhoMayGiveBack() {
    MayGiveBack.resize(P.Functions.size());
    std::vector<std::vector<uint32_t>> Callers = callers();
    std::vector<uint32_t> Work;
    for (const CountFact &F : P.Counts)
      if (F.Event == CountEvent::Released || F.Event == CountEvent::GivenBack)
        Work.push_back(F.In.Index);
    while (!Work.empty()) {
      uint32_t At = Work.back();
      Work.pop_back();
      if (MayGiveBack[At])
        continue;
      MayGiveBack[At] = true;
      llvm::append_range(Work, Callers[At]);
    }
  }

  /// By function: who calls it, something it overrides, or makes its closure.
  std::vector<std::vector<uint32_t>> callers() const {
    std::vector<std::vector<uint32_t>> Callers(P.Functions.size());
    for (uint32_t I = 0; I != P.Functions.size(); ++I)
      for (const Instr &Step : P.Functions[I].Body) {
        if (Step.Code == Op::Call && Step.Callee)
          Callers[Step.Callee.Index].push_back(I);
        FunctionId Made = Step.Code == Op::Alloc && Step.Rec
                              ? P.Records[Step.Rec.Index].Invoke
                              : FunctionId::none();
        if (Made)
          Callers[Made.Index].push_back(I);
      }
    for (uint32_t I = 0; I != P.Functions.size(); ++I)
      for (FunctionId Overrider : P.Overriders[I])
        llvm::append_range(Callers[Overrider.Index], Callers[I]);
    return Callers;
  }

  const LinkedProgram &P;
  const CountedClasses &Classes;
  std::vector<CountLeak> &Found;
  std::map<CallKey, std::vector<const CountFact *>> Entrusted;
  std::map<FunctionId, std::vector<const CountFact *>> GivesBack, Mislays;
  std::vector<const CountFact *> SelfRetained;
  std::vector<bool> MayGiveBack; ///< By function; empty: not asked yet.
};

} // namespace

void findHandedOverCounts(const LinkedProgram &Program,
                          const CountedClasses &Classes,
                          std::vector<CountLeak> &Found) {
  HandedOverCounts(Program, Classes, Found).run();
}

} // namespace refcycle::analyzer
