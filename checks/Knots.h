// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which cycles are one problem.

#ifndef REFCYCLE_CHECKS_KNOTS_H
#define REFCYCLE_CHECKS_KNOTS_H

#include "Verdict.h"
#include "evidence/Evidence.h"

namespace refcycle::analyzer {

struct RatedWitness {
  const CycleWitness *Witness = nullptr;
  Verdict Judged;
};

/// Cycles that one fix ends.
struct Knot {
  RatedWitness Shown;
  std::vector<const CycleWitness *> Others; ///< Less sure or longer.
};

/// Every cycle is ended by weakening the hop that is proposed for the one that
/// stands for it. Cycles that share other hops only, as all users of one
/// library class do, are problems of their own. The surest come first.
std::vector<Knot> groupByFix(const std::vector<CycleWitness> &Witnesses);

} // namespace refcycle::analyzer

#endif
