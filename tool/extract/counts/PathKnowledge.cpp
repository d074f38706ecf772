// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PathKnowledge.h.

#include "extract/counts/PathKnowledge.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace refcycle::analyzer {

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

static const VarDecl *localIn(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Variable && Variable->hasLocalStorage() ? Variable : nullptr;
}

static bool isZero(const Expr *E, const ASTContext &Context) {
  Expr::EvalResult Value;
  return E->isNullPointerConstant(const_cast<ASTContext &>(Context),
                                  Expr::NPC_ValueDependentIsNotNull) ||
         (!E->isValueDependent() && E->getType()->isIntegerType() &&
          E->EvaluateAsInt(Value, Context) && Value.Val.getInt() == 0);
}

/// What decides, without what only negates it.
static const Expr *decider(const Expr *E, bool &Negated,
                           const ASTContext &Context) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot) {
    Negated = !Negated;
    return decider(Not->getSubExpr(), Negated, Context);
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(E);
      Op && Op->isEqualityOp() && isZero(Op->getRHS(), Context)) {
    Negated ^= Op->getOpcode() == BO_EQ;
    return decider(Op->getLHS(), Negated, Context);
  }
  const VarDecl *Flag = localIn(E);
  if (Flag && Flag->getInit() && Flag->getType()->isBooleanType() &&
      Flag->getType().isConstQualified())
    return decider(Flag->getInit(), Negated, Context);
  return E;
}

namespace {
class ReadVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  explicit ReadVisitor(ConditionWords &Words) : Words(Words) {}
  bool VisitDeclRefExpr(const DeclRefExpr *Ref) override {
    if (const VarDecl *Local = localIn(Ref))
      Words.Variables.push_back(Local);
    else
      Words.MayChange |= isa<VarDecl>(Ref->getDecl());
    return true;
  }
  bool VisitCallExpr(const CallExpr *) override {
    return Words.MayChange = true;
  }
  bool VisitMemberExpr(const MemberExpr *) override {
    return Words.MayChange = true;
  }

private:
  ConditionWords &Words;
};
} // namespace

ConditionWords wordsOf(const Expr *Condition, const ASTContext &Context) {
  ConditionWords Words;
  const Expr *E = decider(Condition, Words.Negated, Context);
  ReadVisitor(Words).TraverseStmt(E);
  llvm::raw_string_ostream OS(Words.Text);
  const PrintingPolicy &Policy = Context.getPrintingPolicy();
  const auto *Op = dyn_cast<BinaryOperator>(E);
  if (Op && (Op->getOpcode() == BO_NE || Op->getOpcode() == BO_GE ||
             Op->getOpcode() == BO_LE)) {
    Words.Negated = !Words.Negated;
    Op->getLHS()->printPretty(OS, nullptr, Policy);
    OS << ' '
       << BinaryOperator::getOpcodeStr(
              BinaryOperator::negateComparisonOp(Op->getOpcode()))
       << ' ';
    Op->getRHS()->printPretty(OS, nullptr, Policy);
  } else {
    E->printPretty(OS, nullptr, Policy);
  }
  return Words;
}

const Expr *lastCondition(const CFGBlock &Block) {
  const auto *E = dyn_cast_or_null<Expr>(Block.getTerminatorCondition());
  if (isa_and_nonnull<BinaryOperator>(Block.getTerminatorStmt()))
    return E; // The first operand of `a && b`.
  while (E) {
    const auto *Op = dyn_cast<BinaryOperator>(E->IgnoreParenImpCasts());
    if (!Op || !Op->isLogicalOp())
      break;
    E = Op->getRHS();
  }
  return E;
}

std::set<std::string> repeatedConditions(const CFG &Graph,
                                         const ASTContext &Context) {
  std::set<std::string> Once, Repeated;
  for (const CFGBlock *Block : Graph)
    if (const Expr *Condition = lastCondition(*Block);
        Condition && Block->succ_size() == 2) {
      std::string Text = wordsOf(Condition, Context).Text;
      if (!Once.insert(Text).second)
        Repeated.insert(Text);
    }
  return Repeated;
}

//===----------------------------------------------------------------------===//
// One path
//===----------------------------------------------------------------------===//

void PathKnowledge::forget(const VarDecl *Variable) {
  Constants.erase(Variable);
  std::erase_if(Decided, [&](const auto &Entry) {
    return llvm::is_contained(Entry.second.Variables, Variable);
  });
}

void PathKnowledge::set(const VarDecl *Variable, const Expr *Value) {
  std::optional<int64_t> Known = Value ? valueOf(Value) : std::nullopt;
  forget(Variable);
  if (Known)
    Constants[Variable] = *Known;
}

void PathKnowledge::pass(const Stmt *S) {
  if (const auto *Declared = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Declared->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(D);
          Variable && Variable->hasLocalStorage())
        set(Variable, Variable->getInit());
  } else if (const auto *Op = dyn_cast<BinaryOperator>(S)) {
    if (const VarDecl *Variable =
            Op->isAssignmentOp() ? localIn(Op->getLHS()) : nullptr)
      set(Variable, Op->getOpcode() == BO_Assign ? Op->getRHS() : nullptr);
  } else if (const auto *Op = dyn_cast<UnaryOperator>(S)) {
    // Who has the address may set it, now or later.
    if (const VarDecl *Variable =
            Op->isIncrementDecrementOp() || Op->getOpcode() == UO_AddrOf
                ? localIn(Op->getSubExpr())
                : nullptr)
      forget(Variable);
  } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
    for (const Expr *Argument : Call->arguments())
      if (const VarDecl *Variable =
              Argument->isLValue() ? localIn(Argument) : nullptr)
        forget(Variable);
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable())
        if (const auto *Variable = dyn_cast<VarDecl>(Capture.getCapturedVar()))
          forget(Variable);
  }
}

void PathKnowledge::assume(const Expr *Condition, bool Holds) {
  ConditionWords Words = wordsOf(Condition, *Context);
  if (Repeated->contains(Words.Text))
    Decided[Words.Text] = {Holds != Words.Negated, Words.MayChange,
                           Words.Variables};
}

void PathKnowledge::passLoop() {
  std::erase_if(Decided,
                [](const auto &Entry) { return Entry.second.MayChange; });
}

std::optional<int64_t> PathKnowledge::valueOf(const Expr *E) const {
  E = E->IgnoreParenImpCasts();
  if (const VarDecl *Variable = localIn(E)) {
    auto Found = Constants.find(Variable);
    return Found == Constants.end() ? std::nullopt
                                    : std::optional(Found->second);
  }
  if (E->isNullPointerConstant(const_cast<ASTContext &>(*Context),
                               Expr::NPC_ValueDependentIsNotNull))
    return 0;
  Expr::EvalResult Value;
  if (E->isValueDependent() || !E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Value, *Context))
    return std::nullopt;
  return Value.Val.getInt().getExtValue();
}

std::optional<bool>
PathKnowledge::decidedForGood(const std::string &Text) const {
  auto Found = ForGood.find(Text);
  return Found == ForGood.end() ? std::nullopt : std::optional(Found->second);
}

static std::optional<bool> compare(BinaryOperatorKind Kind, int64_t A,
                                   int64_t B) {
  switch (Kind) {
  case BO_EQ:
    return A == B;
  case BO_NE:
    return A != B;
  case BO_LT:
    return A < B;
  case BO_GT:
    return A > B;
  case BO_LE:
    return A <= B;
  case BO_GE:
    return A >= B;
  default:
    return std::nullopt;
  }
}

std::optional<bool> PathKnowledge::decided(const Expr *Condition) const {
  ConditionWords Words = wordsOf(Condition, *Context);
  if (std::optional<bool> Known = decidedForGood(Words.Text))
    return *Known != Words.Negated;
  if (auto Found = Decided.find(Words.Text); Found != Decided.end())
    return Found->second.Holds != Words.Negated;
  bool Negated = false;
  const Expr *E = decider(Condition, Negated, *Context);
  if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    std::optional<int64_t> A = valueOf(Op->getLHS());
    std::optional<int64_t> B = valueOf(Op->getRHS());
    std::optional<bool> Holds =
        A && B ? compare(Op->getOpcode(), *A, *B) : std::nullopt;
    return Holds ? std::optional(*Holds != Negated) : std::nullopt;
  }
  std::optional<int64_t> Value = valueOf(E);
  return Value ? std::optional((*Value != 0) != Negated) : std::nullopt;
}

} // namespace refcycle::analyzer
