// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Would it help? A class of edges is taken away as if its field had been weak,
// with the true counts, in a sandbox; then the objects that are gone are
// counted. And so is a single edge, as if one object's field had been cleared.

#ifndef REFCYCLE_VERIFY_REPAIR_H
#define REFCYCLE_VERIFY_REPAIR_H

#include "groups.h"

namespace refcycle::verify {

/// Fills in edge_class::freed for the dead groups, and certifies those that
/// some class frees as a whole; for these also what their edges do alone. Cost:
/// a fork for each class, and for each of some edges.
void try_repairs(const snapshot &s, const knots &k, grouping &into) noexcept;

} // namespace refcycle::verify

#endif
