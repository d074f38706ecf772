// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles through slots whose type does not say what they hold.

#include "ErasedCheck.h"
#include "Wording.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

static bool isHidden(const EvidenceHop &H) {
  return H.Slot == SlotShape::Erased || H.Holder == ObjectShape::Cell;
}

bool ErasedCheck::reports(const CycleWitness &W) const {
  return llvm::any_of(W.Hops, isHidden);
}

std::string ErasedCheck::message(const CycleWitness &W) const {
  size_t I = llvm::find_if(W.Hops, isHidden) - W.Hops.begin();
  const EvidenceHop &H = W.Hops[I];
  std::vector<std::string> Classes = classesOf(W);
  bool Several = Classes.size() > 1;
  return (Several && llvm::all_equal(Classes) ? "objects of type " : "") +
         listOf(Classes) +
         (Several ? " keep each other alive: " : " keeps itself alive: ") +
         quoted(H.From + "::" + H.Via) + " holds " + objectName(after(W, I)) +
         ", which leads back";
}

} // namespace refcycle::analyzer
