// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words of the JSON contract for our enumerations, and for a hop.

#ifndef REFCYCLE_REPORT_WORDS_H
#define REFCYCLE_REPORT_WORDS_H

#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"

namespace refcycle::analyzer {

llvm::StringRef wordFor(Confidence Level);
llvm::StringRef wordFor(HopKind Kind);
llvm::StringRef wordFor(BreakClass Class);

/// What a hop says: "'Session' owns the lambda through 'on_close'".
std::string describeHop(const Hop &H);

} // namespace refcycle::analyzer

#endif
