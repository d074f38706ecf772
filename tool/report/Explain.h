// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that is known about one finding, for the reader who asks why.

#ifndef REFCYCLE_REPORT_EXPLAIN_H
#define REFCYCLE_REPORT_EXPLAIN_H

#include "findings/Finding.h"
#include "report/Text.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// The finding as in the text report, then: why it has its confidence, why each
/// edge exists, what can break it, and which edge to weaken and why that one.
void writeExplanation(const Finding &F, const TextStyle &Style,
                      llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
