// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles and hops as a union of sets.

#include "Knots.h"
#include "llvm/ADT/IntEqClasses.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {

/// A typed slot is one edge, whatever is behind it. A slot that takes any
/// callable or any value is as many edges as things stored there: two closures
/// in one timer class are two mistakes in two places.
static std::tuple<std::string, std::string, std::string, std::string>
identityOf(const EvidenceHop &H) {
  return {H.From, H.Declaring, H.Via,
          H.Slot == SlotShape::Typed ? std::string() : H.To};
}

std::vector<std::vector<const CycleWitness *>>
groupByKnot(const std::vector<CycleWitness> &Witnesses) {
  std::map<decltype(identityOf({})), unsigned> FirstWith;
  llvm::IntEqClasses Classes(unsigned(Witnesses.size()));
  for (unsigned I = 0; I != Witnesses.size(); ++I)
    for (const EvidenceHop &H : Witnesses[I].Hops) {
      auto [It, New] = FirstWith.try_emplace(identityOf(H), I);
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
