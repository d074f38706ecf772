// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the comments by which a source suppresses findings, spelled and placed
// as for clang-tidy: NOLINT, NOLINTNEXTLINE, NOLINTBEGIN and NOLINTEND, with or
// without a list of checks in brackets.

#ifndef REFCYCLE_EXTRACT_SUPPRESSINGCOMMENTS_H
#define REFCYCLE_EXTRACT_SUPPRESSINGCOMMENTS_H

#include "clang/Basic/SourceLocation.h"
#include "clang/Lex/Preprocessor.h"
#include <map>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Lines from that of First to that of Last, both included, then shifted down
/// by Offset.
struct CommentSpan {
  clang::SourceLocation First, Last;
  unsigned Offset = 0;
  std::string Checks; ///< Globs as in the comment; empty: every check.
};

/// Collects while the preprocessor runs; to be added to it before it starts.
/// Comments of system headers and those that name other tools' checks only are
/// left out. A NOLINTBEGIN without its end says nothing.
class SuppressingComments : public clang::CommentHandler {
public:
  bool HandleComment(clang::Preprocessor &Source,
                     clang::SourceRange Comment) override;

  const std::vector<CommentSpan> &spans() const { return Spans; }

private:
  void add(llvm::StringRef Word, llvm::StringRef Checks,
           clang::SourceLocation Loc, clang::FileID File);

  std::vector<CommentSpan> Spans;
  /// Begins that wait for their end, by file and list.
  std::map<std::pair<clang::FileID, std::string>,
           std::vector<clang::SourceLocation>>
      Open;
};

} // namespace refcycle::analyzer

#endif
