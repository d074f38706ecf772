// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See HandleTouches.h.

#include "extract/HandleTouches.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace refcycle::analyzer {

const CXXRecordDecl *patternOf(const CXXRecordDecl *Record) {
  if (const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern())
    if (Pattern->hasDefinition())
      return Pattern->getDefinition();
  return Record;
}

const CXXConstructorDecl *copyConstructor(const CXXRecordDecl *Record) {
  for (const CXXConstructorDecl *Ctor : Record->ctors())
    if (Ctor->isCopyConstructor())
      return Ctor;
  return nullptr;
}

const CXXDestructorDecl *destructor(const CXXRecordDecl *Record) {
  for (const Decl *D : Record->decls())
    if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(D))
      return Destructor;
  return nullptr;
}

const CXXRecordDecl *classOf(QualType Type) {
  const CXXRecordDecl *Record = Type->getAsCXXRecordDecl();
  if (const auto *Spec = Type->getAs<TemplateSpecializationType>();
      !Record && Spec)
    if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(
            Spec->getTemplateName().getAsTemplateDecl()))
      Record = Template->getTemplatedDecl();
  return Record && Record->hasDefinition() ? patternOf(Record->getDefinition())
                                           : nullptr;
}

unsigned countFields(const CXXRecordDecl *Record) {
  return std::distance(Record->field_begin(), Record->field_end());
}

bool isBodyKnown(const FunctionDecl *Function) {
  return !Function || Function->isDefaulted() || Function->isDeleted() ||
         (Function->isDefined() && !Function->hasSkippedBody());
}

bool hasPointerField(const CXXRecordDecl *Record) {
  return llvm::any_of(Record->fields(), [](const FieldDecl *Field) {
    return Field->getType()->isPointerType();
  });
}

namespace {

/// Collects the touches of one special member, following calls to methods and
/// constructors of the same class.
class TouchVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  TouchVisitor(const CXXRecordDecl *Class, QualType Pointee)
      : Class(Class), Pointee(Pointee) {}

  Touches Found;

  void follow(const FunctionDecl *Function) {
    const FunctionDecl *Definition = nullptr;
    if (!Function || !Function->isDefined(Definition))
      return;
    if (!Seen.insert(Definition->getCanonicalDecl()).second)
      return;
    TraverseDecl(const_cast<FunctionDecl *>(Definition));
  }

  bool VisitCallExpr(const CallExpr *Call) override {
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    if (const auto *Member = dyn_cast<MemberExpr>(Callee))
      memberCall(Member->getBase(), Member->getMemberDecl());
    else if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(Callee))
      memberCall(Member->isImplicitAccess() ? nullptr : Member->getBase(),
                 nullptr);
    else if (const auto *Member = dyn_cast<UnresolvedMemberExpr>(Callee))
      ownCalls(Member);
    else
      freeCall(Call, Callee);
    return true;
  }

  bool VisitCXXConstructExpr(const CXXConstructExpr *Construct) override {
    if (isOwn(Construct->getConstructor()->getParent()))
      follow(Construct->getConstructor());
    return true;
  }

  bool TraverseConstructorInitializer(const CXXCtorInitializer *Init) override {
    if (const FieldDecl *Field = Init->getMember())
      followField(Field, /*Copying=*/true);
    if (const TypeSourceInfo *Written = Init->getTypeSourceInfo())
      if (const CXXRecordDecl *Named = classOf(Written->getType())) {
        if (Named->getCanonicalDecl() != Class->getCanonicalDecl())
          followSpecialMembers(Named, /*Copying=*/true);
        else if (const auto *List = dyn_cast<ParenListExpr>(Init->getInit()))
          followConstructors(List->getNumExprs());
      }
    return ConstDynamicRecursiveASTVisitor::TraverseConstructorInitializer(
        Init);
  }

  /// In a pattern, `: Handle(other.ptr)` names no constructor yet: any of the
  /// class that takes so many arguments may be meant.
  void followConstructors(unsigned Arguments) {
    for (const CXXConstructorDecl *Ctor : Class->ctors())
      if (Ctor->getMinRequiredArguments() <= Arguments &&
          Arguments <= Ctor->getNumParams() && !Ctor->isCopyOrMoveConstructor())
        follow(Ctor);
  }

  /// What copying (or destroying) does in a class and its bases.
  void followSpecialMembers(const CXXRecordDecl *Record, bool Copying) {
    const CXXConstructorDecl *Copy = copyConstructor(Record);
    const CXXMethodDecl *Special = Copy;
    if (!Copying)
      Special = destructor(Record);
    follow(Special);
    Found.HasUnknown |= !isBodyKnown(Special);
    if (Copying && Copy && !Copy->isDefaulted())
      return; // A written copy constructor names what it copies.
    for (const CXXBaseSpecifier &Base : Record->bases())
      if (const CXXRecordDecl *Class = classOf(Base.getType()))
        followSpecialMembers(Class, Copying);
    for (const FieldDecl *Field : Record->fields())
      followField(Field, Copying);
  }

  /// A field may be what counts: `T *object; Count count;`. Only one that has
  /// a pointer itself; a string or a map is something else.
  void followField(const FieldDecl *Field, bool Copying) {
    const CXXRecordDecl *Inner = classOf(Field->getType());
    if (Inner && Inner->getCanonicalDecl() != Class->getCanonicalDecl() &&
        countFields(Inner) <= MostFields && hasPointerField(Inner) &&
        Entered.insert(Inner->getCanonicalDecl()).second) {
      const CXXRecordDecl *Outer = std::exchange(Class, Inner);
      Touches Before = std::exchange(Found, {});
      followSpecialMembers(Inner, Copying);
      Class = Outer;
      // What the field points to is a count to us, not our pointee.
      Before.ChangesCount |= Found.CallsPointee || Found.ChangesCount;
      Before.DeletesOther |= Found.DeletesPointee || Found.DeletesOther;
      Before.HasUnknown |= Found.HasUnknown;
      Found = Before;
    }
  }

  bool VisitUnaryOperator(const UnaryOperator *Op) override {
    if (Op->isIncrementDecrementOp() && isBehindPointer(Op->getSubExpr()))
      Found.ChangesCount = true;
    return true;
  }

  bool VisitCompoundAssignOperator(const CompoundAssignOperator *Op) override {
    if (Op->isAdditiveOp(Op->getOpForCompoundAssignment(Op->getOpcode())) &&
        isBehindPointer(Op->getLHS()))
      Found.ChangesCount = true;
    return true;
  }

  bool VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *Op) override {
    bool Counts = Op->getOperator() == OO_PlusPlus ||
                  Op->getOperator() == OO_MinusMinus ||
                  Op->getOperator() == OO_PlusEqual ||
                  Op->getOperator() == OO_MinusEqual;
    if (Counts && isBehindPointer(Op->getArg(0)))
      Found.ChangesCount = true;
    return true;
  }

  bool VisitCXXDeleteExpr(const CXXDeleteExpr *Delete) override {
    const Expr *Operand = Delete->getArgument()->IgnoreParenImpCasts();
    (isPointee(Operand->getType()) ? Found.DeletesPointee
                                   : Found.DeletesOther) = true;
    return true;
  }

  bool VisitCXXNewExpr(const CXXNewExpr *) override {
    return Found.Allocates = true;
  }

private:
  bool isOwn(const CXXRecordDecl *Record) const {
    return Record->getCanonicalDecl() == Class->getCanonicalDecl() ||
           (Record->hasDefinition() && Class->isDerivedFrom(Record));
  }

  /// The only field is a pointer: whatever its type, `Base *` or `void *`, it
  /// is what dereferencing casts.
  bool isOnlyPointer(const Expr *E) const {
    const auto *Member = dyn_cast<MemberExpr>(E);
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    return Field && Field->getType()->isPointerType() &&
           Field->getParent()->getCanonicalDecl() ==
               Class->getCanonicalDecl() &&
           countFields(Class) == 1 && Class->getNumBases() == 0;
  }

  bool isPointee(QualType Type) const {
    if (Type->isPointerType() || Type->isReferenceType())
      Type = Type->getPointeeType();
    if (Type->isDependentType() && !Type->getAsCXXRecordDecl())
      return true; // `auto *Old = exchange(Ptr, nullptr)` in a pattern.
    return Type.getCanonicalType().getUnqualifiedType() == Pointee;
  }

  void memberCall(const Expr *Base, const ValueDecl *Method) {
    if (const auto *Function = dyn_cast_or_null<CXXMethodDecl>(Method))
      if (isOwn(Function->getParent()))
        return follow(Function);
    if (!Base)
      return;
    const Expr *Object = Base->IgnoreParenImpCasts();
    if (isPointee(Object->getType()) || isOnlyPointer(Object))
      Found.CallsPointee = true;
    else if (Object->getType()->isPointerType() && !isa<CXXThisExpr>(Object))
      Found.ChangesCount = true; // A control block counts by its methods.
    else if (isBehindPointer(Object))
      Found.ChangesCount = true; // block->count.fetch_add(1)
  }

  void ownCalls(const UnresolvedMemberExpr *Member) {
    for (const NamedDecl *Candidate : Member->decls())
      if (const auto *Method =
              dyn_cast<CXXMethodDecl>(Candidate->getUnderlyingDecl()))
        follow(Method);
  }

  /// A free function that is given the pointee and nothing else counts it:
  /// intrusive_ptr_add_ref(p).
  void freeCall(const CallExpr *Call, const Expr *Callee) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Callee);
    if (Ref && Ref->getDecl()->isInStdNamespace())
      return;
    if (Call->getNumArgs() != 0 && isCountGiven(Call->getArg(0)))
      Found.ChangesCount = true;
    if (Call->getNumArgs() != 1 || isa<CXXPseudoDestructorExpr>(Callee))
      return;
    const Expr *Arg = Call->getArg(0)->IgnoreParenImpCasts();
    if (Arg->getType()->isPointerType() && isPointee(Arg->getType()))
      Found.CallsPointee = true;
    // `get_deleter()(p)`: of the callee nothing is known but that it is a
    // value.
    if (isa<CallExpr>(Callee) && Callee->isTypeDependent())
      Found.CallsCallable = true;
  }

  /// `increment(p->count)`, `__atomic_fetch_add(&p->count, 1)`
  static bool isCountGiven(const Expr *Argument) {
    Argument = Argument->IgnoreParenImpCasts();
    if (const auto *Address = dyn_cast<UnaryOperator>(Argument);
        Address && Address->getOpcode() == UO_AddrOf)
      Argument = Address->getSubExpr()->IgnoreParenImpCasts();
    return !isa<UnaryOperator>(Argument) && isBehindPointer(Argument);
  }

  static bool isBehindPointer(const Expr *E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Deref = dyn_cast<UnaryOperator>(E))
      return Deref->getOpcode() == UO_Deref;
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      return Member->isArrow()
                 ? !isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts())
                 : isBehindPointer(Member->getBase());
    if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(E))
      return Member->isArrow() && !Member->isImplicitAccess();
    return false;
  }

  const CXXRecordDecl *Class;
  QualType Pointee;
  llvm::SmallPtrSet<const Decl *, 8> Seen, Entered;
};

} // namespace

Touches touchesOf(const CXXRecordDecl *Class, QualType Pointee,
                  SpecialMember Which) {
  TouchVisitor Visitor(Class, Pointee);
  Visitor.followSpecialMembers(Class, Which == SpecialMember::Copy);
  return Visitor.Found;
}

} // namespace refcycle::analyzer
