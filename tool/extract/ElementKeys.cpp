// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keys of container elements.

#include "extract/ElementKeys.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace refcycle::analyzer {

// Names are shorter. A message is no key, and facts are no place for it.
static constexpr unsigned MaxLength = 64;

ElementKeys::ElementKeys(const FunctionDecl *Function, ASTContext &Context)
    : Function(Function), Context(Context) {}

static const Expr *withoutCasts(const Expr *E) {
  E = E->IgnoreUnlessSpelledInSource();
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return withoutCasts(Cast->getSubExpr());
  return E;
}

/// Two strings or numbers that are equal part by part.
static bool isTuple(QualType Type) {
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() && Class->getIdentifier() &&
         (Class->getName() == "pair" || Class->getName() == "tuple");
}

/// A string made of a literal: the class compares as its characters do.
static bool isString(QualType Type) {
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  return Class && Class->getIdentifier() &&
         Class->getName().contains_insensitive("string");
}

/// What an object is made of, as it is written: no allocator.
static llvm::ArrayRef<const Expr *> partsOf(const Expr *E) {
  llvm::ArrayRef<const Expr *> Parts;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    Parts = {Construct->getArgs(), Construct->getNumArgs()};
  else if (const auto *List = dyn_cast<InitListExpr>(E))
    Parts = List->inits();
  while (!Parts.empty() && isa<CXXDefaultArgExpr>(Parts.back()))
    Parts = Parts.drop_back();
  return Parts;
}

std::optional<std::string> ElementKeys::constant(const Expr *Key) const {
  if (Key->isValueDependent())
    return std::nullopt;
  Key = withoutCasts(Key);
  Expr::EvalResult Number;
  if (Key->getType()->isIntegralOrEnumerationType() &&
      Key->EvaluateAsInt(Number, Context))
    return llvm::toString(Number.Val.getInt(), 10);
  if (const auto *Named = dyn_cast<UserDefinedLiteral>(Key))
    return Named->getLiteralOperatorKind() == UserDefinedLiteral::LOK_String
               ? constant(Named->getCookedLiteral())
               : std::nullopt;
  if (const auto *Text = dyn_cast<StringLiteral>(Key))
    return Text->getByteLength() <= MaxLength
               ? std::optional('"' + Text->getBytes().str() + '"')
               : std::nullopt;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Key)) {
    const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl());
    bool IsFixed = Variable && Variable->getType().isConstQualified() &&
                   Variable->getInit() && !isa<ParmVarDecl>(Variable);
    return IsFixed ? constant(Variable->getInit()) : std::nullopt;
  }
  llvm::ArrayRef<const Expr *> Parts = partsOf(Key);
  if (Parts.size() == 1 && isString(Key->getType()))
    return constant(Parts.front());
  if (Parts.size() < 2 || !isTuple(Key->getType()))
    return std::nullopt;
  std::string All;
  for (const Expr *Part : Parts) {
    std::optional<std::string> One = constant(Part);
    if (!One)
      return std::nullopt;
    All += (All.empty() ? "{" : ",") + *One;
  }
  return All + "}";
}

namespace {
/// Parameters that are named other than to read them: as a value, or as what
/// cannot be changed.
struct WriteVisitor : ConstDynamicRecursiveASTVisitor {
  llvm::SmallPtrSet<const ParmVarDecl *, 4> Written;

  bool TraverseImplicitCastExpr(const ImplicitCastExpr *Cast) override {
    bool Reads = Cast->getCastKind() == CK_LValueToRValue ||
                 Cast->getType().isConstQualified();
    if (Reads && isa<DeclRefExpr>(Cast->getSubExpr()->IgnoreParens()))
      return true;
    return ConstDynamicRecursiveASTVisitor::TraverseImplicitCastExpr(Cast);
  }
  bool VisitDeclRefExpr(const DeclRefExpr *Ref) override {
    if (const auto *Parameter = dyn_cast<ParmVarDecl>(Ref->getDecl()))
      Written.insert(Parameter);
    return true;
  }
};
} // namespace

bool ElementKeys::isChanged(const ParmVarDecl *Parameter) {
  if (Parameter->getType().getNonReferenceType().isConstQualified())
    return false;
  if (Parameter->getType()->isReferenceType() || !Function->hasBody())
    return true;
  if (!Changed) {
    WriteVisitor Visitor;
    Visitor.TraverseStmt(Function->getBody());
    Changed = std::move(Visitor.Written);
  }
  return Changed->contains(Parameter);
}

const ParmVarDecl *ElementKeys::parameter(const Expr *Key) {
  Key = withoutCasts(Key);
  if (auto Parts = partsOf(Key); Parts.size() == 1 && isString(Key->getType()))
    Key = withoutCasts(Parts.front());
  const auto *Ref = dyn_cast<DeclRefExpr>(Key);
  const auto *Parameter = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  bool IsOurs = Parameter && Function &&
                llvm::is_contained(Function->parameters(), Parameter);
  return IsOurs && !isChanged(Parameter) ? Parameter : nullptr;
}

bool ElementKeys::canBeKey(QualType Parameter) {
  QualType Type = Parameter.getNonReferenceType();
  if (Parameter->isLValueReferenceType() && !Type.isConstQualified())
    return false;
  if (Type->isPointerType())
    return Type->getPointeeType()->isAnyCharacterType();
  return (Type->isIntegralOrEnumerationType() && !Type->isBooleanType()) ||
         isString(Type) || isTuple(Type);
}

} // namespace refcycle::analyzer
