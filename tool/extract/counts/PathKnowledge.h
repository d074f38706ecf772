// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known on one path through a function: how its branches were decided
// and which constants its local variables have. It keeps a search from going
// through two branches that cannot be taken together:
//   bool kept = false;
//   if (fits()) { list.push_back(p); kept = true; }
//   if (!kept) p->unref();

#ifndef REFCYCLE_EXTRACT_PATHKNOWLEDGE_H
#define REFCYCLE_EXTRACT_PATHKNOWLEDGE_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Analysis/CFG.h"
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// A condition in its normal form: `a != b` is the negation of `a == b`, a
/// local `bool` that is set once stands for what it is set to. Equal texts
/// decide alike.
struct ConditionWords {
  std::string Text;
  bool Negated = false;
  std::vector<const clang::VarDecl *> Variables; ///< That it reads.
  bool MayChange = false; ///< Between two rounds of a loop: it reads more.
};
ConditionWords wordsOf(const clang::Expr *Condition,
                       const clang::ASTContext &Context);
/// The part of a branch's condition that is decided last: `b` of `a && b`.
/// Null: the block ends without a condition.
const clang::Expr *lastCondition(const clang::CFGBlock &Block);

/// The conditions that more than one branch of a function has.
std::set<std::string> repeatedConditions(const clang::CFG &Graph,
                                         const clang::ASTContext &Context);

class PathKnowledge {
public:
  /// \p Repeated: the others need not be remembered. It must outlive this.
  PathKnowledge(const clang::ASTContext &Context,
                const std::set<std::string> &Repeated)
      : Context(&Context), Repeated(&Repeated) {}

  /// Holds on the whole path, whatever is assigned.
  void decideForGood(const std::string &Text, bool Holds) {
    ForGood[Text] = Holds;
  }
  std::optional<bool> decidedForGood(const std::string &Text) const;

  /// The path goes through this statement of the graph.
  void pass(const clang::Stmt *S);
  /// The path goes through a branch on which the condition has this value.
  void assume(const clang::Expr *Condition, bool Holds);
  /// A loop may go round again.
  void passLoop();
  /// The value that the condition has here; nullopt: not known.
  std::optional<bool> decided(const clang::Expr *Condition) const;

  auto operator<=>(const PathKnowledge &Other) const {
    return std::tie(Decided, Constants) <=>
           std::tie(Other.Decided, Other.Constants);
  }

private:
  struct Decision {
    bool Holds = false, MayChange = false;
    std::vector<const clang::VarDecl *> Variables;
    auto operator<=>(const Decision &) const = default;
  };
  void set(const clang::VarDecl *Variable, const clang::Expr *Value);
  void forget(const clang::VarDecl *Variable);
  std::optional<int64_t> valueOf(const clang::Expr *E) const;

  const clang::ASTContext *Context;
  const std::set<std::string> *Repeated;
  std::map<std::string, bool> ForGood;
  std::map<std::string, Decision> Decided;
  std::map<const clang::VarDecl *, int64_t> Constants;
};

} // namespace refcycle::analyzer

#endif
