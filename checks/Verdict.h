// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How sure we are of a cycle, and why. The rules are those of docs/evidence.md,
// "tiers".

#ifndef REFCYCLE_CHECKS_VERDICT_H
#define REFCYCLE_CHECKS_VERDICT_H

#include "evidence/Evidence.h"
#include "findings/Finding.h"

namespace refcycle::analyzer {

struct Verdict {
  Confidence Level = Confidence::Possible;
  std::vector<std::string> Reasons; ///< One fact each.
};

Verdict reachVerdict(const CycleWitness &W);

/// Never more than possible: the stores were not seen to meet.
Verdict reachVerdict(const SuspectCycle &S);

/// Can this break run while the cycle lives?
inline bool isEffective(const HopBreak &B) { return B.Kind != BreakKind::Dead; }

} // namespace refcycle::analyzer

#endif
