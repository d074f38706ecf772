// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A greedy cover: the surest and shortest cycles first.

#include "Knots.h"
#include "Advice.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {

/// A typed slot is one edge, whatever is behind it, and so is a capture: a base
/// class that binds its own handle does so for all that derive from it. A slot
/// that takes any callable or any value is as many edges as things stored
/// there: two closures in one timer class are two mistakes in two places.
static std::tuple<std::string, std::string, std::string, std::string>
identityOf(const EvidenceHop &H) {
  bool IsOne = H.Slot == SlotShape::Typed || H.Slot == SlotShape::Capture;
  return {H.From, H.Declaring, H.Via, IsOne ? std::string() : H.To};
}

/// Where a base class does it, the base is to be named, not one that inherits
/// it.
static auto inheritedHops(const CycleWitness &W) {
  return llvm::count_if(W.Hops, [](auto &H) { return H.Declaring != H.From; });
}

static std::vector<RatedWitness> rate(const std::vector<CycleWitness> &Of) {
  std::vector<RatedWitness> Rated;
  for (const CycleWitness &W : Of)
    Rated.push_back({&W, reachVerdict(W)});
  llvm::sort(Rated, [](const RatedWitness &A, const RatedWitness &B) {
    if (A.Judged.Level != B.Judged.Level)
      return A.Judged.Level > B.Judged.Level;
    if (A.Witness->Hops.size() != B.Witness->Hops.size())
      return A.Witness->Hops.size() < B.Witness->Hops.size();
    if (auto InA = inheritedHops(*A.Witness), InB = inheritedHops(*B.Witness);
        InA != InB)
      return InA < InB;
    // All are elements of one vector: its order decides.
    return A.Witness < B.Witness;
  });
  return Rated;
}

std::vector<Knot> groupByFix(const std::vector<CycleWitness> &Witnesses) {
  std::map<decltype(identityOf({})), size_t> KnotOfFix;
  std::vector<Knot> Knots;
  for (RatedWitness &R : rate(Witnesses)) {
    auto Fixed = llvm::find_if(R.Witness->Hops, [&](const EvidenceHop &H) {
      return KnotOfFix.count(identityOf(H));
    });
    if (Fixed != R.Witness->Hops.end()) {
      Knots[KnotOfFix[identityOf(*Fixed)]].Others.push_back(R.Witness);
      continue;
    }
    const EvidenceHop &Weak = R.Witness->Hops[advise(*R.Witness).Hop];
    KnotOfFix.emplace(identityOf(Weak), Knots.size());
    Knots.push_back({std::move(R), {}});
  }
  return Knots;
}

} // namespace refcycle::analyzer
