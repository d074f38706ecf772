// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountHandles.h.

#include "extract/counts/CountHandles.h"
#include "extract/counts/CountBodies.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace refcycle::analyzer {

namespace {

/// What a function of a handle does, with the functions of the same class that
/// it calls.
class HandleVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  HandleVisitor(const CountStructure &Counts, const CXXRecordDecl *Class)
      : Counts(Counts), Class(Class) {}

  bool Retains = false, Releases = false, Unknown = false;
  bool CallsPointee = false, Nulls = false, Assigns = false, Exchanges = false,
       Makes = false;

  void follow(const FunctionDecl *Function) {
    const FunctionDecl *Body = bodyOf(Function);
    if (!Body || Body->isDependentContext())
      Unknown |= !Function->isDefaulted();
    else if (Seen.insert(Body).second) {
      NullFields Outer = KnownNull;
      TraverseDecl(const_cast<FunctionDecl *>(Body));
      KnownNull = std::move(Outer);
    }
  }

  bool VisitCallExpr(const CallExpr *Call) override {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee) {
      Unknown = true;
      return true;
    }
    llvm::StringRef Name = plainName(Callee);
    if (Name == "swap" || Name == "exchange" || Name == "move")
      Exchanges = true;
    if (Callee->isInStdNamespace()) {
      Nulls |= Name == "exchange";
      return true;
    }
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    if (Method && isOwn(Method->getParent())) {
      follow(Method);
      return true;
    }
    CallsPointee = true;
    CountStep Step = Counts.step(Call);
    Retains |= Step == CountStep::Retain;
    Releases |= Step == CountStep::Release;
    return true;
  }
  bool VisitCXXConstructExpr(const CXXConstructExpr *Made) override {
    if (isOwn(Made->getConstructor()->getParent())) {
      Makes = true;
      follow(Made->getConstructor());
    }
    return true;
  }
  bool VisitCXXDeleteExpr(const CXXDeleteExpr *) override {
    return Releases = true;
  }
  /// `if (!Member) Member = ...`, `if (Member) return Member; Member = ...`:
  /// what is stored there replaces nothing.
  bool TraverseIfStmt(const IfStmt *If) override {
    auto [Field, WhenNull] = nullTest(If->getCond());
    TraverseStmt(If->getCond());
    traverseBranch(If->getThen(), WhenNull ? Field : nullptr);
    if (If->getElse())
      traverseBranch(If->getElse(), WhenNull ? nullptr : Field);
    if (Field && !WhenNull && endsInReturn(If->getThen()))
      KnownNull.insert(Field);
    return true;
  }
  bool VisitBinaryOperator(const BinaryOperator *Op) override {
    if (!Op->isAssignmentOp() || !reachesThis(Op->getLHS()))
      return true;
    if (KnownNull.contains(fieldOfThis(Op->getLHS())))
      return true;
    QualType Type = Op->getLHS()->getType();
    Assigns |= Type->isPointerType() || Type->isUnionType();
    Nulls |= Type->isPointerType() &&
             Op->getRHS()->isNullPointerConstant(
                 Class->getASTContext(), Expr::NPC_ValueDependentIsNotNull);
    return true;
  }
  bool VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *Op) override {
    // `data_ = other.data_`, where the union has an assignment of its own.
    if (Op->getOperator() == OO_Equal && reachesThis(Op->getArg(0)))
      Assigns |= Op->getArg(0)->getType()->isUnionType();
    return true;
  }

private:
  using NullFields = llvm::SmallPtrSet<const FieldDecl *, 4>;

  bool isOwn(const CXXRecordDecl *Record) const {
    return Record->getCanonicalDecl() == Class->getCanonicalDecl() ||
           (Record->hasDefinition() && Class->isDerivedFrom(Record));
  }
  static bool reachesThis(const Expr *E) {
    while (const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParenImpCasts()))
      E = Member->getBase();
    return isa<CXXThisExpr>(E->IgnoreParenImpCasts());
  }

  static const FieldDecl *fieldOfThis(const Expr *E) {
    const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParenImpCasts());
    return Member && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts())
               ? dyn_cast<FieldDecl>(Member->getMemberDecl())
               : nullptr;
  }
  static bool endsInReturn(const Stmt *S) {
    if (const auto *Block = dyn_cast<CompoundStmt>(S))
      S = Block->body_empty() ? nullptr : Block->body_back();
    return S && isa<ReturnStmt>(S);
  }
  /// \p Null: the field that is null there, if any.
  void traverseBranch(const Stmt *Branch, const FieldDecl *Null) {
    bool Inserted = Null && KnownNull.insert(Null).second;
    TraverseStmt(Branch);
    if (Inserted)
      KnownNull.erase(Null);
  }
  /// The pointer of this object that a condition compares with null, and
  /// whether the condition holds if it is. First null: it does something else.
  std::pair<const FieldDecl *, bool> nullTest(const Expr *E) const {
    E = E->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(E);
        Not && Not->getOpcode() == UO_LNot) {
      auto [Field, WhenNull] = nullTest(Not->getSubExpr());
      return {Field, !WhenNull};
    }
    bool WhenNull = false;
    if (const auto *Compare = dyn_cast<BinaryOperator>(E);
        Compare && Compare->isEqualityOp()) {
      auto IsNull = [&](const Expr *Side) {
        return Side->isNullPointerConstant(Class->getASTContext(),
                                           Expr::NPC_ValueDependentIsNotNull);
      };
      if (!IsNull(Compare->getLHS()) && !IsNull(Compare->getRHS()))
        return {};
      WhenNull = Compare->getOpcode() == BO_EQ;
      E = IsNull(Compare->getLHS()) ? Compare->getRHS() : Compare->getLHS();
    }
    const FieldDecl *Field = fieldOfThis(E);
    return {Field && Field->getType()->isPointerType() ? Field : nullptr,
            WhenNull};
  }

  const CountStructure &Counts;
  const CXXRecordDecl *Class;
  llvm::SmallPtrSet<const Decl *, 8> Seen;
  NullFields KnownNull;
};

} // namespace

std::optional<bool> retains(const CountStructure &Counts,
                            const FunctionDecl *Taker, unsigned Given) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Taker);
  if (!Method || Method->isStatic())
    return std::nullopt;
  HandleVisitor V(Counts, Method->getParent());
  V.follow(Taker);
  if (V.Unknown)
    return std::nullopt;
  if (!V.Retains)
    return false;
  if (Given > 1)
    return std::nullopt; // A tag, or a choice at run time.
  for (unsigned I = 1; I < Taker->getNumParams(); ++I) {
    const ParmVarDecl *Choice = Taker->getParamDecl(I);
    bool Value = false;
    if (!Choice->getType()->isBooleanType() || !Choice->hasDefaultArg() ||
        Choice->hasUninstantiatedDefaultArg() ||
        !Choice->getDefaultArg()->EvaluateAsBooleanCondition(
            Value, Taker->getASTContext()) ||
        !Value)
      return std::nullopt;
  }
  return true;
}

bool givesOut(const CountStructure &Counts, const CXXMethodDecl *Method) {
  if (Method->isStatic() || Method->getNumParams() != 0 ||
      Method->isOverloadedOperator() || isa<CXXConversionDecl>(Method) ||
      Method->isConst())
    return false;
  QualType Result = Method->getReturnType();
  if (!Result->isPointerType() && !Result->isReferenceType())
    return false;
  HandleVisitor V(Counts, Method->getParent());
  V.follow(Method);
  return V.Nulls && !V.Unknown && !V.CallsPointee && !V.Makes;
}

bool forgetsOld(const CountStructure &Counts, const CXXMethodDecl *Assignment) {
  const CXXRecordDecl *Class = Assignment->getParent();
  const CXXDestructorDecl *Destructor = Class->getDestructor();
  if (!Destructor || Destructor->isImplicit() || !bodyOf(Assignment))
    return false;
  if (Assignment->getNumParams() != 1 ||
      Assignment->getParamDecl(0)->getType()->isRecordType())
    return false; // By value: copied and swapped.
  HandleVisitor OnAssign(Counts, Class), OnDestroy(Counts, Class);
  OnAssign.follow(Assignment);
  OnDestroy.follow(Destructor);
  return OnDestroy.Releases && OnAssign.Assigns && OnAssign.Retains &&
         !OnAssign.Releases && !OnAssign.Exchanges && !OnAssign.Makes &&
         !OnAssign.Unknown;
}

} // namespace refcycle::analyzer
