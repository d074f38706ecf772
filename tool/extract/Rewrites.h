// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects what would have to change in the source if a counted handle were
// made weak: its declaration, or the capture, and every use. Says nothing
// about whether that is a good idea; docs/fixes.md has the rules.

#ifndef REFCYCLE_EXTRACT_REWRITES_H
#define REFCYCLE_EXTRACT_REWRITES_H

#include "config/Models.h"
#include "extract/FactsBuilder.h"

namespace refcycle::analyzer {

/// Adds the rewrites of all handle members of the unit's own classes and of all
/// handles that its closures capture. Cost: one walk over the unit's own code.
void collectRewrites(FactsBuilder &Facts, const ModelTable &Models);

} // namespace refcycle::analyzer

#endif
