// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stages of evidence, in order.

#include "evidence/Evidence.h"
#include "facts/LinkedProgram.h"

namespace refcycle::analyzer {

Evidence gatherEvidence(const LinkedProgram &Program) {
  Evidence E;
  E.Stats.Functions = unsigned(Program.Functions.size());
  return E;
}

} // namespace refcycle::analyzer
