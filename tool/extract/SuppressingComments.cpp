// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/SuppressingComments.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace refcycle::analyzer {

static constexpr llvm::StringLiteral Lead = "NOLINT";

/// Could the list select a check of ours?
static bool mayBeOurs(llvm::StringRef Checks) {
  return Checks.contains("refcycle") || Checks.contains('*');
}

/// The text between the brackets that start \p Rest; nullopt: there are none.
static std::optional<llvm::StringRef> listAt(llvm::StringRef Rest) {
  if (!Rest.consume_front("("))
    return std::nullopt;
  size_t End = Rest.find(')');
  return End == llvm::StringRef::npos ? std::nullopt
                                      : std::optional(Rest.take_front(End));
}

bool SuppressingComments::HandleComment(Preprocessor &Source,
                                        SourceRange Comment) {
  const SourceManager &Sources = Source.getSourceManager();
  if (Sources.isInSystemHeader(Comment.getBegin()))
    return false;
  llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getCharRange(Comment), Sources, Source.getLangOpts());
  for (size_t At = Text.find(Lead); At != llvm::StringRef::npos;
       At = Text.find(Lead, At + Lead.size())) {
    llvm::StringRef Rest = Text.drop_front(At + Lead.size());
    llvm::StringRef Word = Rest.take_while(llvm::isAlpha);
    std::optional<llvm::StringRef> List = listAt(Rest.drop_front(Word.size()));
    if (List && !mayBeOurs(*List))
      continue;
    add(Word, List.value_or(""), Comment.getBegin().getLocWithOffset(At),
        Sources.getFileID(Comment.getBegin()));
  }
  return false; // No token was put in its place.
}

void SuppressingComments::add(llvm::StringRef Word, llvm::StringRef Checks,
                              SourceLocation Loc, FileID File) {
  if (Word.empty())
    Spans.push_back({Loc, Loc, 0, Checks.str()});
  else if (Word == "NEXTLINE")
    Spans.push_back({Loc, Loc, 1, Checks.str()});
  else if (Word == "BEGIN")
    Open[{File, Checks.str()}].push_back(Loc);
  else if (Word == "END") {
    std::vector<SourceLocation> &Begins = Open[{File, Checks.str()}];
    if (Begins.empty())
      return;
    Spans.push_back({Begins.back(), Loc, 0, Checks.str()});
    Begins.pop_back();
  }
}

} // namespace refcycle::analyzer
