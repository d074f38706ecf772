// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountCallees.h.

#include "extract/counts/CountCallees.h"
#include "extract/counts/CountPaths.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

/// The definition that a call runs for sure; null: not known.
const FunctionDecl *calledDefinition(const CallExpr *Call) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (!Callee || isa<CXXOperatorCallExpr>(Call) || Callee->isVariadic() ||
      (Method && Method->isVirtual()))
    return nullptr;
  const FunctionDecl *Definition = nullptr;
  return Callee->isDefined(Definition) && !Definition->hasSkippedBody() &&
                 Definition->getBody() && !Definition->isDependentContext()
             ? Definition
             : nullptr;
}

/// Is this use the right side of an assignment to a member, or does it put the
/// pointer into a container that is one?
bool goesToMember(const CountUses &Body, const Expr *E) {
  const Stmt *Into = Body.meaningfulParent(E);
  if (const auto *Op = dyn_cast_or_null<BinaryOperator>(Into))
    return isa<MemberExpr>(bare(Op->getLHS()));
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Into);
  return Call && isa<MemberExpr>(bare(Call->getImplicitObjectArgument()));
}

/// The assignment that sets what \p Ref, a parameter, points
/// or refers to; null: it is used in another way.
const BinaryOperator *assignmentThrough(const CountUses &Body,
                                        const DeclRefExpr *Ref) {
  const Stmt *Target = Ref;
  const Stmt *At = Body.writtenParent(Ref);
  bool Pointer = Ref->getDecl()->getType()->isPointerType();
  if (Pointer) {
    const auto *Star = dyn_cast_or_null<UnaryOperator>(At);
    if (!Star || Star->getOpcode() != UO_Deref)
      return nullptr;
    Target = Star;
    At = Body.writtenParent(Star);
  }
  const auto *Op = dyn_cast_or_null<BinaryOperator>(At);
  return Op && Op->getOpcode() == BO_Assign &&
                 Body.contains(Op->getLHS(), Target)
             ? Op
             : nullptr;
}

/// A test of the parameter itself: `if (!out)`, `out == nullptr`.
bool isTest(const CountUses &Body, const DeclRefExpr *Ref) {
  const Stmt *At = Body.writtenParent(Ref);
  if (const auto *Not = dyn_cast_or_null<UnaryOperator>(At))
    return Not->getOpcode() == UO_LNot;
  if (const auto *Op = dyn_cast_or_null<BinaryOperator>(At))
    return Op->isComparisonOp() || Op->isLogicalOp();
  return isa_and_nonnull<IfStmt>(At);
}

/// The class of the new objects that a definition leaves in what a parameter
/// points or refers to, null pointers aside; null: it may do something else.
const CXXRecordDecl *newObjectThrough(const CountUses &Body,
                                      const ParmVarDecl *Parameter) {
  const CXXRecordDecl *Made = nullptr;
  for (const DeclRefExpr *Ref : Body.references(Parameter)) {
    const BinaryOperator *Set = assignmentThrough(Body, Ref);
    if (!Set && Parameter->getType()->isPointerType() && isTest(Body, Ref))
      continue;
    if (!Set || Body.isInLambda(Set))
      return nullptr;
    if (Set->getRHS()->isNullPointerConstant(Body.facts().context(),
                                             Expr::NPC_ValueDependentIsNotNull))
      continue;
    const VarDecl *Through = nullptr;
    const CXXRecordDecl *New =
        Body.originThroughLocal(Set->getRHS(), Through).New;
    if (!New || !Body.counts().startsAtOne(New) ||
        (Through && !only(Body.usesOf(Through), {Use::Plain, Use::Stored})))
      return nullptr;
    Made = New;
  }
  return Made;
}

/// Which argument of the call is the variable, or its address?
std::optional<unsigned> outArgument(const CallExpr *Call,
                                    const DeclRefExpr *Ref) {
  for (unsigned I = 0; I < Call->getNumArgs(); ++I) {
    const Expr *Argument = Call->getArg(I)->IgnoreParenCasts();
    const auto *Address = dyn_cast<UnaryOperator>(Argument);
    if (Argument == Ref || (Address && Address->getOpcode() == UO_AddrOf &&
                            Address->getSubExpr()->IgnoreParenCasts() == Ref))
      return I;
  }
  return std::nullopt;
}

/// A parameter of a type through which the callee can set the pointer.
bool canSetPointer(const ParmVarDecl *Parameter) {
  QualType Type = Parameter->getType();
  return (Type->isPointerType() || Type->isLValueReferenceType()) &&
         Type->getPointeeType()->isPointerType() &&
         !Type->getPointeeType().isConstQualified();
}

} // namespace

/// Is a field of the object, or of a part of it, only read or written here?
/// Nobody comes from a number or a string to the object that it is in.
static bool isReadOrWritten(const CountUses &Body, const MemberExpr *Field) {
  QualType Type = Field->getType();
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  if (Type->isArithmeticType() || Type->isEnumeralType() ||
      (Class && Class->isInStdNamespace()))
    return true;
  const Stmt *At = Body.parent(Field);
  while (isa_and_nonnull<ParenExpr>(At))
    At = Body.parent(At);
  if (const auto *Part = dyn_cast_or_null<MemberExpr>(At))
    if (!Part->isArrow() && isa<FieldDecl>(Part->getMemberDecl()))
      return isReadOrWritten(Body, Part);
  if (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(At)) {
    if (Cast->getCastKind() == CK_LValueToRValue ||
        Cast->getCastKind() == CK_ArrayToPointerDecay)
      return true;
    At = Body.writtenParent(Cast);
  }
  if (const auto *Op = dyn_cast_or_null<BinaryOperator>(At))
    return Op->isAssignmentOp() || Op->isComparisonOp();
  if (const auto *Op = dyn_cast_or_null<UnaryOperator>(At))
    return Op->isIncrementDecrementOp();
  if (const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(At))
    return Op->getDirectCallee() && isOfLibrary(Op->getDirectCallee());
  const auto *Method = dyn_cast_or_null<MemberExpr>(At);
  return Method && isOfLibrary(Method->getMemberDecl());
}

/// Of a method whose body runs for sure.
static bool leavesAloneHere(const CountUses &Caller,
                            const CXXMethodDecl *Method) {
  const FunctionDecl *Definition = nullptr;
  if (!Method->isDefined(Definition) || Definition->hasSkippedBody() ||
      !Definition->getBody() || Definition->isDependentContext())
    return false;
  return Caller.counts().judgedOnce(Definition, [&] {
    CountUses Body = Caller.of(Definition);
    return llvm::all_of(Body.This, [&](const CXXThisExpr *E) {
      return !Body.isInLambda(E) && staysHere(Body, E);
    });
  });
}

/// Does nobody have the object after the method who had it not before?
static bool leavesAlone(const CountUses &Caller, const CXXMethodDecl *Method,
                        const CXXRecordDecl *Exact) {
  if (Method->isConst())
    return true;
  const CXXMethodDecl *Called =
      Method->isVirtual() && Exact
          ? Method->getCorrespondingMethodInClass(Exact)
          : nullptr;
  if (Called)
    return leavesAloneHere(Caller, Called);
  return !Method->isVirtual() && leavesAloneHere(Caller, Method);
}
bool staysHere(const CountUses &Body, const Expr *E,
               const CXXRecordDecl *Exact) {
  if (!only(Body.useOf(E), {Use::Plain, Use::Retain, Use::Handed}))
    return false;
  const auto *Member = dyn_cast_or_null<MemberExpr>(Body.meaningfulParent(E));
  if (!Member)
    return true;
  const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl());
  if (!Method)
    return !isa<FieldDecl>(Member->getMemberDecl()) ||
           isReadOrWritten(Body, Member);
  return Body.useOf(E) == Use::Retain || leavesAlone(Body, Method, Exact);
}

bool onlyLooksAt(const CountUses &Caller, const CallExpr *Call,
                 unsigned Argument) {
  const FunctionDecl *Callee = calledDefinition(Call);
  if (!Callee || Argument >= Callee->getNumParams())
    return false;
  const ParmVarDecl *Parameter = Callee->getParamDecl(Argument);
  const CXXRecordDecl *Class = Parameter->getType()->getPointeeCXXRecordDecl();
  if (!Class || !Caller.counts().isCounted(Class))
    return false;
  return Caller.counts().judgedOnce(Parameter, [&] {
    CountUses Body = Caller.of(Callee);
    return llvm::all_of(
        Body.references(Parameter), [&](const DeclRefExpr *Ref) {
          return !Body.isInLambda(Ref) && Body.useOf(Ref) == Use::Plain &&
                 staysHere(Body, Ref);
        });
  });
}

std::optional<SourceLocation> forgetsOnAPath(const CountUses &Caller,
                                             const CallExpr *Call,
                                             unsigned Argument) {
  const FunctionDecl *Callee = calledDefinition(Call);
  if (!Callee || Argument >= Callee->getNumParams() ||
      !Callee->getParamDecl(Argument)->getType()->isPointerType())
    return std::nullopt;
  const ParmVarDecl *Parameter = Callee->getParamDecl(Argument);
  CountUses Body = Caller.of(Callee);
  std::vector<Use> Uses = Body.usesOf(Parameter);
  if (!any(Uses, Use::Stored) || any(Uses, Use::Retain) ||
      any(Uses, Use::Handed))
    return std::nullopt;
  CountPaths Paths(Callee, Body.facts().context());
  return Paths.leavesAt(
      nullptr, Parameter,
      [&](const Stmt *S) {
        return llvm::any_of(
            Body.references(Parameter), [&](const DeclRefExpr *Ref) {
              return !staysHere(Body, Ref) && Body.contains(S, Ref);
            });
      },
      [](const Stmt *Branch, const Expr *) {
        return !isa<SwitchStmt>(Branch);
      });
}

bool keepsWithOwnCount(const CountUses &Caller, const CallExpr *Call,
                       unsigned Argument) {
  const FunctionDecl *Callee = calledDefinition(Call);
  if (!Callee || Argument >= Callee->getNumParams() ||
      !Callee->getParamDecl(Argument)->getType()->isPointerType())
    return false;
  CountUses Body = Caller.of(Callee);
  unsigned Retained = 0, Kept = 0;
  for (const DeclRefExpr *Ref :
       Body.references(Callee->getParamDecl(Argument))) {
    Use U = Body.useOf(Ref);
    if (Body.isInLambda(Ref) ||
        !only(U, {Use::Plain, Use::Retain, Use::Stored}) ||
        (U == Use::Stored && !goesToMember(Body, Ref)))
      return false;
    Retained += U == Use::Retain;
    Kept += U == Use::Stored;
  }
  return Retained == 1 && Kept == 1;
}

const CXXRecordDecl *newObjectIn(const CountUses &Caller,
                                 const VarDecl *Variable,
                                 const DeclRefExpr *&Given) {
  Given = nullptr;
  const CXXRecordDecl *Made = nullptr;
  for (const DeclRefExpr *Ref : Caller.references(Variable)) {
    const auto *Call = dyn_cast_or_null<CallExpr>(Caller.meaningfulParent(Ref));
    const FunctionDecl *Callee = Call ? calledDefinition(Call) : nullptr;
    std::optional<unsigned> Argument =
        Callee ? outArgument(Call, Ref) : std::nullopt;
    if (!Argument || *Argument >= Callee->getNumParams() ||
        !canSetPointer(Callee->getParamDecl(*Argument)))
      continue;
    if (Given || Caller.isInLambda(Ref))
      return nullptr; // Set twice, or nobody knows when.
    Given = Ref;
    Made = newObjectThrough(Caller.of(Callee), Callee->getParamDecl(*Argument));
  }
  return Made;
}

} // namespace refcycle::analyzer
