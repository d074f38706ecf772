// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as a compiler prints warnings: one clickable line each, then one
// note per hop. Which findings are printed was decided before.

#ifndef REFCYCLE_REPORT_TEXT_H
#define REFCYCLE_REPORT_TEXT_H

#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

struct TextStyle {
  bool Color = false;
};

/// Prints, for each finding that is not in the baseline, in order: the warning
/// at its location; a note per hop of the cycle, starting at the hop that the
/// closing store creates; the breaks that do not save it; Finding::Notes, which
/// repeat none of these.
void writeText(const Report &Result, const TextStyle &Style,
               llvm::raw_ostream &OS);

/// Is this no class, but a closure, a bind object or a frame, which are called
/// by where they stand? Classes may be in `(anonymous namespace)`.
bool isUnnamed(llvm::StringRef Type);

/// Do they go through one member, of one object or of two of a class?
bool isSameHop(const Hop &A, const Hop &B);

/// What a hop says, in words: "'Session' owns the lambda through 'on_close'".
std::string describeHop(const Hop &H);

/// What a break says: "'~Session' clears 'on_close', but ...".
std::string describeBreak(const Finding &F, const BreakSite &Break);

} // namespace refcycle::analyzer

#endif
