// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See HandleGuess.h.

#include "extract/HandleGuess.h"
#include "extract/HandleTouches.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace refcycle::analyzer {

namespace {
/// The tokens of a file from a place on, without macros and comments.
class RawTokens {
public:
  RawTokens(const ASTContext &Context, SourceLocation From) {
    const SourceManager &Sources = Context.getSourceManager();
    auto [File, Offset] = Sources.getDecomposedLoc(From);
    llvm::StringRef Text = Sources.getBufferData(File);
    Lex.emplace(Sources.getLocForStartOfFile(File), Context.getLangOpts(),
                Text.begin(), Text.begin() + Offset, Text.end());
  }
  /// False at the end of the file.
  bool next(Token &T) {
    Lex->LexFromRawLexer(T);
    return T.isNot(tok::eof);
  }

private:
  std::optional<Lexer> Lex;
};
} // namespace

/// Does the text of a class declare a field `T *name;`, maybe inside `atomic<>`
/// and maybe with an initializer? From stands at its name.
static bool declaresPointer(const ASTContext &Context, SourceLocation From) {
  RawTokens Tokens(Context, From);
  Token T;
  unsigned Braces = 0, Parens = 0;
  bool AfterStar = false, Named = false;
  while (Tokens.next(T)) {
    Braces += T.is(tok::l_brace);
    Parens += T.is(tok::l_paren);
    bool Ends = T.isOneOf(tok::semi, tok::equal, tok::l_brace);
    if (Named && Ends && Parens == 0)
      return true;
    if (T.is(tok::r_brace) && --Braces == 0)
      return false;
    Parens -= T.is(tok::r_paren) && Parens != 0;
    if (T.is(tok::semi) && Braces == 0)
      return false;
    bool InClass = Braces == 1 && Parens == 0;
    Named = InClass && AfterStar && T.is(tok::raw_identifier);
    AfterStar =
        InClass && (T.is(tok::star) || (AfterStar && T.is(tok::greater)));
  }
  return false;
}

bool HandleGuess::mayBeHandle(const CXXRecordDecl *Record) {
  if (Record->isCompleteDefinition())
    return countFields(Record) <= MostFields && hasPointerField(Record);
  SourceLocation At = Record->getLocation();
  if (At.isMacroID())
    return false;
  auto [Known, New] = Unfinished.try_emplace(Record->getCanonicalDecl(), false);
  if (New)
    Known->second = declaresPointer(Record->getASTContext(), At);
  return Known->second;
}

} // namespace refcycle::analyzer
