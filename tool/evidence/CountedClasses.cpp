// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountedClasses.h.

#include "evidence/CountedClasses.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// No class has more levels of bases; facts by hand may derive in a circle.
static constexpr unsigned MaxDepth = 32;

CountedClasses::CountedClasses(const LinkedProgram &Program) : P(Program) {
  for (const CountFact &F : P.Counts) {
    bool GivesBack =
        F.Event == CountEvent::Released || F.Event == CountEvent::GivenBack;
    ReleasedAnywhere |= GivesBack && F.Object.isNone();
    if (F.Object && GivesBack)
      Released.insert(F.Object);
    if (F.Event == CountEvent::Born)
      Born.insert(F.Object);
    if (F.Event == CountEvent::Shared)
      Shared.insert(F.Object);
  }
}

bool CountedClasses::isIn(RecordId Id, const std::set<RecordId> &Set,
                          unsigned Depth) const {
  if (Id.isNone() || Depth > MaxDepth)
    return false;
  return Set.contains(Id) ||
         llvm::any_of(P.Records[Id.Index].Bases,
                      [&](RecordId B) { return isIn(B, Set, Depth + 1); });
}

bool CountedClasses::isBorn(RecordId Id) const { return isIn(Id, Born); }

bool CountedClasses::isReleased(RecordId Id) const {
  return ReleasedAnywhere || isIn(Id, Released) ||
         llvm::any_of(Released, [&](RecordId R) { return isIn(R, {Id}); });
}

bool CountedClasses::isShared(RecordId Id) const {
  return llvm::any_of(Shared, [&](RecordId R) { return isIn(R, {Id}); });
}

bool CountedClasses::related(RecordId A, RecordId B) const {
  return isIn(A, {B}) || isIn(B, {A});
}

CountLeak countLeak(const LinkedProgram &P, const CountFact &F,
                    CountLeakKind Kind, CountCertainty Certainty,
                    const CountFact *Other) {
  CountLeak L;
  L.Kind = Kind;
  L.Certainty = Certainty;
  L.Function = P.nameOf(F.In);
  L.Object = F.Object ? P.nameOf(F.Object) : "";
  L.Name = P.text(F.Name);
  L.Loc = P.sourceOf(F.Loc);
  L.ExitLoc = P.sourceOf(F.Exit);
  if (Other) {
    L.Other = P.nameOf(Other->In);
    L.OtherLoc = P.sourceOf(Other->Loc);
  }
  return L;
}

} // namespace refcycle::analyzer
