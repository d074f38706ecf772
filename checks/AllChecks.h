// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every check, in one table, and the way from evidence to findings.

#ifndef REFCYCLE_CHECKS_ALLCHECKS_H
#define REFCYCLE_CHECKS_ALLCHECKS_H

#include "Check.h"
#include "findings/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct CheckOptions {
  /// Which checks run, by name; sorted. Empty: all.
  std::vector<std::string> Enabled;
};

/// In the order in which they are asked; see Check::reports().
llvm::ArrayRef<const Check *> allChecks();

/// One finding per knot, on every level of confidence, sorted by
/// reportsBefore(). The caller filters by level.
std::vector<Finding> runChecks(const Evidence &E,
                               const CheckOptions &Options = {});

} // namespace refcycle::analyzer

#endif
