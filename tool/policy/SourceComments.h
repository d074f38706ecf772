// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings that the source itself suppresses with NOLINT comments.

#ifndef REFCYCLE_POLICY_SOURCECOMMENTS_H
#define REFCYCLE_POLICY_SOURCECOMMENTS_H

#include "findings/Finding.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Lines of one file in which a check is told to be silent.
struct CommentedLines {
  std::string File;
  uint32_t Line = 0;     ///< The first one.
  uint32_t LastLine = 0; ///< The last one, included.
  std::string Check;     ///< Globs as in --checks; empty: every check.
};

/// A finding is suppressed by a comment at its warning, at the store that
/// closes the cycle, or at the edge to weaken: where a user would put one.
bool isSuppressed(const Finding &F, const std::vector<CommentedLines> &Lines);

} // namespace refcycle::analyzer

#endif
