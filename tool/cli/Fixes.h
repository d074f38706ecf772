// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From findings with a fix to the edits of one run, and those into the files.

#ifndef REFCYCLE_CLI_FIXES_H
#define REFCYCLE_CLI_FIXES_H

#include "findings/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace refcycle::analyzer {

struct ChosenFixes {
  std::vector<SourceEdit> Edits; ///< Sorted by place, each once; no overlap.
  unsigned Findings = 0;         ///< That they end.
  /// Findings whose fix does not go together with these: one weakens what the
  /// other one relies on, or both change the same text.
  unsigned Left = 0;
};

/// Of findings that are not in the baseline, in their order.
ChosenFixes chooseFixes(llvm::ArrayRef<Finding> Findings);

/// Changes the files in place; paths are relative to \p ProjectRoot. The error
/// names a file that is not as it was when it was analysed; then none is
/// changed. Returns how many files were.
llvm::Expected<unsigned> applyFixes(llvm::ArrayRef<SourceEdit> Edits,
                                    llvm::StringRef ProjectRoot);

} // namespace refcycle::analyzer

#endif
