// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles through the frame of a coroutine.

#include "FrameCheck.h"
#include "Wording.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

static bool isFrame(const EvidenceHop &H) {
  return H.Holder == ObjectShape::Frame;
}

bool FrameCheck::reports(const CycleWitness &W) const {
  return llvm::any_of(W.Hops, isFrame);
}

std::string FrameCheck::message(const CycleWitness &W) const {
  size_t Frame = llvm::find_if(W.Hops, isFrame) - W.Hops.begin();
  const EvidenceHop &Keeper = before(W, Frame);
  return objectName(after(W, Frame)) +
         " keeps itself alive: " + quoted(Keeper.From + "::" + Keeper.Via) +
         " owns a coroutine frame that holds " + quoted(W.Hops[Frame].Via);
}

} // namespace refcycle::analyzer
