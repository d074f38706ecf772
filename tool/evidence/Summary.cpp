// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Call paths.

#include "evidence/Summary.h"
#include <algorithm>

namespace refcycle::analyzer {

// Setters of setters of setters: nobody reads a longer path.
static constexpr unsigned MaxTrace = 5;

TraceId TraceTable::step(FactLoc Loc, TraceId Inner) {
  if (Inner && Steps[Inner].Length >= MaxTrace)
    return Inner;
  auto [It, New] = Ids.try_emplace({Loc, Inner}, TraceId(Steps.size()));
  if (New)
    Steps.push_back({Loc, Inner, Inner ? Steps[Inner].Length + 1 : 1});
  return It->second;
}

FactLoc TraceTable::storeOf(TraceId Id) const {
  while (Steps[Id].Inner)
    Id = Steps[Id].Inner;
  return Steps[Id].Loc;
}

std::vector<FactLoc> TraceTable::callsOf(TraceId Id) const {
  std::vector<FactLoc> Calls;
  for (; Steps[Id].Inner; Id = Steps[Id].Inner)
    Calls.push_back(Steps[Id].Loc);
  std::reverse(Calls.begin(), Calls.end());
  return Calls;
}

} // namespace refcycle::analyzer
