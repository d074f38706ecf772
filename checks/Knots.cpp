// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A greedy cover: the surest and shortest cycles first.

#include "Knots.h"
#include "Advice.h"
#include "Wording.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {

using EdgeIdentity = std::tuple<std::string, std::string, std::string>;

/// A typed slot is one edge, whatever is behind it and whichever class inherits
/// it. A capture is one for all that derive from the class whose member the
/// cycle goes on with: that class binds its own handle. A slot that takes any
/// callable or any value is as many edges as things stored there: two closures
/// in one timer class are two mistakes in two places.
static EdgeIdentity identityOf(const CycleWitness &W, size_t I) {
  const EvidenceHop &H = W.Hops[I];
  std::string To = H.To;
  if (H.Slot == SlotShape::Typed)
    To.clear();
  else if (H.Slot == SlotShape::Capture)
    To = after(W, I).Declaring;
  return {H.Declaring, H.Via, To};
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
  std::map<EdgeIdentity, size_t> KnotOfFix;
  std::vector<Knot> Knots;
  auto KnotThatFixes = [&](const CycleWitness &W) -> Knot * {
    for (size_t I = 0; I != W.Hops.size(); ++I)
      if (auto It = KnotOfFix.find(identityOf(W, I)); It != KnotOfFix.end())
        return &Knots[It->second];
    return nullptr;
  };
  for (RatedWitness &R : rate(Witnesses)) {
    if (Knot *Fixed = KnotThatFixes(*R.Witness)) {
      Fixed->Others.push_back(R.Witness);
      continue;
    }
    size_t Weak = advise(*R.Witness).Hop;
    KnotOfFix.emplace(identityOf(*R.Witness, Weak), Knots.size());
    Knots.push_back({std::move(R), {}});
  }
  return Knots;
}

} // namespace refcycle::analyzer
