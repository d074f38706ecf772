// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which cycles are one problem.

#ifndef REFCYCLE_CHECKS_KNOTS_H
#define REFCYCLE_CHECKS_KNOTS_H

#include "evidence/Evidence.h"

namespace refcycle::analyzer {

/// Groups cycles that share a hop, directly or over others; a hop through a slot
/// of any type is the same only with the same thing in it. Two cycles through
/// one class that share no hop are two problems: weakening one leaves the
/// other. Groups and members are in the order of \p Witnesses.
std::vector<std::vector<const CycleWitness *>>
groupByKnot(const std::vector<CycleWitness> &Witnesses);

} // namespace refcycle::analyzer

#endif
