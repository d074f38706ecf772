// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects that hold themselves.

#include "KeepAliveCheck.h"
#include "Wording.h"

namespace refcycle::analyzer {

bool KeepAliveCheck::reports(const CycleWitness &W) const {
  return W.Hops.size() == 1;
}

std::string KeepAliveCheck::message(const CycleWitness &W) const {
  // Two elements of one container look alike to the walk: neighbours in a
  // graph.
  if (W.Hops[0].Container && !W.MustAlias)
    return "objects of type " + objectName(W.Hops[0]) +
           " keep each other alive through " + quoted(W.Hops[0].Via);
  return objectName(W.Hops[0]) +
         " keeps itself alive: " + quoted(W.Hops[0].Via) +
         " holds a handle to the object itself";
}

} // namespace refcycle::analyzer
