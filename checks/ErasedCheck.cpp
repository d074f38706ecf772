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

/// "'Pool::leased_' holds the lambda, which leads back".
static std::string hiddenHop(const CycleWitness &W) {
  size_t I = llvm::find_if(W.Hops, isHidden) - W.Hops.begin();
  const EvidenceHop &H = W.Hops[I];
  const EvidenceHop &To = after(W, I);
  if (To.Holder == ObjectShape::ControlBlock)
    return deleterBehind(H) + " leads back";
  // No line declares the member that a cell is.
  std::string Holder = H.Holder == ObjectShape::Cell
                           ? quoted(H.From) + " on the heap"
                           : quoted(H.From + "::" + H.Via);
  return Holder + " holds " + objectName(To) + ", which leads back";
}

std::string ErasedCheck::message(const CycleWitness &W) const {
  std::vector<std::string> Classes = classesOf(W);
  bool Several = Classes.size() > 1;
  return (Several && llvm::all_equal(Classes) ? "objects of type " : "") +
         listOf(Classes) +
         (Several ? " keep each other alive: " : " keeps itself alive: ") +
         hiddenHop(W);
}

} // namespace refcycle::analyzer
