// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See OwnerIndex.h.

#include "evidence/OwnerIndex.h"

namespace refcycle::analyzer {

void OwnerIndex::add(FunctionId F, const Instr &I) {
  if (I.Code == Op::Call)
    Calls[I.Callee].push_back({F, &I});
  if (I.Code == Op::Load)
    if (const Instr *Place = body(F).Defs[I.A.Index]; Place->Code == Op::Slot) {
      const Field *Slot = Index.field(Place->Rec, Place->Index);
      if (Slot && Slot->has(FieldFlag::Function))
        FunctionLoads.push_back({F, &I});
    }
  if (I.Code != Op::Store)
    return;
  const Instr *Place = body(F).Defs[I.A.Index];
  if (Place->Code == Op::Slot)
    Stores[{Place->Rec, Place->Index}].push_back({F, &I});
  else if (Place->Code == Op::Global)
    GlobalStores[Place->Text].push_back({F, &I});
}

std::unique_ptr<OwnerBody> OwnerIndex::describe(const Function &F) {
  auto B = std::make_unique<OwnerBody>();
  B->Defs.resize(F.Registers);
  unsigned Depth = 0;
  bool MayHaveLeft = false;
  for (const Instr &I : F.Body) {
    if (I.Dst)
      B->Defs[I.Dst.Index] = &I;
    if (I.Code == Op::End)
      --Depth;
    if (!Depth && !MayHaveLeft)
      B->Always.push_back(&I);
    MayHaveLeft |= I.Code == Op::Return || I.Code == Op::Throw;
    if (I.Code == Op::If || I.Code == Op::Loop || I.Code == Op::Block)
      ++Depth;
    if (I.Code != Op::Store && I.Code != Op::Clear)
      continue;
    const Instr *Place = B->Defs[I.A.Index];
    if (Place->Code == Op::Local)
      (I.Code == Op::Store ? B->Stores : B->Clears)[Place->Index].push_back(&I);
  }
  return B;
}

} // namespace refcycle::analyzer
