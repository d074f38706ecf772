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
  size_t Count = W.Hops.size();
  size_t Capture = captureHop(W);
  const EvidenceHop &Captured = after(W, Capture);
  // A lambda may capture another one: the outermost is what is stored.
  for (size_t I = 0; I != Count && isCallable(before(W, Capture)); ++I)
    Capture = (Capture + Count - 1) % Count;
  const EvidenceHop &Closure = W.Hops[Capture];
  const EvidenceHop &Keeper = before(W, Capture);
  std::string Text = objectName(Captured) + " keeps itself alive: ";
  if (Keeper.Holder == ObjectShape::ControlBlock)
    return Text + deleterBehind(before(W, (Capture + Count - 1) % Count)) +
           (Closure.Holder == ObjectShape::Bind
                ? " holds it"
                : " captures " + quoted(Closure.Via));
  Text += Keeper.From == Captured.From
              ? quoted(Keeper.Via)
              : quoted(Keeper.From + "::" + Keeper.Via);
  if (Closure.Holder == ObjectShape::Bind)
    return Text + " stores a bind object that holds it";
  return Text + " stores a lambda that captures " + quoted(Closure.Via);
}

} // namespace refcycle::analyzer
