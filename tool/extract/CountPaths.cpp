// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountPaths.h.

#include "extract/CountPaths.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ParentMap.h"
#include "clang/Analysis/CFG.h"
#include <map>

using namespace clang;

namespace refcycle::analyzer {
namespace {

/// The text of a condition without white space: equal texts decide alike.
std::string wordsOf(const Stmt *Condition, const ASTContext &Context) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  Condition->printPretty(OS, nullptr, Context.getPrintingPolicy());
  return Text;
}

class PathSearch {
public:
  PathSearch(const CFG &Graph, ASTContext &Context, const VarDecl *Pointer,
             llvm::function_ref<bool(const Stmt *)> Releases)
      : Graph(Graph), Context(Context), Pointer(Pointer), Releases(Releases) {}

  /// What the branches around the start were decided to be.
  std::map<std::string, bool> Decided;

  bool leaves(const CFGBlock *Block, const Stmt *After) {
    bool Started = !After;
    for (const CFGElement &Element : *Block) {
      std::optional<CFGStmt> At = Element.getAs<CFGStmt>();
      if (!At)
        continue;
      if (Started && Releases(At->getStmt()))
        return false;
      Started |= At->getStmt() == After;
    }
    if (Block == &Graph.getExit())
      return true;
    if (Block->hasNoReturnElement())
      return false;
    return leavesBy(Block);
  }

private:
  bool leavesBy(const CFGBlock *Block) {
    std::optional<bool> Taken = decided(Block);
    unsigned Index = 0;
    for (CFGBlock::AdjacentBlock Next : Block->succs()) {
      bool Allowed =
          !Taken || Block->succ_size() != 2 || *Taken == (Index == 0);
      ++Index;
      const CFGBlock *Target = Next.getReachableBlock();
      if (Allowed && Target && Seen.insert(Target->getBlockID()).second &&
          leaves(Target, nullptr))
        return true;
    }
    return false;
  }

  std::optional<bool> decided(const CFGBlock *Block) const {
    const auto *Condition =
        dyn_cast_or_null<Expr>(Block->getTerminatorCondition());
    if (!Condition)
      return std::nullopt;
    if (std::optional<bool> NotNull = testsPointer(Condition))
      return NotNull;
    auto Found = Decided.find(wordsOf(Condition, Context));
    return Found == Decided.end() ? std::nullopt : std::optional(Found->second);
  }

  /// True: the condition holds if the pointer is not null.
  std::optional<bool> testsPointer(const Expr *E) const {
    E = E->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(E);
        Not && Not->getOpcode() == UO_LNot) {
      std::optional<bool> Inner = testsPointer(Not->getSubExpr());
      return Inner ? std::optional(!*Inner) : std::nullopt;
    }
    if (const auto *Op = dyn_cast<BinaryOperator>(E);
        Op && Op->isEqualityOp() &&
        Op->getRHS()->isNullPointerConstant(Context,
                                            Expr::NPC_ValueDependentIsNotNull))
      return isPointer(Op->getLHS()) ? std::optional(Op->getOpcode() == BO_NE)
                                     : std::nullopt;
    return isPointer(E) ? std::optional(true) : std::nullopt;
  }
  bool isPointer(const Expr *E) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    return Ref && Ref->getDecl() == Pointer;
  }

  const CFG &Graph;
  ASTContext &Context;
  const VarDecl *Pointer;
  llvm::function_ref<bool(const Stmt *)> Releases;
  llvm::SmallDenseSet<unsigned> Seen;
};

} // namespace

bool leavesWithoutRelease(const FunctionDecl *Function, ASTContext &Context,
                          const Stmt *Start, const VarDecl *Pointer,
                          llvm::function_ref<bool(const Stmt *)> Releases) {
  CFG::BuildOptions Options;
  Options.setAllAlwaysAdd();
  std::unique_ptr<CFG> Graph =
      CFG::buildCFG(Function, Function->getBody(), &Context, Options);
  if (!Graph)
    return false;
  PathSearch Search(*Graph, Context, Pointer, Releases);
  ParentMap Parents(Function->getBody());
  for (const Stmt *Child = Start, *At = Parents.getParent(Start); At;
       Child = At, At = Parents.getParent(At))
    if (const auto *If = dyn_cast<IfStmt>(At); If && If->getCond() != Child)
      Search.Decided[wordsOf(If->getCond()->IgnoreParenImpCasts(), Context)] =
          If->getThen() == Child;
  for (const CFGBlock *Block : *Graph)
    for (const CFGElement &Element : *Block)
      if (std::optional<CFGStmt> At = Element.getAs<CFGStmt>();
          At && At->getStmt() == Start)
        return Search.leaves(Block, Start);
  return false;
}

} // namespace refcycle::analyzer
