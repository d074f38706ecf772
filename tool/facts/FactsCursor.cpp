// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "facts/FactsCursor.h"

namespace refcycle::analyzer {
namespace {

class Lexer {
public:
  explicit Lexer(llvm::StringRef Text) : Rest(Text) {}
  std::vector<Token> run();

private:
  Token next();
  Token quoted();

  llvm::StringRef Rest;
  unsigned LineNo = 1;
};

} // namespace

std::vector<Token> Lexer::run() {
  std::vector<Token> Tokens;
  do
    Tokens.push_back(next());
  while (Tokens.back().K != Token::End);
  return Tokens;
}

Token Lexer::quoted() {
  Token T{Token::Quoted, "", LineNo};
  Rest = Rest.drop_front();
  while (!Rest.empty() && Rest[0] != '"') {
    char C = Rest[0];
    Rest = Rest.drop_front();
    if (C == '\\' && Rest.size() >= 3 && Rest[0] == 'x') {
      unsigned Code = 0;
      Rest.slice(1, 3).getAsInteger(16, Code);
      T.Text += char(Code);
      Rest = Rest.drop_front(3);
      continue;
    }
    if (C == '\\' && !Rest.empty()) {
      C = Rest[0] == 'n' ? '\n' : Rest[0] == 't' ? '\t' : Rest[0];
      Rest = Rest.drop_front();
    }
    T.Text += C;
  }
  Rest = Rest.drop_front(Rest.empty() ? 0 : 1);
  return T;
}

Token Lexer::next() {
  Rest = Rest.ltrim(" \t\r");
  if (Rest.starts_with("//"))
    Rest = Rest.drop_until([](char C) { return C == '\n'; });
  if (Rest.empty())
    return {Token::End, "", LineNo};
  char C = Rest[0];
  if (C == '"')
    return quoted();
  if (C == '\n' || C == ';') {
    Rest = Rest.drop_front();
    LineNo += C == '\n';
    return {Token::Line, "", LineNo - (C == '\n')};
  }
  if (llvm::StringRef("{}(),=@").contains(C)) {
    Rest = Rest.drop_front();
    return {Token::Punct, std::string(1, C), LineNo};
  }
  size_t Length =
      std::min(Rest.find_first_of(" \t\r\n;\"{}(),=@"), Rest.size());
  Token T{Token::Word, Rest.take_front(Length).str(), LineNo};
  Rest = Rest.drop_front(Length);
  return T;
}

FactsCursor::FactsCursor(llvm::StringRef Text) : Tokens(Lexer(Text).run()) {}

bool FactsCursor::atStatement() const {
  return At == 0 || Tokens[At - 1].K == Token::Line || Tokens[At - 1].is("}");
}

void FactsCursor::fail(const llvm::Twine &Message) {
  if (Error.empty())
    Error = ("line " + llvm::Twine(peek().LineNo) + ": " + Message).str();
  At = Tokens.size() - 1; // Nothing more is read.
}

bool FactsCursor::accept(llvm::StringRef Text) {
  if (!peek().is(Text))
    return false;
  take();
  return true;
}

void FactsCursor::expect(llvm::StringRef Text) {
  if (!accept(Text))
    fail("expected '" + Text + "', found '" + peek().Text + "'");
}

void FactsCursor::endLine() {
  if (peek().K == Token::Line)
    take();
  else if (peek().K != Token::End && !peek().is("}"))
    fail("unexpected '" + peek().Text + "'");
}

void FactsCursor::skipLines() {
  while (peek().K == Token::Line)
    take();
}

std::string FactsCursor::name() {
  if (!peek().isWord())
    fail("expected a name, found '" + peek().Text + "'");
  return take().Text;
}

uint32_t FactsCursor::number() {
  uint32_t N = 0;
  if (peek().K != Token::Word ||
      llvm::StringRef(peek().Text).getAsInteger(10, N))
    fail("expected a number, found '" + peek().Text + "'");
  take();
  return N;
}

bool FactsCursor::isRegister() const {
  uint32_t N;
  const Token &T = peek();
  return T.K == Token::Word && T.Text.size() > 1 && T.Text[0] == 'r' &&
         !llvm::StringRef(T.Text).drop_front().getAsInteger(10, N);
}

RegId FactsCursor::reg() {
  if (!isRegister()) {
    fail("expected a register, found '" + peek().Text + "'");
    return {};
  }
  uint32_t N = 0;
  std::string Text = take().Text;
  llvm::StringRef(Text).drop_front().getAsInteger(10, N);
  return {N};
}

} // namespace refcycle::analyzer
