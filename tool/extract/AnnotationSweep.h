// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes through everything that a unit's own files annotate, once, whether it is
// used or not: what is accepted, and what is wrong, becomes facts. What the
// other annotations mean is asked for where it matters; see Annotations.h.

#ifndef REFCYCLE_EXTRACT_ANNOTATIONSWEEP_H
#define REFCYCLE_EXTRACT_ANNOTATIONSWEEP_H

#include "extract/FactsBuilder.h"

namespace refcycle::analyzer {

/// Cost: nothing if the unit never says `annotate`, else one walk over its own
/// declarations and bodies.
void sweepAnnotations(FactsBuilder &Facts);

} // namespace refcycle::analyzer

#endif
