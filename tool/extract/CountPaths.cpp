// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountPaths.h.

#include "extract/CountPaths.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/AST/StmtCXX.h"
#include <map>

using namespace clang;

namespace refcycle::analyzer {

/// The text of a condition without white space: equal texts decide alike.
static std::string wordsOf(const Stmt *Condition, const ASTContext &Context) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  Condition->printPretty(OS, nullptr, Context.getPrintingPolicy());
  return Text;
}

/// `x` of `!x`, which flips \p Negated.
static const Expr *withoutNot(const Expr *E, bool &Negated) {
  E = E->IgnoreParenImpCasts();
  const auto *Not = dyn_cast<UnaryOperator>(E);
  if (!Not || Not->getOpcode() != UO_LNot)
    return E;
  Negated = !Negated;
  return withoutNot(Not->getSubExpr(), Negated);
}

/// The condition of a branch or of a round of a loop; null: it has none.
static const Expr *conditionOf(const Stmt *Branch) {
  if (const auto *If = dyn_cast<IfStmt>(Branch))
    return If->getCond();
  if (const auto *While = dyn_cast<WhileStmt>(Branch))
    return While->getCond();
  const auto *For = dyn_cast<ForStmt>(Branch);
  return For ? For->getCond() : nullptr;
}

/// The condition of a range-based loop is made of variables of its own, so its
/// range stands for it.
static std::string wordsOfRange(const CXXForRangeStmt *Loop,
                                const ASTContext &Context) {
  return "each of " + wordsOf(Loop->getRangeInit(), Context);
}

class CountPaths::Search {
public:
  Search(const CFG &Graph, ASTContext &Context, const VarDecl *Pointer,
         StmtTest Stops, BranchTest Crosses)
      : Graph(Graph), Context(Context), Pointer(Pointer), Stops(Stops),
        Crosses(Crosses) {}

  const Stmt *Target = nullptr; ///< Null: the end of the function.
  SourceLocation End;           ///< Where the path that was found ends.

  /// Branches around the start are decided as they were there. A loop around
  /// it may still end after this round.
  void decideAround(const Stmt *Start, const ParentMap &Parents) {
    for (const Stmt *Child = Start, *At = Parents.getParent(Start); At;
         Child = At, At = Parents.getParent(At)) {
      if (isa<WhileStmt, ForStmt, CXXForRangeStmt>(At))
        Around.insert(At);
      if (const auto *Range = dyn_cast<CXXForRangeStmt>(At))
        Decided[wordsOfRange(Range, Context)] = true;
      const Expr *Condition = conditionOf(At);
      if (!Condition || Condition == Child)
        continue;
      bool Negated = false;
      std::string Words = wordsOf(withoutNot(Condition, Negated), Context);
      const auto *If = dyn_cast<IfStmt>(At);
      Decided[Words] = (!If || If->getThen() == Child) != Negated;
    }
  }

  bool finds(const CFGBlock *Block, const Stmt *After) {
    bool Started = !After;
    for (const CFGElement &Element : *Block) {
      std::optional<CFGStmt> At = Element.getAs<CFGStmt>();
      if (!At)
        continue;
      if (Started && At->getStmt() == Target)
        return true;
      if (Started && Stops(At->getStmt()))
        return false;
      if (const auto *Return = dyn_cast<ReturnStmt>(At->getStmt()))
        End = Return->getReturnLoc();
      Started |= At->getStmt() == After;
    }
    if (Block == &Graph.getExit())
      return !Target;
    if (Block->hasNoReturnElement())
      return false;
    return findsBehind(Block);
  }

private:
  bool findsBehind(const CFGBlock *Block) {
    const auto *Condition =
        dyn_cast_or_null<Expr>(Block->getTerminatorCondition());
    std::optional<bool> Taken = decided(Block, Condition);
    if (!Taken && Condition && Block->succ_size() > 1 &&
        !Crosses(Block->getTerminatorStmt(), Condition))
      return false;
    unsigned Index = 0;
    for (CFGBlock::AdjacentBlock Next : Block->succs()) {
      bool Allowed =
          !Taken || Block->succ_size() != 2 || *Taken == (Index == 0);
      ++Index;
      const CFGBlock *Behind = Next.getReachableBlock();
      if (Allowed && Behind && Seen.insert(Behind->getBlockID()).second &&
          finds(Behind, nullptr))
        return true;
    }
    return false;
  }

  std::optional<bool> decided(const CFGBlock *Block,
                              const Expr *Condition) const {
    if (!Condition)
      return std::nullopt;
    if (std::optional<bool> NotNull = testsPointer(Condition))
      return NotNull;
    const Stmt *Branch = Block->getTerminatorStmt();
    if (Around.contains(Branch))
      return std::nullopt;
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(Branch))
      return knownAs(wordsOfRange(Range, Context));
    bool Negated = false;
    std::optional<bool> Known =
        knownAs(wordsOf(withoutNot(Condition, Negated), Context));
    return Known ? std::optional(*Known != Negated) : std::nullopt;
  }
  std::optional<bool> knownAs(const std::string &Words) const {
    auto Found = Decided.find(Words);
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
    return Pointer && Ref && Ref->getDecl() == Pointer;
  }

  const CFG &Graph;
  ASTContext &Context;
  const VarDecl *Pointer;
  StmtTest Stops;
  BranchTest Crosses;
  /// What the branches around the start were decided to be.
  std::map<std::string, bool> Decided;
  llvm::SmallPtrSet<const Stmt *, 4> Around;
  llvm::SmallDenseSet<unsigned> Seen;
};

const CFG *CountPaths::graph() {
  if (!Built) {
    Built = true;
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Graph = CFG::buildCFG(Definition, Definition->getBody(), &Context, Options);
    Parents = std::make_unique<ParentMap>(Definition->getBody());
  }
  return Graph.get();
}

const CFGBlock *CountPaths::blockOf(const Stmt *S) {
  if (!graph())
    return nullptr;
  if (!S)
    return &Graph->getEntry();
  for (const CFGBlock *Block : *Graph)
    for (const CFGElement &Element : *Block)
      if (std::optional<CFGStmt> At = Element.getAs<CFGStmt>();
          At && At->getStmt() == S)
        return Block;
  return nullptr;
}

std::optional<SourceLocation> CountPaths::leavesAt(const Stmt *Start,
                                                   const VarDecl *Pointer,
                                                   StmtTest Stops,
                                                   BranchTest Crosses) {
  const CFGBlock *Block = blockOf(Start);
  if (!Block)
    return std::nullopt;
  Search S(*Graph, Context, Pointer, Stops, Crosses);
  S.End = Definition->getBodyRBrace();
  if (Start)
    S.decideAround(Start, *Parents);
  return S.finds(Block, Start) ? std::optional(S.End) : std::nullopt;
}

bool CountPaths::reaches(const Stmt *From, const Stmt *To, StmtTest Stops) {
  const CFGBlock *Block = blockOf(From);
  if (!Block || !blockOf(To))
    return false;
  Search S(*Graph, Context, nullptr, Stops,
           [](const Stmt *, const Expr *) { return true; });
  S.Target = To;
  S.decideAround(From, *Parents);
  return S.finds(Block, From);
}

} // namespace refcycle::analyzer
