// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as a compiler prints warnings: one clickable line each, then its
// notes. Which findings are printed, and what the notes say, was decided before.

#ifndef REFCYCLE_REPORT_TEXT_H
#define REFCYCLE_REPORT_TEXT_H

#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

struct TextStyle {
  bool Color = false;
};

/// Prints, in order, each finding that is not in the baseline.
void writeText(const Report &Result, const TextStyle &Style,
               llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
