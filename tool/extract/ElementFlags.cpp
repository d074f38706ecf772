// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Flags of elements: `if (!slot->live) slots.erase(...)` takes away only what
// somebody has marked before.

#include "extract/OpenWays.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace refcycle::analyzer {

bool isFlag(const FieldDecl *Field) {
  QualType Type = Field->getType();
  if (const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
          Type->getAsCXXRecordDecl());
      Class && Class->isInStdNamespace() && Class->getName() == "atomic")
    Type = Class->getTemplateArgs()[0].getAsType();
  return (Type->isBooleanType() || Type->isEnumeralType()) &&
         !isOfLibrary(Field);
}

/// The field of that name, of the class or a base.
static const FieldDecl *fieldNamed(const CXXRecordDecl *Class,
                                   DeclarationName Name) {
  Class = Class ? Class->getDefinition() : nullptr;
  if (!Class)
    return nullptr;
  for (const NamedDecl *D : Class->lookup(Name))
    if (const auto *Field = dyn_cast<FieldDecl>(D))
      return Field;
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (const FieldDecl *Field =
            fieldNamed(Base.getType()->getAsCXXRecordDecl(), Name))
      return Field;
  return nullptr;
}

/// Does the expression lead to an object by a name: a variable, what it points
/// to, an element? Not the function's own object.
static bool namesElement(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return isa<VarDecl, BindingDecl>(Ref->getDecl());
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return namesElement(Member->getBase());
  if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(E))
    return !Member->isImplicitAccess() && namesElement(Member->getBase());
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return Unary->getOpcode() == UO_Deref && namesElement(Unary->getSubExpr());
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E))
    return (Call->getOperator() == OO_Arrow || Call->getOperator() == OO_Star ||
            Call->getOperator() == OO_Subscript) &&
           namesElement(Call->getArg(0));
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return namesElement(Subscript->getBase());
  return false;
}

/// The member that \p E names, and whether it is one of an element. In a
/// generic lambda, \p Element says what its parameter is.
static std::pair<const FieldDecl *, bool>
memberOf(const Expr *E, const CXXRecordDecl *Element) {
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return {dyn_cast<FieldDecl>(Member->getMemberDecl()),
            namesElement(Member->getBase())};
  const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(E);
  if (!Member || Member->isImplicitAccess())
    return {};
  return {fieldNamed(Element, Member->getMember()),
          namesElement(Member->getBase())};
}

/// Is the flag never \p Wanted (or always, if not \p Equal) in a new object?
bool ConditionReader::startsOtherwise(const FieldDecl *Field,
                                      const llvm::APSInt &Wanted, bool Equal) {
  return llvm::all_of(writesOf(Field).List, [&](const FlagWrite &W) {
    return !W.InConstructor ||
           (W.Value && llvm::APSInt::isSameValue(*W.Value, Wanted) != Equal);
  });
}

const FieldDecl *ConditionReader::flagNeeded(const Expr *E, bool Value,
                                             const CXXRecordDecl *Element) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
    return flagNeeded(Cleanups->getSubExpr(), Value, Element);
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot)
    return flagNeeded(Not->getSubExpr(), !Value, Element);
  const auto *Op = dyn_cast<BinaryOperator>(E);
  if (!Op)
    return flagNeededFor(E, llvm::APSInt::get(0), !Value, Element);
  if (Op->getOpcode() == (Value ? BO_LAnd : BO_LOr)) { // Both are needed.
    const FieldDecl *Left = flagNeeded(Op->getLHS(), Value, Element);
    return Left ? Left : flagNeeded(Op->getRHS(), Value, Element);
  }
  std::optional<llvm::APSInt> Compared = constant(Op->getRHS());
  if (!Op->isEqualityOp() || !Compared)
    return nullptr;
  return flagNeededFor(Op->getLHS()->IgnoreParenImpCasts(), *Compared,
                       (Op->getOpcode() == BO_EQ) == Value, Element);
}

/// The flag that \p E reads, itself or by a getter, if somebody has to set it
/// before \p E is (or is not) \p Wanted.
const FieldDecl *ConditionReader::flagNeededFor(const Expr *E,
                                                llvm::APSInt Wanted, bool Equal,
                                                const CXXRecordDecl *Element) {
  auto [Field, OfElement] = memberOf(E, Element);
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
    const Expr *Object = Call->getImplicitObjectArgument();
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (!Object || !Method || !Method->isConst())
      return nullptr;
    if (isOfLibrary(Method)) // Of an atomic one.
      std::tie(Field, OfElement) =
          memberOf(Object->IgnoreParenImpCasts(), Element);
    else
      std::tie(Field, OfElement) =
          std::pair(readBy(Method, Equal), namesElement(Object));
  }
  bool IsNeeded = Field && OfElement && isFlag(Field) &&
                  startsOtherwise(Field, Wanted, Equal);
  return IsNeeded ? Field : nullptr;
}

/// The member that a getter gives back, perhaps negated.
const FieldDecl *ConditionReader::readBy(const CXXMethodDecl *Getter,
                                         bool &Equal) const {
  const Expr *Result = soleResult(Getter);
  Result = Result ? Result->IgnoreParenImpCasts() : nullptr;
  if (const auto *Not = dyn_cast_or_null<UnaryOperator>(Result);
      Not && Not->getOpcode() == UO_LNot) {
    Equal = !Equal;
    Result = Not->getSubExpr()->IgnoreParenImpCasts();
  }
  const auto *Member = dyn_cast_or_null<MemberExpr>(Result);
  return Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
}

/// The flag without which \p E, which is given a predicate, takes nothing.
const FieldDecl *
ConditionReader::flagOfPredicate(const CallExpr *E,
                                 const CXXRecordDecl *Element) {
  for (const Expr *Argument : E->arguments()) {
    Argument = Argument->IgnoreUnlessSpelledInSource();
    if (const auto *Inner = dyn_cast<CallExpr>(Argument);
        Inner && !isa<CXXOperatorCallExpr>(Inner))
      if (const FieldDecl *Field = flagOfPredicate(Inner, Element))
        return Field;
    const auto *Lambda = dyn_cast<LambdaExpr>(Argument);
    const Expr *Result =
        Lambda ? soleResult(Lambda->getCallOperator()) : nullptr;
    if (Result)
      return flagNeeded(Result, true, Element);
  }
  return nullptr;
}

} // namespace refcycle::analyzer
