// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts that one function takes and a callback, or another method of the same
// object, should give back: where the two halves do not meet.

#ifndef REFCYCLE_EVIDENCE_HANDEDOVERCOUNTS_H
#define REFCYCLE_EVIDENCE_HANDEDOVERCOUNTS_H

#include "evidence/CountedClasses.h"

namespace refcycle::analyzer {

/// Adds what is found, in no order. Cost: linear in the facts, and in the calls
/// of the program if a count is handed to several callbacks at once.
void findHandedOverCounts(const LinkedProgram &Program,
                          const CountedClasses &Classes,
                          std::vector<CountLeak> &Found);

} // namespace refcycle::analyzer

#endif
