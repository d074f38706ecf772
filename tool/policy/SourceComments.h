// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings that the source itself suppresses with NOLINT comments.

#ifndef REFCYCLE_POLICY_SOURCECOMMENTS_H
#define REFCYCLE_POLICY_SOURCECOMMENTS_H

#include "findings/Finding.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Lines in which a check is told to be silent.
struct CommentedLines {
  SourceLines Where;
  std::string Check; ///< Globs as in --checks; empty: every check.
};

/// Is the warning, the store that closes the cycle or the edge to weaken in
/// these lines? There a user would put a word about the finding.
bool standsIn(const Finding &F, const SourceLines &Lines);

bool isSuppressed(const Finding &F, const std::vector<CommentedLines> &Lines);

} // namespace refcycle::analyzer

#endif
