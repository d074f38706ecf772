// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles of typed members.

#include "MembersCheck.h"
#include "Wording.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

bool MembersCheck::reports(const CycleWitness &) const { return true; }

std::string MembersCheck::message(const CycleWitness &W) const {
  std::vector<std::string> Slots;
  for (const EvidenceHop &H : W.Hops)
    Slots.push_back(quoted(H.Declaring + "::" + H.Via));
  std::vector<std::string> Classes = classesOf(W);
  std::string Who = listOf(Classes);
  bool OneClass = llvm::all_equal(Classes);
  return (OneClass ? "objects of type " : "") + Who +
         " keep each other alive through " + listOf(Slots);
}

} // namespace refcycle::analyzer
