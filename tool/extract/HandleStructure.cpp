// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See HandleStructure.h. For a class template the written pattern is judged,
// not the instantiation: a copy constructor that this TU never calls has no
// instantiated body, but is evidence all the same.

#include "extract/HandleStructure.h"
#include "extract/CountStructure.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace refcycle::analyzer {

/// Handles are small; a class with more fields is something else.
static constexpr unsigned MostFields = 4;

//===----------------------------------------------------------------------===//
// What the special members do
//===----------------------------------------------------------------------===//

/// The class as written: its template's pattern if it is an instantiation.
static const CXXRecordDecl *patternOf(const CXXRecordDecl *Record) {
  if (const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern())
    if (Pattern->hasDefinition())
      return Pattern->getDefinition();
  return Record;
}

static const CXXConstructorDecl *copyConstructor(const CXXRecordDecl *Record) {
  for (const CXXConstructorDecl *Ctor : Record->ctors())
    if (Ctor->isCopyConstructor())
      return Ctor;
  return nullptr;
}

/// CXXRecordDecl::getDestructor() finds none in a class template's pattern.
static const CXXDestructorDecl *destructor(const CXXRecordDecl *Record) {
  for (const Decl *D : Record->decls())
    if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(D))
      return Destructor;
  return nullptr;
}

/// The written definition of a class type, also of a dependent one like
/// `Base<T>`. Null: not a class, or incomplete.
static const CXXRecordDecl *classOf(QualType Type) {
  const CXXRecordDecl *Record = Type->getAsCXXRecordDecl();
  if (const auto *Spec = Type->getAs<TemplateSpecializationType>();
      !Record && Spec)
    if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(
            Spec->getTemplateName().getAsTemplateDecl()))
      Record = Template->getTemplatedDecl();
  return Record && Record->hasDefinition() ? patternOf(Record->getDefinition())
                                           : nullptr;
}

static unsigned countFields(const CXXRecordDecl *Record) {
  return std::distance(Record->field_begin(), Record->field_end());
}

/// With those of its bases; a dependent base has none.
static unsigned countAllFields(const CXXRecordDecl *Record) {
  unsigned Fields = countFields(Record);
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl();
        Class && Class->hasDefinition())
      Fields += countAllFields(Class->getDefinition());
  return Fields;
}

static bool isBodyKnown(const FunctionDecl *Function) {
  return !Function || Function->isDefaulted() || Function->isDeleted() ||
         (Function->isDefined() && !Function->hasSkippedBody());
}

static bool hasPointerField(const CXXRecordDecl *Record) {
  return llvm::any_of(Record->fields(), [](const FieldDecl *Field) {
    return Field->getType()->isPointerType();
  });
}

namespace {

/// What a body does to the objects behind the class's pointers.
struct Touches {
  bool CallsPointee = false;  ///< Calls a method of it or passes it on.
  bool CallsCallable = false; ///< Calls a function object with one argument.
  bool ChangesCount = false;  ///< Increments or decrements something behind a
                              ///< pointer: the pointee or a control block.
  bool DeletesPointee = false;
  bool DeletesOther = false;
  bool Allocates = false;
  bool HasUnknown = false; ///< A base or field copies or destroys elsewhere.
};

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

//===----------------------------------------------------------------------===//
// What can be asked of the class
//===----------------------------------------------------------------------===//

/// Asks the class, then its bases, until one gives an answer that is not null.
template <typename Question>
static auto askWithBases(const CXXRecordDecl *Record, Question Ask)
    -> decltype(Ask(Record)) {
  auto Answer = Ask(Record);
  for (const CXXBaseSpecifier &Base : Record->bases()) {
    if (Answer != decltype(Answer)())
      break;
    if (const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl();
        Class && Class->hasDefinition())
      Answer = askWithBases(Class->getDefinition(), Ask);
    else if (const CXXRecordDecl *Pattern = classOf(Base.getType()))
      Answer = askWithBases(Pattern, Ask);
  }
  return Answer;
}

static QualType ownAccessedType(const CXXRecordDecl *Record) {
  for (const CXXMethodDecl *Method : Record->methods()) {
    QualType Result = Method->getReturnType();
    OverloadedOperatorKind Kind = Method->getOverloadedOperator();
    bool Derefs = Kind == OO_Arrow ||
                  (Kind == OO_Star && Method->getNumParams() == 0) ||
                  Kind == OO_Subscript ||
                  (isa<CXXConversionDecl>(Method) && Result->isPointerType());
    // A conversion to a pointer to function is a truth value in disguise.
    if (Derefs && !Result->isFunctionPointerType() &&
        (Result->isPointerType() || Result->isReferenceType()))
      return Result->getPointeeType().getCanonicalType().getUnqualifiedType();
  }
  return {};
}

QualType accessedType(const CXXRecordDecl *Record) {
  return askWithBases(Record, ownAccessedType);
}

bool isIterator(const CXXRecordDecl *Record) {
  return Record->hasDefinition() &&
         llvm::any_of(Record->methods(), [](const CXXMethodDecl *Method) {
           return Method->getOverloadedOperator() == OO_PlusPlus;
         });
}

/// Is it the class itself or a base of it?
static bool isBaseOrSame(QualType Base, QualType Class) {
  if (Base->getCanonicalTypeUnqualified() ==
      Class->getCanonicalTypeUnqualified())
    return true;
  const CXXRecordDecl *B = Base->getAsCXXRecordDecl();
  const CXXRecordDecl *C = Class->getAsCXXRecordDecl();
  return B && C && B->hasDefinition() && C->hasDefinition() &&
         C->isDerivedFrom(B);
}

static bool hasPointerTo(const CXXRecordDecl *Record, QualType Pointee) {
  auto IsPointer = [&](const FieldDecl *Field) {
    QualType Type = Field->getType();
    return Type->isPointerType() &&
           (isBaseOrSame(Type->getPointeeType(), Pointee) ||
            Type->isVoidPointerType());
  };
  return askWithBases(Record, [&](const CXXRecordDecl *Class) {
    return llvm::any_of(Class->fields(), IsPointer);
  });
}

/// The same, or inside the only field of a class template: a pointer and its
/// deleter in a tuple or in a class of their own.
static bool leadsTo(const CXXRecordDecl *Record, QualType Pointee) {
  if (hasPointerTo(Record, Pointee))
    return true;
  if (!isa<ClassTemplateSpecializationDecl>(Record))
    return false;
  return askWithBases(Record, [&](const CXXRecordDecl *Class) {
    const CXXRecordDecl *Inner =
        countFields(Class) == 1
            ? Class->field_begin()->getType()->getAsCXXRecordDecl()
            : nullptr;
    return Inner && Inner->hasDefinition() &&
           isa<ClassTemplateSpecializationDecl>(Inner) &&
           Inner->getNumBases() + countFields(Inner) <= MostFields &&
           leadsTo(Inner->getDefinition(), Pointee);
  });
}

/// `auto_ptr(auto_ptr &from)`: what is called copying moves.
static bool givesAway(const CXXConstructorDecl *Copy) {
  return !Copy->getParamDecl(0)
              ->getType()
              .getNonReferenceType()
              .isConstQualified();
}

static bool isCopyable(const CXXRecordDecl *Record) {
  if (const CXXConstructorDecl *Copy = copyConstructor(Record))
    return !Copy->isDeleted() && !givesAway(Copy) &&
           (Copy->getAccess() != AS_private || Copy->isDefined());
  return !Record->hasUserDeclaredMoveConstructor() &&
         !Record->hasUserDeclaredMoveAssignment();
}

//===----------------------------------------------------------------------===//
// Judgements
//===----------------------------------------------------------------------===//

namespace {
/// Is a parameter handed to a call, or to a field or base that is no pointer?
class HandsOnVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  explicit HandsOnVisitor(const ParmVarDecl *Given) : Given(Given) {}
  bool Found = false;

  bool VisitCallExpr(const CallExpr *Call) override {
    return look(llvm::ArrayRef(Call->getArgs(), Call->getNumArgs()));
  }
  bool VisitCXXConstructExpr(const CXXConstructExpr *Made) override {
    return look(llvm::ArrayRef(Made->getArgs(), Made->getNumArgs()));
  }
  bool VisitParenListExpr(const ParenListExpr *List) override {
    return look(const_cast<ParenListExpr *>(List)->exprs());
  }
  bool VisitCXXUnresolvedConstructExpr(
      const CXXUnresolvedConstructExpr *Made) override {
    return look(llvm::SmallVector<const Expr *, 4>(Made->arguments()));
  }
  bool TraverseConstructorInitializer(const CXXCtorInitializer *Init) override {
    bool IsPointer =
        Init->getMember() && Init->getMember()->getType()->isPointerType();
    return IsPointer || !Init->getInit() ||
           ConstDynamicRecursiveASTVisitor::TraverseConstructorInitializer(
               Init);
  }

private:
  template <typename Range> bool look(const Range &Arguments) {
    for (const Expr *Argument : Arguments) {
      const auto *Ref = dyn_cast<DeclRefExpr>(Argument->IgnoreParenImpCasts());
      Found |= Ref && Ref->getDecl() == Given;
    }
    return !Found;
  }

  const ParmVarDecl *Given;
};
} // namespace

/// `Handle(T *p) : object(p), count(p) {}`: whoever gets the pointer beside the
/// handle itself will dispose of the object. A weak handle asks the object for
/// its count, or cannot be made of a pointer.
static bool ownHandsOnPointer(const CXXRecordDecl *Record) {
  for (const Decl *D : Record->decls()) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Ctor = dyn_cast<CXXConstructorDecl>(
        Template ? Template->getTemplatedDecl() : D);
    const FunctionDecl *Definition = nullptr;
    if (!Ctor || Ctor->getNumParams() == 0 ||
        !Ctor->getParamDecl(0)->getType()->isPointerType() ||
        !Ctor->isDefined(Definition))
      continue;
    HandsOnVisitor Visitor(Definition->getParamDecl(0));
    Visitor.TraverseDecl(const_cast<FunctionDecl *>(Definition));
    if (Visitor.Found)
      return true;
  }
  return false;
}

static bool handsOnPointer(const CXXRecordDecl *Record) {
  return askWithBases(Record, ownHandsOnPointer);
}

/// A class that can be dereferenced, judged by copying and destroying.
static std::optional<TypeRole> judgePointerLike(const CXXRecordDecl *Class,
                                                QualType Pointee) {
  const CXXConstructorDecl *Copy = copyConstructor(Class);
  const CXXDestructorDecl *Destructor = destructor(Class);
  bool Copyable = isCopyable(Class);
  if ((Copyable && !isBodyKnown(Copy)) || !isBodyKnown(Destructor))
    return std::nullopt;

  TouchVisitor OnCopy(Class, Pointee), OnDestroy(Class, Pointee);
  OnCopy.followSpecialMembers(Class, /*Copying=*/true);
  OnDestroy.followSpecialMembers(Class, /*Copying=*/false);
  const Touches &Up = OnCopy.Found, &Down = OnDestroy.Found;

  bool LetsGo = Down.CallsPointee || Down.DeletesPointee;
  if (!LetsGo && (Up.HasUnknown || Down.HasUnknown))
    return std::nullopt;
  if (!Copyable)
    return LetsGo || Down.CallsCallable ? TypeRole::Unique
           : !Down.ChangesCount && !Down.DeletesOther
               ? TypeRole::Raw
               : std::optional<TypeRole>();
  if (Up.Allocates && Down.DeletesPointee)
    return TypeRole::Unique; // Copies the pointee with itself.
  if (Up.CallsPointee || Up.ChangesCount) {
    if (LetsGo || (Down.ChangesCount && handsOnPointer(Class)))
      return TypeRole::Strong;
    return Down.ChangesCount ? std::optional(TypeRole::Weak) : std::nullopt;
  }
  if (!LetsGo && !Down.ChangesCount && !Down.DeletesOther)
    return TypeRole::Raw;
  return std::nullopt;
}

/// `lock()`: a method without parameters that makes an owner of the same
/// pointee, in a class that cannot be dereferenced itself.
static QualType promotes(const CXXRecordDecl *Record) {
  for (const CXXMethodDecl *Method : Record->methods()) {
    if (Method->getNumParams() != 0 || Method->isStatic() ||
        isa<CXXConversionDecl>(Method))
      continue;
    const auto *Owner = Method->getReturnType()->getAsCXXRecordDecl();
    if (!Owner || Owner->getCanonicalDecl() == Record->getCanonicalDecl() ||
        !Owner->hasDefinition())
      continue;
    QualType Pointee = accessedType(Owner->getDefinition());
    if (!Pointee.isNull() && hasPointerTo(Record, Pointee))
      return Pointee;
  }
  return {};
}

static bool takesAnyCallable(const CXXRecordDecl *Record) {
  for (const Decl *D : Record->decls()) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Ctor =
        Template ? dyn_cast<CXXConstructorDecl>(Template->getTemplatedDecl())
                 : nullptr;
    if (!Ctor || Ctor->getMinRequiredArguments() != 1)
      continue;
    QualType Type = Ctor->getParamDecl(0)->getType().getNonReferenceType();
    if (Type->isTemplateTypeParmType())
      return true;
  }
  return false;
}

/// Owns any callable: it can be called, made from anything, and destroying it
/// does something.
static bool isFunctionWrapper(const CXXRecordDecl *Record) {
  bool Callable = askWithBases(Record, [](const CXXRecordDecl *Class) {
    return llvm::any_of(Class->methods(), [](const CXXMethodDecl *M) {
      return M->getOverloadedOperator() == OO_Call;
    });
  });
  return Callable && !Record->isLambda() && takesAnyCallable(Record) &&
         !Record->hasTrivialDestructor();
}

static bool hasMethod(const CXXRecordDecl *Record, llvm::StringRef Name) {
  return llvm::any_of(Record->methods(), [&](const CXXMethodDecl *Method) {
    return Method->getIdentifier() && Method->getName() == Name;
  });
}

static bool isRawStorage(QualType Type) {
  Type = Type.getCanonicalType();
  if (const auto *Array = dyn_cast<ArrayType>(Type.getTypePtr()))
    Type = Array->getElementType();
  return Type->isPointerType() || Type->isArithmeticType() ||
         Type->isUnionType();
}

/// A class template that can be iterated and keeps its elements in storage
/// without a type of its own: what it holds is in no field.
static bool isContainer(const CXXRecordDecl *Record) {
  return isa<ClassTemplateSpecializationDecl>(Record) &&
         hasMethod(Record, "begin") && hasMethod(Record, "end") &&
         !Record->hasTrivialDestructor() && Record->getNumBases() == 0 &&
         countFields(Record) != 0 &&
         llvm::all_of(Record->fields(), [](const FieldDecl *Field) {
           return isRawStorage(Field->getType());
         });
}

/// What the class as written calls the pointee. Where the type of `operator->`
/// is computed from the template arguments, a pointer field tells.
static QualType writtenPointee(const CXXRecordDecl *Record, QualType Pointee) {
  const CXXRecordDecl *Pattern = patternOf(Record);
  if (QualType Written = accessedType(Pattern); !Written.isNull())
    return Written;
  auto Named = Pattern->field_begin();
  for (const FieldDecl *Field : Record->fields()) {
    if (Field->getType()->isPointerType() &&
        Field->getType()->getPointeeType()->getCanonicalTypeUnqualified() ==
            Pointee->getCanonicalTypeUnqualified() &&
        Named->getType()->isPointerType())
      return Named->getType()
          ->getPointeeType()
          .getCanonicalType()
          .getUnqualifiedType();
    ++Named;
  }
  return Pointee;
}

/// A class template around one weak handle, which it makes typed.
static bool wrapsWeak(const CXXRecordDecl *Record) {
  if (!isa<ClassTemplateSpecializationDecl>(Record) ||
      countFields(Record) != 1 || Record->getNumBases() != 0)
    return false;
  const auto *Inner = Record->field_begin()->getType()->getAsCXXRecordDecl();
  if (!Inner || !Inner->hasDefinition() ||
      !isa<ClassTemplateSpecializationDecl>(Inner))
    return false;
  std::optional<StructuralRole> Judged =
      judgeByStructure(Inner->getDefinition());
  return Judged && Judged->Role == TypeRole::Weak;
}

std::optional<StructuralRole> judgeByStructure(const CXXRecordDecl *Record) {
  if (Record->isUnion() || Record->isLambda() || isIterator(Record))
    return std::nullopt;
  if (isFunctionWrapper(Record))
    return StructuralRole{TypeRole::Function, {}};
  if (isContainer(Record))
    return StructuralRole{TypeRole::Container, {}};
  if (countAllFields(Record) > MostFields)
    return std::nullopt;

  QualType Pointee = accessedType(Record);
  if (Pointee.isNull()) {
    QualType Promoted = promotes(Record);
    if (Promoted.isNull())
      return std::nullopt;
    return StructuralRole{TypeRole::Weak, Promoted};
  }
  if (wrapsWeak(Record))
    return StructuralRole{TypeRole::Weak, Pointee};
  if (!leadsTo(Record, Pointee))
    return std::nullopt;
  std::optional<TypeRole> Role =
      judgePointerLike(patternOf(Record), writtenPointee(Record, Pointee));
  if (!Role || CountStructure().counts(Record))
    return std::nullopt; // What counts itself is an object, not a handle.
  return StructuralRole{*Role, Pointee};
}

//===----------------------------------------------------------------------===//
// The judgement in words
//===----------------------------------------------------------------------===//

static std::string describeTouches(const Touches &T) {
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  if (T.CallsPointee)
    Parts.push_back("calls the pointee or hands it on");
  if (T.CallsCallable)
    Parts.push_back("calls a function object with it");
  if (T.ChangesCount)
    Parts.push_back("changes a count behind a pointer");
  if (T.DeletesPointee)
    Parts.push_back("deletes the pointee");
  if (T.DeletesOther)
    Parts.push_back("deletes something else");
  if (T.Allocates)
    Parts.push_back("allocates");
  if (T.HasUnknown)
    Parts.push_back("calls what is not in this unit");
  return Parts.empty() ? "leaves the pointee alone" : llvm::join(Parts, ", ");
}

static void explainPointerLike(const CXXRecordDecl *Class, QualType Pointee,
                               std::vector<std::string> &Facts) {
  const CXXConstructorDecl *Copy = copyConstructor(Class);
  if (isCopyable(Class) && !isBodyKnown(Copy))
    return Facts.push_back("unknown: the body of its copy constructor is not "
                           "in this unit");
  if (!isBodyKnown(destructor(Class)))
    return Facts.push_back("unknown: the body of its destructor is not in this "
                           "unit");
  TouchVisitor OnCopy(Class, Pointee), OnDestroy(Class, Pointee);
  OnCopy.followSpecialMembers(Class, /*Copying=*/true);
  OnDestroy.followSpecialMembers(Class, /*Copying=*/false);
  Facts.push_back(isCopyable(Class)
                      ? "copying it " + describeTouches(OnCopy.Found)
                      : "it cannot be copied");
  Facts.push_back("destroying it " + describeTouches(OnDestroy.Found));
  if (isCopyable(Class) && OnDestroy.Found.ChangesCount)
    Facts.push_back(handsOnPointer(Class)
                        ? "made of a plain pointer, it hands that on"
                        : "it hands no plain pointer on");
}

std::vector<std::string> explainStructure(const CXXRecordDecl *Record) {
  if (!Record->hasDefinition())
    return {"unknown: it is only declared in this unit"};
  Record = Record->getDefinition();
  if (isIterator(Record))
    return {"it can be advanced, as an iterator"};
  if (isFunctionWrapper(Record))
    return {"it can be called, is made from any callable, and destroying it "
            "runs code"};
  if (isContainer(Record))
    return {"it can be iterated and keeps its elements in raw storage"};
  if (unsigned Fields = countAllFields(Record); Fields > MostFields)
    return {"it has " + std::to_string(Fields) +
            " fields, a handle has at "
            "most " +
            std::to_string(MostFields)};
  QualType Pointee = accessedType(Record);
  if (Pointee.isNull()) {
    QualType Promoted = promotes(Record);
    if (Promoted.isNull())
      return {"it cannot be dereferenced, and no method promotes it to an "
              "owner"};
    return {"it cannot be dereferenced, but a method makes an owner of '" +
            Promoted.getAsString() + "' of it"};
  }
  std::vector<std::string> Facts{"it can be dereferenced to '" +
                                 Pointee.getAsString() + "'"};
  if (wrapsWeak(Record))
    Facts.push_back("its only field is a weak handle");
  else if (!leadsTo(Record, Pointee))
    Facts.push_back("it has no pointer to it");
  else
    explainPointerLike(patternOf(Record), writtenPointee(Record, Pointee),
                       Facts);
  if (CountStructure().counts(Record))
    Facts.push_back("it counts references to itself, so it is an object");
  return Facts;
}

//===----------------------------------------------------------------------===//
// Before the class is read
//===----------------------------------------------------------------------===//

namespace {
/// The tokens of a file from a place on, without macros and comments.
class RawTokens {
public:
  RawTokens(const ASTContext &Context, SourceLocation From) {
    const SourceManager &Sources = Context.getSourceManager();
    auto [File, Offset] = Sources.getDecomposedLoc(From);
    llvm::StringRef Text = Sources.getBufferData(File);
    Lex.emplace(Sources.getLocForStartOfFile(File), Context.getLangOpts(),
                Text.begin(), Text.begin() + Offset, Text.end());
  }
  /// False at the end of the file.
  bool next(Token &T) {
    Lex->LexFromRawLexer(T);
    return T.isNot(tok::eof);
  }

private:
  std::optional<Lexer> Lex;
};
} // namespace

/// Does the text of a class declare a field `T *name;`, maybe inside `atomic<>`
/// and maybe with an initializer? From stands at its name.
static bool declaresPointer(const ASTContext &Context, SourceLocation From) {
  RawTokens Tokens(Context, From);
  Token T;
  unsigned Braces = 0, Parens = 0;
  bool AfterStar = false, Named = false;
  while (Tokens.next(T)) {
    Braces += T.is(tok::l_brace);
    Parens += T.is(tok::l_paren);
    bool Ends = T.isOneOf(tok::semi, tok::equal, tok::l_brace);
    if (Named && Ends && Parens == 0)
      return true;
    if (T.is(tok::r_brace) && --Braces == 0)
      return false;
    Parens -= T.is(tok::r_paren) && Parens != 0;
    if (T.is(tok::semi) && Braces == 0)
      return false;
    bool InClass = Braces == 1 && Parens == 0;
    Named = InClass && AfterStar && T.is(tok::raw_identifier);
    AfterStar =
        InClass && (T.is(tok::star) || (AfterStar && T.is(tok::greater)));
  }
  return false;
}

bool HandleGuess::mayBeHandle(const CXXRecordDecl *Record) {
  if (Record->isCompleteDefinition())
    return countFields(Record) <= MostFields && hasPointerField(Record);
  SourceLocation At = Record->getLocation();
  if (At.isMacroID())
    return false;
  auto [Known, New] = Unfinished.try_emplace(Record->getCanonicalDecl(), false);
  if (New)
    Known->second = declaresPointer(Record->getASTContext(), At);
  return Known->second;
}

} // namespace refcycle::analyzer
