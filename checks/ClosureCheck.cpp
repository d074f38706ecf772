// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles through a lambda or a bind object.

#include "ClosureCheck.h"
#include "Wording.h"

namespace refcycle::analyzer {

bool ClosureCheck::reports(const CycleWitness &W) const {
  return captureHop(W) != W.Hops.size();
}

std::string ClosureCheck::message(const CycleWitness &W) const {
  size_t Capture = captureHop(W);
  const EvidenceHop &Closure = W.Hops[Capture];
  const EvidenceHop &Captured = after(W, Capture);
  const EvidenceHop &Keeper =
      W.Hops[(Capture + W.Hops.size() - 1) % W.Hops.size()];
  std::string Text = objectName(Captured) + " keeps itself alive: ";
  Text += Keeper.From == Captured.From
              ? quoted(Keeper.Via)
              : quoted(Keeper.From + "::" + Keeper.Via);
  if (Closure.Holder == ObjectShape::Bind)
    return Text + " stores a bind object that holds it";
  return Text + " stores a lambda that captures " + quoted(Closure.Via);
}

} // namespace refcycle::analyzer
