// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words of a text of facts, and a place among them. Knows how words are
// written, not what they mean.

#ifndef REFCYCLE_FACTS_FACTSCURSOR_H
#define REFCYCLE_FACTS_FACTSCURSOR_H

#include "facts/Fact.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct Token {
  enum Kind { Word, Quoted, Punct, Line, End } K = End;
  std::string Text;
  unsigned LineNo = 1;
  bool is(llvm::StringRef P) const {
    return (K == Punct || K == Word) && Text == P;
  }
  bool isWord() const { return K == Word || K == Quoted; }
};

/// Reads tokens one after the other. The first failure is kept, and from then
/// on there is nothing but the end to read: callers need not look at each step.
class FactsCursor {
public:
  explicit FactsCursor(llvm::StringRef Text);

  const Token &peek(unsigned Ahead = 0) const {
    return Tokens[std::min(At + Ahead, Tokens.size() - 1)];
  }
  Token take() { return Tokens[At == Tokens.size() - 1 ? At : At++]; }
  /// Does a statement begin here: after a line's end, a '}' or nothing?
  bool atStatement() const;
  bool isAfter(llvm::StringRef Text) const {
    return At && Tokens[At - 1].is(Text);
  }
  void rewind() { At = 0; }

  bool accept(llvm::StringRef Text);
  void expect(llvm::StringRef Text);
  void endLine();
  void skipLines();
  std::string name();
  uint32_t number();
  bool isRegister() const;
  RegId reg();

  void fail(const llvm::Twine &Message);
  bool failed() const { return !Error.empty(); }
  /// With the line; empty if there was none.
  const std::string &error() const { return Error; }

private:
  std::vector<Token> Tokens;
  size_t At = 0;
  std::string Error;
};

} // namespace refcycle::analyzer

#endif
