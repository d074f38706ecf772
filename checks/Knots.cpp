// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles and hops as a union of sets.

#include "Knots.h"
#include "llvm/ADT/IntEqClasses.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {

std::vector<std::vector<const CycleWitness *>>
groupByKnot(const std::vector<CycleWitness> &Witnesses) {
  using HopKey = std::tuple<std::string, std::string, std::string>;
  std::map<HopKey, unsigned> FirstWith;
  llvm::IntEqClasses Classes(unsigned(Witnesses.size()));
  for (unsigned I = 0; I != Witnesses.size(); ++I)
    for (const EvidenceHop &H : Witnesses[I].Hops) {
      auto [It, New] = FirstWith.try_emplace({H.From, H.Declaring, H.Via}, I);
      if (!New)
        Classes.join(I, It->second);
    }
  Classes.compress();
  std::vector<std::vector<const CycleWitness *>> Knots(Classes.getNumClasses());
  for (unsigned I = 0; I != Witnesses.size(); ++I)
    Knots[Classes[I]].push_back(&Witnesses[I]);
  return Knots;
}

} // namespace refcycle::analyzer
