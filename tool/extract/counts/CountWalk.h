// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes down what one function does to reference counts by hand: facts, no
// judgement across functions.

#ifndef REFCYCLE_EXTRACT_COUNTWALK_H
#define REFCYCLE_EXTRACT_COUNTWALK_H

#include "extract/FactsBuilder.h"
#include "extract/counts/CountStructure.h"

namespace refcycle::analyzer {

/// Adds the CountFacts of one definition. Cost: one visit of the body, and a
/// control-flow graph if it counts by hand.
void walkCounts(FactsBuilder &Facts, const ModelTable &Models,
                const CountStructure &Counts,
                const clang::FunctionDecl *Definition);

} // namespace refcycle::analyzer

#endif
