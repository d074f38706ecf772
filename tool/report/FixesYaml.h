// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Edits in the format that clang-apply-replacements reads.

#ifndef REFCYCLE_REPORT_FIXESYAML_H
#define REFCYCLE_REPORT_FIXESYAML_H

#include "base/SourceEdit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// Paths become absolute: below \p ProjectRoot, if they are relative.
void writeFixes(llvm::ArrayRef<SourceEdit> Edits, llvm::StringRef ProjectRoot,
                llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
