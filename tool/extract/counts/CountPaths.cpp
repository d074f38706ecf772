// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountPaths.h.

#include "extract/counts/CountPaths.h"
#include "extract/Names.h"
#include "extract/counts/CountBodies.h"
#include "extract/counts/PathKnowledge.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/Expr.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace refcycle::analyzer {

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
  return "each of " + wordsOf(Loop->getRangeInit(), Context).Text;
}

/// Does this handler catch every exception of type \p Thrown? nullopt: the
/// conversion that decides is not looked into.
static std::optional<bool> catches(const CXXCatchStmt *Handler,
                                   QualType Thrown) {
  if (Handler->getCaughtType().isNull())
    return true; // `catch (...)`
  const ASTContext &Context = Handler->getExceptionDecl()->getASTContext();
  QualType Caught = Handler->getCaughtType().getNonReferenceType();
  if (Context.hasSameUnqualifiedType(Caught, Thrown))
    return true;
  const CXXRecordDecl *Class = Thrown->getAsCXXRecordDecl();
  const CXXRecordDecl *Base = Caught->getAsCXXRecordDecl();
  if (!Class || !Base)
    return Class || Base || Thrown->isArithmeticType() ? std::optional(false)
                                                       : std::nullopt;
  if (!Class->hasDefinition() || !Base->hasDefinition())
    return std::nullopt;
  return Class->isDerivedFrom(Base);
}

namespace {

using Throws = std::vector<const CXXThrowExpr *>;

/// What a body throws and does not catch, lambdas aside.
class ThrowVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  Throws Found;

  bool VisitCXXThrowExpr(const CXXThrowExpr *Throw) override {
    Found.push_back(Throw);
    return true;
  }
  bool TraverseCXXTryStmt(const CXXTryStmt *) override { return true; }
  bool TraverseLambdaExpr(const LambdaExpr *) override { return true; }
};

} // namespace

/// Of the body that a call runs for sure. Those of the functions that it calls
/// are not looked for.
static Throws throwsOf(const CallExpr *Call) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  const FunctionDecl *Body = Callee ? bodyOf(Callee) : nullptr;
  if (!Body || (Method && Method->isVirtual()) || isOfLibrary(Body))
    return {};
  ThrowVisitor V;
  V.TraverseStmt(Body->getBody());
  return std::move(V.Found);
}

class CountPaths::Search {
public:
  Search(const CFG &Graph, const ParentMap &Parents, ASTContext &Context,
         const std::set<std::string> &Repeated, const VarDecl *Pointer,
         StmtTest Stops, BranchTest Crosses)
      : Graph(Graph), Parents(Parents), Context(Context),
        AtStart(Context, Repeated), Pointer(Pointer), Stops(Stops),
        Crosses(Crosses) {}

  const Stmt *Target = nullptr; ///< Null: the end of the function.
  bool UnnamedCases = false;    ///< Are they paths, too?
  bool GaveUp = false;
  std::optional<StmtTest> Visits; ///< What a path to the end must pass.
  SourceLocation End;             ///< Where the path that was found ends.

  /// Branches around the start are decided as they were there. A loop around
  /// it may still end after this round.
  void decideAround(const Stmt *Start) {
    for (const Stmt *Child = Start, *At = Parents.getParent(Start); At;
         Child = At, At = Parents.getParent(At)) {
      if (isa<WhileStmt, ForStmt, CXXForRangeStmt>(At))
        Around.insert(At);
      if (const auto *Range = dyn_cast<CXXForRangeStmt>(At))
        AtStart.decideForGood(wordsOfRange(Range, Context), true);
      const Expr *Condition = conditionOf(At);
      if (!Condition || Condition == Child)
        continue;
      ConditionWords Words = wordsOf(Condition, Context);
      const auto *If = dyn_cast<IfStmt>(At);
      AtStart.decideForGood(Words.Text,
                            (!If || If->getThen() == Child) != Words.Negated);
    }
  }

  /// \p Start may be null: the start of the function. What the way there
  /// says about the variables is known behind it.
  bool findsBehind(const Stmt *Start) {
    Begin = Start;
    return finds(&Graph.getEntry(), {AtStart, !Start, !Visits, End});
  }

private:
  struct State {
    PathKnowledge Known;
    bool Started;       ///< The path has passed the start.
    bool Visited;       ///< And, behind it, what it must pass.
    SourceLocation End; ///< Of the path, as far as it goes.
    /// Where it ends is decided by the block alone.
    bool operator<(const State &Other) const {
      return std::tie(Started, Visited, Known) <
             std::tie(Other.Started, Other.Visited, Other.Known);
    }
  };

  bool finds(const CFGBlock *Block, State At) {
    for (const CFGElement &Element : *Block) {
      std::optional<CFGStmt> Here = Element.getAs<CFGStmt>();
      if (!Here)
        continue;
      const Stmt *S = Here->getStmt();
      if (At.Started) {
        if (S == Target)
          return true;
        if (Stops(S))
          return false;
        At.Visited = At.Visited || (*Visits)(S);
        if (leavesByException(S, At))
          return true;
        if (const auto *Return = dyn_cast<ReturnStmt>(S))
          At.End = Return->getReturnLoc();
      }
      At.Known.pass(S);
      At.Started |= S == Begin;
    }
    if (Block == &Graph.getExit()) {
      End = At.End;
      return At.Started && At.Visited && !Target;
    }
    if (Block->hasNoReturnElement())
      return false;
    if (const CFGBlock *Handler = handlerBehind(Block))
      return goesTo(Handler, At);
    return findsBehind(Block, At);
  }

  bool goesTo(const CFGBlock *Block, const State &At) {
    GaveUp |= Seen.size() >= MaxSteps;
    return !GaveUp && Seen.emplace(Block->getBlockID(), At).second &&
           finds(Block, At);
  }

  /// Does the statement call a function that throws by itself, and is there a
  /// path from where that goes?
  bool leavesByException(const Stmt *S, const State &At) {
    const auto *Call = dyn_cast<CallExpr>(S);
    for (const CXXThrowExpr *Throw : Call ? throwsOf(Call) : Throws()) {
      const Expr *Value = Throw->getSubExpr();
      if (!Value || Value->isTypeDependent())
        continue;
      std::optional<const CXXCatchStmt *> Handler =
          handlerAround(S, Value->getType());
      if (!Handler)
        continue;
      if (*Handler && goesToHandler(*Handler, At))
        return true;
      if (!*Handler && At.Visited && !Target) {
        End = Call->getExprLoc();
        return true;
      }
    }
    return false;
  }
  /// The handler of this function that takes what is thrown there; null: none.
  /// nullopt: not known.
  std::optional<const CXXCatchStmt *> handlerAround(const Stmt *S,
                                                    QualType Thrown) const {
    for (const Stmt *Child = S, *At = Parents.getParent(S); At;
         Child = At, At = Parents.getParent(At)) {
      const auto *Try = dyn_cast<CXXTryStmt>(At);
      if (!Try || Try->getTryBlock() != Child)
        continue;
      for (unsigned I = 0; I < Try->getNumHandlers(); ++I) {
        std::optional<bool> Caught = catches(Try->getHandler(I), Thrown);
        if (!Caught)
          return std::nullopt;
        if (*Caught)
          return Try->getHandler(I);
      }
    }
    return nullptr;
  }
  bool goesToHandler(const CXXCatchStmt *Handler, const State &At) {
    return llvm::any_of(Graph, [&](const CFGBlock *Block) {
      return Block->getLabel() == Handler && goesTo(Block, At);
    });
  }

  /// Where the exception goes that is thrown at the end of this block: the
  /// first handler that takes its type, else the end of the function. Null:
  /// none is thrown, or it is not known which handler takes it.
  const CFGBlock *handlerBehind(const CFGBlock *Block) const {
    QualType Thrown = thrownBy(Block);
    if (Thrown.isNull())
      return nullptr;
    const CFGBlock *At = onlyReachable(Block);
    while (At && isa_and_nonnull<CXXTryStmt>(At->getTerminatorStmt())) {
      const CFGBlock *Outside = nullptr;
      for (CFGBlock::AdjacentBlock Next : At->succs()) {
        const CFGBlock *Behind = Next.getReachableBlock();
        const auto *Handler = dyn_cast_or_null<CXXCatchStmt>(
            Behind ? Behind->getLabel() : nullptr);
        if (!Handler) {
          Outside = Behind;
          continue;
        }
        std::optional<bool> Caught = catches(Handler, Thrown);
        if (!Caught)
          return nullptr;
        if (*Caught)
          return Behind;
      }
      At = Outside;
    }
    return At;
  }
  static const CFGBlock *onlyReachable(const CFGBlock *Block) {
    return Block->succ_size() == 1 ? Block->succ_begin()->getReachableBlock()
                                   : nullptr;
  }
  /// The static type of the exception; `throw;` throws what was caught.
  QualType thrownBy(const CFGBlock *Block) const {
    const Stmt *Last = nullptr;
    for (const CFGElement &Element : *Block)
      if (std::optional<CFGStmt> At = Element.getAs<CFGStmt>())
        Last = At->getStmt();
    const auto *Throw = dyn_cast_or_null<CXXThrowExpr>(Last);
    if (!Throw)
      return {};
    if (const Expr *Value = Throw->getSubExpr())
      return Value->isTypeDependent() ? QualType() : Value->getType();
    for (const Stmt *At = Throw; At; At = Parents.getParent(At))
      if (const auto *Handler = dyn_cast<CXXCatchStmt>(At))
        return Handler->getCaughtType().isNull()
                   ? QualType()
                   : Handler->getCaughtType().getNonReferenceType();
    return {};
  }

  bool findsBehind(const CFGBlock *Block, State At) {
    const Expr *Condition = lastCondition(*Block);
    const Stmt *Branch = Block->getTerminatorStmt();
    std::optional<bool> Taken = decided(Branch, Condition, At);
    if (At.Started && !Taken && Condition && Block->succ_size() > 1 &&
        !Crosses(Branch, Condition))
      return false;
    if (isLoop(Branch))
      At.Known.passLoop();
    bool TwoWays =
        Condition && Block->succ_size() == 2 && !isa<SwitchStmt>(Branch);
    unsigned Index = 0;
    for (CFGBlock::AdjacentBlock Next : Block->succs()) {
      bool Holds = Index++ == 0;
      const CFGBlock *Behind = Next.getReachableBlock();
      if (!Behind || (!UnnamedCases && isUnnamedCase(Branch, Behind)) ||
          (TwoWays && Taken && *Taken != Holds))
        continue;
      State There = At;
      if (TwoWays && !isLoop(Branch))
        There.Known.assume(Condition, Holds);
      if (goesTo(Behind, There))
        return true;
    }
    return false;
  }
  static bool isLoop(const Stmt *Branch) {
    return isa_and_nonnull<WhileStmt, ForStmt, DoStmt, CXXForRangeStmt>(Branch);
  }
  /// The way past a `switch` of a value that no `case` names. Who writes no
  /// `default` mostly knows that there is no such value.
  static bool isUnnamedCase(const Stmt *Branch, const CFGBlock *Behind) {
    return isa_and_nonnull<SwitchStmt>(Branch) &&
           !isa_and_nonnull<SwitchCase>(Behind->getLabel());
  }

  std::optional<bool> decided(const Stmt *Branch, const Expr *Condition,
                              const State &At) const {
    if (!Condition)
      return std::nullopt;
    if (std::optional<bool> NotNull = testsPointer(Condition);
        NotNull && At.Started)
      return NotNull;
    if (Around.contains(Branch))
      return std::nullopt;
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(Branch))
      return At.Known.decidedForGood(wordsOfRange(Range, Context));
    return At.Known.decided(Condition);
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

  /// A search that takes longer ends without a path.
  static constexpr unsigned MaxSteps = 2048;

  const CFG &Graph;
  const ParentMap &Parents;
  ASTContext &Context;
  PathKnowledge AtStart;
  const VarDecl *Pointer;
  StmtTest Stops;
  BranchTest Crosses;
  llvm::SmallPtrSet<const Stmt *, 4> Around;
  std::set<std::pair<unsigned, State>> Seen;
  const Stmt *Begin = nullptr;
};

const CFG *CountPaths::graph() {
  if (!Built) {
    Built = true;
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Graph = CFG::buildCFG(Definition, Definition->getBody(), &Context, Options);
    Parents = std::make_unique<ParentMap>(Definition->getBody());
    if (Graph)
      Repeated = repeatedConditions(*Graph, Context);
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
  if (!blockOf(Start))
    return std::nullopt;
  Search S(*Graph, *Parents, Context, Repeated, Pointer, Stops, Crosses);
  S.End = Definition->getBodyRBrace();
  if (Start)
    S.decideAround(Start);
  return S.findsBehind(Start) ? std::optional(S.End) : std::nullopt;
}

std::optional<SourceLocation> CountPaths::leavesAfter(const Stmt *Start,
                                                      const VarDecl *Pointer,
                                                      StmtTest Stops,
                                                      StmtTest Visits) {
  if (!blockOf(Start))
    return std::nullopt;
  Search S(*Graph, *Parents, Context, Repeated, Pointer, Stops,
           [](const Stmt *, const Expr *) { return true; });
  S.End = Definition->getBodyRBrace();
  S.Visits = Visits;
  S.decideAround(Start);
  return S.findsBehind(Start) ? std::optional(S.End) : std::nullopt;
}

bool CountPaths::alwaysPasses(const VarDecl *Pointer, StmtTest Stops) {
  if (!graph())
    return false;
  Search S(*Graph, *Parents, Context, Repeated, Pointer, Stops,
           [](const Stmt *, const Expr *) { return true; });
  S.UnnamedCases = true;
  return !S.findsBehind(nullptr) && !S.GaveUp;
}

bool CountPaths::reaches(const Stmt *From, const Stmt *To, StmtTest Stops) {
  if (!blockOf(From) || !blockOf(To))
    return false;
  Search S(*Graph, *Parents, Context, Repeated, nullptr, Stops,
           [](const Stmt *, const Expr *) { return true; });
  S.Target = To;
  S.decideAround(From);
  return S.findsBehind(From);
}

} // namespace refcycle::analyzer
