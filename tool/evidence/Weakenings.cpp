// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "evidence/Weakenings.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

Weakenings::Weakenings(const ProgramIndex &Index, const StoreTable &Stores)
    : Index(Index), Owners(Index, Stores) {
  for (const RewriteFact &R : Index.program().Rewrites)
    Facts[{R.Object, R.Slot}].push_back(&R);
  for (const FileContent &C : Index.program().Contents)
    Contents[C.File].push_back(C.Hash);
}

std::string Weakenings::nameOf(SlotKey Slot) const {
  const LinkedProgram &P = Index.program();
  const Field *F = Index.field(Slot.Declaring, Slot.Field);
  return P.nameOf(Slot.Declaring) + "::" + (F ? P.text(F->Name) : "");
}

void Weakenings::addEdits(llvm::ArrayRef<const RewriteFact *> Facts,
                          Weakening &W) const {
  const LinkedProgram &P = Index.program();
  for (const RewriteFact *R : Facts) {
    auto Seen = Contents.find(R->Loc.File);
    if (Seen == Contents.end() || Seen->second.size() != 1) {
      W.Edits.clear();
      W.Refused = "units saw different versions of " + P.text(R->Loc.File);
      W.RefusedAt = P.sourceOf(R->Loc);
      return;
    }
    W.Edits.push_back({P.sourceOf(R->Loc), R->Offset, R->Length,
                       P.text(R->Text), Seen->second.front()});
  }
  llvm::sort(W.Edits, [](const SourceEdit &A, const SourceEdit &B) {
    return std::tie(A.Loc.File, A.Offset) < std::tie(B.Loc.File, B.Offset);
  });
}

/// Everything that a destructor may call. Without the cycle, destructors run
/// that never ran before, and in theirs the weak handles of the parts are empty
/// already. Cost: linear in the program, once.
const std::vector<bool> &Weakenings::endingFunctions() {
  const LinkedProgram &P = Index.program();
  if (!Ending.empty() || P.Functions.empty())
    return Ending;
  Ending.resize(P.Functions.size());
  std::vector<FunctionId> Open;
  auto Reach = [&](FunctionId F) {
    if (!F || Ending[F.Index])
      return;
    Ending[F.Index] = true;
    Open.push_back(F);
  };
  auto ReachAll = [&](FunctionFlag Kind) {
    for (uint32_t F = 0; F != P.Functions.size(); ++F)
      if (P.Functions[F].has(Kind))
        Reach({F});
  };
  ReachAll(FunctionFlag::Destructor);
  while (!Open.empty()) {
    FunctionId F = Open.back();
    Open.pop_back();
    for (FunctionId Overrider : P.Overriders[F.Index])
      Reach(Overrider);
    for (const Instr &I : P.Functions[F.Index].Body) {
      if (I.Code == Op::Call)
        Reach(I.Callee);
      if (I.Code == Op::Invoke) // Any closure.
        ReachAll(FunctionFlag::Deferred);
    }
  }
  return Ending;
}

std::optional<Weakening> Weakenings::of(const WeakenedCycle &Cycle) {
  auto Known = Facts.find(Cycle.Weak);
  if (Known == Facts.end())
    return std::nullopt;
  Weakening W;
  W.Slot = nameOf(Cycle.Weak);
  const LinkedProgram &P = Index.program();
  for (const RewriteFact *R : Known->second)
    if (R->Kind == RewriteKind::Blocks && W.Refused.empty()) {
      W.Refused = P.text(R->Text);
      W.RefusedAt = P.sourceOf(R->Loc);
    }
  for (const RewriteFact *R : Known->second)
    if (W.Refused.empty() && R->In && endingFunctions()[R->In.Index]) {
      W.Refused = "it is used while objects end, when its own may be gone";
      W.RefusedAt = P.sourceOf(R->Loc);
    }
  if (!W.Refused.empty())
    return W;
  OtherOwner::Answer Owned = Owners.ask(Cycle);
  W.Refused = Owned.Doubt;
  for (SlotKey Slot : Owned.Relies)
    W.Relies.push_back(nameOf(Slot));
  if (W.Refused.empty())
    addEdits(Known->second, W);
  return W;
}

} // namespace refcycle::analyzer
