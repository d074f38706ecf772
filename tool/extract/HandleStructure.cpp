// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See HandleStructure.h. For a class template the written pattern is judged,
// not the instantiation: a copy constructor that this TU never calls has no
// instantiated body, but is evidence all the same.

#include "extract/HandleStructure.h"
#include "extract/counts/CountStructure.h"
#include "extract/HandleTouches.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace refcycle::analyzer {

/// With those of its bases; a dependent base has none.
static unsigned countAllFields(const CXXRecordDecl *Record) {
  unsigned Fields = countFields(Record);
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl();
        Class && Class->hasDefinition())
      Fields += countAllFields(Class->getDefinition());
  return Fields;
}

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

  const Touches Up = touchesOf(Class, Pointee, SpecialMember::Copy);
  const Touches Down = touchesOf(Class, Pointee, SpecialMember::Destroy);

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
  const Touches Down = touchesOf(Class, Pointee, SpecialMember::Destroy);
  Facts.push_back(
      isCopyable(Class)
          ? "copying it " +
                describeTouches(touchesOf(Class, Pointee, SpecialMember::Copy))
          : "it cannot be copied");
  Facts.push_back("destroying it " + describeTouches(Down));
  if (isCopyable(Class) && Down.ChangesCount)
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

} // namespace refcycle::analyzer
