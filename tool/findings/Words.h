// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words of the JSON contract for our enumerations.

#ifndef REFCYCLE_FINDINGS_WORDS_H
#define REFCYCLE_FINDINGS_WORDS_H

#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"

namespace refcycle::analyzer {

llvm::StringRef wordFor(Confidence Level);
llvm::StringRef wordFor(HopKind Kind);
llvm::StringRef wordFor(BreakClass Class);

} // namespace refcycle::analyzer

#endif
