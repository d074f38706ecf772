// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See TwoOwners.h.

#include "extract/counts/TwoOwners.h"
#include "extract/counts/CountBodies.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/MapVector.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

/// The data members of a class and its bases: an object, and what counts it.
unsigned partsOf(const CXXRecordDecl *Record) {
  unsigned Parts = 0;
  for (const FieldDecl *Field : Record->fields())
    Parts += !Field->isZeroSize(Field->getASTContext());
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl();
        Class && Class->hasDefinition())
      Parts += partsOf(Class->getDefinition());
  return Parts;
}

/// `enable_shared_from_this`, whatever library it comes from: the object can
/// know of the owner that it has.
bool knowsItsOwner(const CXXRecordDecl *Record) {
  if (!Record->hasDefinition())
    return true; // Not known.
  if (plainName(Record).starts_with_insensitive("enable") &&
      plainName(Record).contains_insensitive("from"))
    return true;
  return llvm::any_of(Record->bases(), [](const CXXBaseSpecifier &Base) {
    const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl();
    return !Class || knowsItsOwner(Class);
  });
}

class Owners {
public:
  Owners(const CountUses &Body, CountPaths &Paths) : Body(Body), Paths(Paths) {}

  void run() {
    for (const CXXConstructExpr *Made : Body.Constructions)
      if (isOwner(Made->getType()) && Made->getNumArgs() &&
          !takesMore({Made->getArgs(), Made->getNumArgs()}))
        taken(Made, Made->getType(), Made->getArg(0));
    for (const CallExpr *Call : Body.Calls)
      visit(Call);
    for (const auto &[Pointer, Where] : Taken)
      takenTwice(Pointer, Where);
  }

private:
  //===--- Which handles own ----------------------------------------------===//
  const Shape &shape(QualType Type) const {
    return Body.facts().shapes().shape(Type);
  }
  /// A strong handle with its count beside the object.
  bool isShared(QualType Type) const {
    const Shape &S = shape(Type);
    const CXXRecordDecl *Record = Type->getAsCXXRecordDecl();
    if (!S.is(ShapeKind::Handle) || S.Holds != Hold::Strong || !Record ||
        !Record->hasDefinition() || partsOf(Record->getDefinition()) < 2)
      return false;
    const CXXRecordDecl *Object = Body.pointee(Type);
    return !Object || !Body.counts().counts(Object);
  }
  /// A sole owner that deletes in the usual way.
  bool isSole(QualType Type) const {
    const Shape &S = shape(Type);
    if (!S.is(ShapeKind::Handle) || S.Holds != Hold::Unique)
      return false;
    const auto *Instance = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        Type->getAsCXXRecordDecl());
    if (!Instance || Instance->getTemplateArgs().size() < 2 ||
        Instance->getTemplateArgs()[1].getKind() != TemplateArgument::Type)
      return Instance;
    const CXXRecordDecl *Deleter =
        Instance->getTemplateArgs()[1].getAsType()->getAsCXXRecordDecl();
    return plainName(Deleter).starts_with_insensitive("default");
  }
  bool isOwner(QualType Type) const { return isShared(Type) || isSole(Type); }
  /// A deleter, an owner to share with, an allocator: not a plain owner.
  static bool takesMore(llvm::ArrayRef<const Expr *> Arguments) {
    return llvm::any_of(Arguments.drop_front(), [](const Expr *A) {
      return !isa<CXXDefaultArgExpr>(A);
    });
  }

  //===--- What is handed to one ------------------------------------------===//
  void visit(const CallExpr *Call) {
    const auto *Method =
        dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    llvm::StringRef Name = plainName(Call->getDirectCallee());
    if (Member && Method && Name == "reset" && Call->getNumArgs()) {
      QualType Owner =
          Member->getImplicitObjectArgument()->IgnoreImpCasts()->getType();
      if (isOwner(Owner) && !takesMore({Call->getArgs(), Call->getNumArgs()}))
        taken(Call, Owner, Call->getArg(0));
    }
    if (!Method && (Name.starts_with("make") || Name.starts_with("allocate")) &&
        isShared(Call->getType()))
      noteShared(Body.pointee(Call->getType()));
  }
  void noteShared(const CXXRecordDecl *Object) {
    if (!Object)
      return;
    // Where, does not matter: one fact for each class.
    CountFact F = Body.fact(CountEvent::Shared, Object, {});
    F.In = FunctionId::none();
    Body.facts().addCount(F);
  }

  void taken(const Expr *Where, QualType Owner, const Expr *Argument) {
    if (!Argument->getType()->isPointerType() || isReleasedLater(Where))
      return;
    const Expr *E = Argument->IgnoreParenCasts()->IgnoreImplicit();
    if (isa<CXXNewExpr>(E) && isShared(Owner))
      noteShared(Body.pointee(E->getType()));
    if (isa<CXXThisExpr>(E))
      return takesThis(Where, Owner, E);
    if (const Expr *Other = ownerBehind(E)) {
      const VarDecl *Variable = localPointer(Other);
      if (!Variable || !isReleased(Variable))
        add(CountEvent::OwnedTwice, Where, E, placeName(Other));
      return;
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      if (const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl());
          Variable && Variable->hasLocalStorage())
        Taken[Variable].push_back(Where);
  }
  void add(CountEvent Event, const Expr *Where, const Expr *Pointer,
           llvm::StringRef Name) {
    Body.facts().addCount(Body.fact(Event, Body.pointee(Pointer->getType()),
                                    Where->getExprLoc(), Name));
  }
  /// `unique_ptr<T> self(this)` is how an object deletes itself at the end of a
  /// function.
  void takesThis(const Expr *Where, QualType Owner, const Expr *This) {
    const CXXRecordDecl *Object = Body.pointee(This->getType());
    if (Object && isShared(Owner) && !knowsItsOwner(Object))
      add(CountEvent::OwnsSelf, Where, This, "this");
  }
  /// `other` of `other.get()` and `&*other`.
  const Expr *ownerBehind(const Expr *E) const {
    const Expr *Handle = nullptr;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
      const CXXMethodDecl *Method = Call->getMethodDecl();
      if (Method && Method->isConst() && Call->getNumArgs() == 0 &&
          plainName(Method).ends_with_insensitive("get"))
        Handle = Call->getImplicitObjectArgument();
    } else if (const auto *Address = dyn_cast<UnaryOperator>(E);
               Address && Address->getOpcode() == UO_AddrOf) {
      const auto *Star =
          dyn_cast<CXXOperatorCallExpr>(Address->getSubExpr()->IgnoreParens());
      if (Star && Star->getOperator() == OO_Star && Star->getNumArgs() == 1)
        Handle = Star->getArg(0);
    }
    Handle = Handle ? Handle->IgnoreParenImpCasts() : nullptr;
    return Handle && isOwner(Handle->getType()) ? Handle : nullptr;
  }

  //===--- Who lets go ----------------------------------------------------===//
  bool isReleased(const VarDecl *Handle) const {
    return llvm::any_of(Body.references(Handle), [&](const DeclRefExpr *Ref) {
      const auto *Member =
          dyn_cast_or_null<MemberExpr>(Body.meaningfulParent(Ref));
      return Member && isRelease(Member->getMemberDecl());
    });
  }
  static bool isRelease(const NamedDecl *Method) {
    return plainName(Method) == "release" || plainName(Method) == "take";
  }
  /// Does the handle that is made here give the pointer back in this function?
  bool isReleasedLater(const Expr *Where) const {
    for (const Stmt *At = Where; At; At = Body.parent(At))
      if (const auto *Declared = dyn_cast<DeclStmt>(At))
        return Declared->isSingleDecl() &&
               isa<VarDecl>(Declared->getSingleDecl()) &&
               isReleased(cast<VarDecl>(Declared->getSingleDecl()));
    return false;
  }

  //===--- One variable, two owners ---------------------------------------===//
  void takenTwice(const VarDecl *Pointer, llvm::ArrayRef<const Expr *> Where) {
    auto Ends = [&](const Stmt *S) { return changes(S, Pointer); };
    for (const Expr *Second : Where)
      if (llvm::any_of(Where, [&](const Expr *First) {
            return !Body.isInLambda(First) && !Body.isInLambda(Second) &&
                   Paths.reaches(First, Second, Ends);
          })) {
        add(CountEvent::OwnedTwice, Second, Body.references(Pointer).front(),
            Pointer->getName());
        return;
      }
  }
  /// May the variable mean another object after this, or has an owner let go?
  bool changes(const Stmt *S, const VarDecl *Pointer) const {
    if (const auto *Declared = dyn_cast<DeclStmt>(S))
      return llvm::is_contained(Declared->decls(), Pointer);
    if (const auto *Member = dyn_cast<MemberExpr>(S))
      return isRelease(Member->getMemberDecl());
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    if (!Ref || Ref->getDecl() != Pointer)
      return false;
    const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Body.parent(Ref));
    return !Cast || Cast->getCastKind() != CK_LValueToRValue;
  }

  const CountUses &Body;
  CountPaths &Paths;
  llvm::MapVector<const VarDecl *, std::vector<const Expr *>> Taken;
};

} // namespace

void walkOwners(const CountUses &Body, CountPaths &Paths) {
  Owners(Body, Paths).run();
}

} // namespace refcycle::analyzer
