// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What to do about a cycle: which hop to break, how, and why that one. The
// rules are those of docs/evidence.md, "which owner to give up".

#ifndef REFCYCLE_CHECKS_ADVICE_H
#define REFCYCLE_CHECKS_ADVICE_H

#include "evidence/Evidence.h"
#include "findings/Finding.h"

namespace refcycle::analyzer {

struct Advice {
  unsigned Hop = 0;
  Remedy How = Remedy::Weaken;
  std::string Why; ///< One clause.
};

/// Never a weak handle where the hop was seen to be the only owner of its
/// object: that would end it at once.
Advice advise(const CycleWitness &W);

/// One clause: who else was seen to own what hop \p I leads to. Empty for a hop
/// that does not count.
std::string otherOwner(const CycleWitness &W, size_t I);

} // namespace refcycle::analyzer

#endif
