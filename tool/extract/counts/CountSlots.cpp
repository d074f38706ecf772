// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountSlots.h.

#include "extract/counts/CountSlots.h"
#include "extract/counts/CountBodies.h"
#include "extract/counts/CountCallees.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace refcycle::analyzer {

static void slotsIn(const Expr *E, std::vector<std::string> &Slots) {
  E = bare(E);
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    slotsIn(Choice->getTrueExpr(), Slots);
    slotsIn(Choice->getFalseExpr(), Slots);
    return;
  }
  if (isa<MemberExpr>(E))
    Slots.push_back(placeName(E));
}

void notePut(const CountUses &Body, const VarDecl *Variable,
             const CXXRecordDecl *Object) {
  for (const DeclRefExpr *Ref : Body.references(Variable)) {
    if (Body.useOf(Ref) != Use::Stored)
      continue;
    const Stmt *Into = Body.meaningfulParent(Ref);
    std::vector<std::string> Slots;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Into))
      slotsIn(Call->getImplicitObjectArgument(), Slots);
    else if (const auto *Op = dyn_cast<BinaryOperator>(Into))
      slotsIn(Op->getLHS(), Slots);
    for (const std::string &Slot : Slots)
      Body.facts().addCount(
          Body.fact(CountEvent::Parked, Object, Ref->getExprLoc(), Slot));
  }
}

namespace {

class SlotWalk {
public:
  SlotWalk(const CountUses &Body, CountPaths &Paths)
      : Body(Body), Paths(Paths), Facts(Body.facts()), Counts(Body.counts()) {}

  void run() {
    for (const CallExpr *Call : Body.Calls)
      if (Call->getDirectCallee() && !isa<CXXOperatorCallExpr>(Call)) {
        unparked(Call);
        emptied(Call);
      }
    for (const BinaryOperator *Set : Body.Assignments)
      overwritten(Set);
  }

private:
  //===--- Containers -----------------------------------------------------===//
  /// The member that is a container of raw pointers; null: something else.
  const MemberExpr *pointers(const Expr *E) const {
    const auto *Member = dyn_cast<MemberExpr>(bare(E));
    if (!Member || !isa<FieldDecl>(Member->getMemberDecl()))
      return nullptr;
    const Shape &S = Facts.shapes().shape(Member->getType());
    return S.is(ShapeKind::Carrier) && S.Many && !S.Held.empty() &&
                   S.Held.front()->isPointerType()
               ? Member
               : nullptr;
  }
  const CXXRecordDecl *heldBy(const MemberExpr *Pointers) const {
    return Body.pointee(Facts.shapes().shape(Pointers->getType()).Held.front());
  }

  static bool takesOut(llvm::StringRef Name) {
    return llvm::is_contained({"erase", "erase_if", "pop", "pop_back",
                               "pop_front", "remove", "remove_if"},
                              Name);
  }
  /// `list.erase(it)`, `std::erase(list, p)` on a member that holds raw
  /// pointers: is anything released, or handed on, after it or before it?
  void unparked(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    llvm::StringRef Name =
        Callee->getIdentifier() ? Callee->getName() : llvm::StringRef();
    if (!takesOut(Name) ||
        (!isa<CXXMemberCallExpr>(Call) && !Callee->isInStdNamespace()))
      return;
    const Expr *Slot = countedExpr(Call);
    const MemberExpr *Member = Slot ? pointers(Slot) : nullptr;
    if (!Member)
      return;
    const CXXRecordDecl *Object = heldBy(Member);
    if (!Object || !Counts.counts(Object) || handsOnBefore(Call, Object))
      return;
    if (Paths.leaves(Call, nullptr, [&](const Stmt *At) {
          return At != Call && handsOn(At, Object);
        }))
      Facts.addCount(Body.fact(CountEvent::Unparked, Object, Call->getExprLoc(),
                               placeName(Member)));
  }
  /// Is such an object released, passed on or returned by this statement?
  bool handsOn(const Stmt *At, const CXXRecordDecl *Object) const {
    auto IsObject = [&](const Expr *E) {
      const CXXRecordDecl *Class = Body.pointee(E->getType());
      return Class && related(Class, Object);
    };
    if (const auto *Return = dyn_cast<ReturnStmt>(At))
      return Return->getRetValue() && IsObject(Return->getRetValue());
    if (const auto *Op = dyn_cast<BinaryOperator>(At))
      return Op->isAssignmentOp() && IsObject(Op->getRHS());
    if (const auto *Made = dyn_cast<CXXConstructExpr>(At))
      return llvm::any_of(Made->arguments(), IsObject);
    const auto *Call = dyn_cast<CallExpr>(At);
    if (!Call || isa<CXXOperatorCallExpr>(Call))
      return isa<LambdaExpr>(At);
    if (Counts.step(Call) == CountStep::Release)
      return true;
    const FunctionDecl *Callee = Call->getDirectCallee();
    return (!Callee || !Callee->isInStdNamespace()) &&
           llvm::any_of(Call->arguments(), IsObject);
  }
  bool handsOnBefore(const CallExpr *Erasing,
                     const CXXRecordDecl *Object) const {
    return llvm::any_of(Body.Calls, [&](const CallExpr *Call) {
      return Facts.context().getSourceManager().isBeforeInTranslationUnit(
                 Call->getExprLoc(), Erasing->getExprLoc()) &&
             handsOn(Call, Object);
    });
  }

  /// `list.clear()` in a function that does nothing else with the list, and
  /// calls nothing that could have released what is in it.
  void emptied(const CallExpr *Call) {
    const auto *Clear = dyn_cast<CXXMemberCallExpr>(Call);
    if (!Clear || plainName(Call->getDirectCallee()) != "clear" ||
        !isOfLibrary(Call->getDirectCallee()))
      return;
    const MemberExpr *Member = pointers(Clear->getImplicitObjectArgument());
    const CXXRecordDecl *Object = Member ? heldBy(Member) : nullptr;
    if (!Object || !Counts.counts(Object) || Body.isInLambda(Call) ||
        llvm::any_of(Body.Calls, [&](const CallExpr *Other) {
          return Other != Call && mayRelease(Other, Object);
        }))
      return;
    if (llvm::all_of(Body.Members,
                     [&](const MemberExpr *Other) {
                       return Other->getMemberDecl() !=
                                  Member->getMemberDecl() ||
                              Other == Member || isAskedForItsSize(Other);
                     }) &&
        othersOnlyLook(cast<FieldDecl>(Member->getMemberDecl()), Object))
      Facts.addCount(Body.fact(CountEvent::Unparked, Object, Call->getExprLoc(),
                               placeName(Member)));
  }
  /// Do the other methods of the class give back no count of an element that
  /// they leave in the container, and give the elements to nobody?
  bool othersOnlyLook(const FieldDecl *Field,
                      const CXXRecordDecl *Object) const {
    const auto *Class = dyn_cast<CXXRecordDecl>(Field->getParent());
    bool Templates = Class && llvm::any_of(Class->decls(), [](const Decl *D) {
                       return isa<FunctionTemplateDecl>(D);
                     });
    return Class && !Templates &&
           llvm::all_of(Class->methods(), [&](const CXXMethodDecl *M) {
             const FunctionDecl *Definition = bodyOf(M);
             if (M->isImplicit() || M->isDefaulted() || M->isDeleted())
               return true;
             return Definition && onlyLooks(Body.of(Definition), Field, Object);
           });
  }
  bool onlyLooks(const CountUses &Other, const FieldDecl *Field,
                 const CXXRecordDecl *Object) const {
    bool TakesOut = isa<CXXDestructorDecl>(Other.definition());
    bool Elements = false;
    for (const MemberExpr *Member : Other.Members) {
      if (Member->getMemberDecl() != Field)
        continue;
      const Stmt *Parent = Other.meaningfulParent(Member);
      const auto *Method = dyn_cast_or_null<MemberExpr>(Parent);
      llvm::StringRef Name =
          Method ? plainName(Method->getMemberDecl()) : llvm::StringRef();
      TakesOut |= takesOut(Name) || Name == "clear";
      Elements |= !Name.starts_with("push") && !Name.starts_with("emplace");
      // The container itself goes to nobody.
      if (!Method && !isa_and_nonnull<CXXOperatorCallExpr>(Parent) &&
          !isRange(Parent))
        return false;
    }
    return !Elements || TakesOut ||
           llvm::none_of(Other.Calls, [&](const CallExpr *Call) {
             return SlotWalk(Other, Paths).handsOn(Call, Object);
           });
  }
  /// The variable that a range-based loop makes of what it goes over.
  static bool isRange(const Stmt *S) {
    const auto *Declared = dyn_cast_or_null<DeclStmt>(S);
    const auto *Variable = Declared && Declared->isSingleDecl()
                               ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                               : nullptr;
    return Variable && Variable->isImplicit();
  }
  bool isAskedForItsSize(const MemberExpr *Pointers) const {
    const auto *Method =
        dyn_cast_or_null<MemberExpr>(Body.meaningfulParent(Pointers));
    return Method &&
           llvm::is_contained({"size", "empty", "capacity", "reserve"},
                              plainName(Method->getMemberDecl()));
  }
  bool mayRelease(const CallExpr *Call, const CXXRecordDecl *Object) const {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (Callee && isOfLibrary(Callee))
      return handsOn(Call, Object);
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    return !Method || !Method->isConst();
  }

  //===--- One pointer ----------------------------------------------------===//
  /// `field = p`, where a count was taken on p, in a method of a class whose
  /// destructor releases the field.
  void overwritten(const BinaryOperator *Set) {
    const FieldDecl *Field = ownField(Set->getLHS());
    const VarDecl *Counted = localPointer(Set->getRHS());
    const auto *Method = dyn_cast<CXXMethodDecl>(Body.definition());
    if (!Field || !Counted || !Method || Body.isInLambda(Set) ||
        !any(Body.usesOf(Counted), Use::Retain) || isCalledOnce(Method) ||
        mayReleaseOld(Field, Set) || !isReleasedAtTheEnd(Field, Method))
      return;
    CountFact F = Body.fact(CountEvent::Overwritten, Method->getParent(),
                            Set->getOperatorLoc(), placeName(Set->getLHS()));
    F.Unsure = !isSetter(Method);
    Facts.addCount(F);
  }
  static const FieldDecl *ownField(const Expr *E) {
    const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParenImpCasts());
    return Member && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts())
               ? dyn_cast<FieldDecl>(Member->getMemberDecl())
               : nullptr;
  }
  /// There is no old object yet, or who calls knows that there is none.
  static bool isCalledOnce(const CXXMethodDecl *Method) {
    return isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
           Method->isStatic() || Method->getAccess() != AS_public ||
           Method->isOverloadedOperator();
  }
  /// What sets a property may be called again; what opens, starts or attaches
  /// something mostly is not.
  static bool isSetter(const CXXMethodDecl *Method) {
    static constexpr llvm::StringLiteral Words[] = {"set", "assign", "replace",
                                                    "change", "update"};
    return llvm::any_of(Words, [&](llvm::StringRef Word) {
      return plainName(Method).starts_with_insensitive(Word);
    });
  }
  /// Does this function do more with the field than to overwrite it, to compare
  /// it with another pointer and to look at its object?
  bool mayReleaseOld(const FieldDecl *Field, const BinaryOperator *Set) const {
    for (const MemberExpr *Member : Body.Members)
      if (Member->getMemberDecl() == Field &&
          !Body.contains(Set->getLHS(), Member) &&
          !isComparedWithPointer(Member) && !isLookedInto(Member))
        return true;
    // Who gets the whole object may do so, too.
    if (llvm::any_of(Body.This, [&](const CXXThisExpr *E) {
          return !isa_and_nonnull<MemberExpr>(Body.writtenParent(E));
        }))
      return true;
    return llvm::any_of(Body.Calls, [&](const CallExpr *Call) {
      const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
      const CXXMethodDecl *Method = Member ? Member->getMethodDecl() : nullptr;
      return Method && !Method->isConst() &&
             isa<CXXThisExpr>(bare(Member->getImplicitObjectArgument())) &&
             mayTouch(Method, Field);
    });
  }
  bool isComparedWithPointer(const MemberExpr *Member) const {
    const auto *Op =
        dyn_cast_or_null<BinaryOperator>(Body.writtenParent(Member));
    auto IsNull = [&](const Expr *E) {
      return E->isNullPointerConstant(Facts.context(),
                                      Expr::NPC_ValueDependentIsNotNull);
    };
    return Op && Op->isComparisonOp() && !IsNull(Op->getLHS()) &&
           !IsNull(Op->getRHS());
  }
  bool isLookedInto(const MemberExpr *Member) const {
    return isa_and_nonnull<MemberExpr>(Body.writtenParent(Member)) &&
           Body.useOf(Member) == Use::Plain;
  }
  bool mayTouch(const CXXMethodDecl *Method, const FieldDecl *Field) const {
    const FunctionDecl *Definition = bodyOf(Method);
    if (Method->isVirtual() || !Definition)
      return true;
    CountUses Other = Body.of(Definition);
    return llvm::any_of(Other.Calls,
                        [](const CallExpr *Call) {
                          return !Call->getDirectCallee() ||
                                 !isOfLibrary(Call->getDirectCallee());
                        }) ||
           llvm::any_of(Other.Members, [&](const MemberExpr *Member) {
             return Member->getMemberDecl() == Field;
           });
  }
  bool isReleasedAtTheEnd(const FieldDecl *Field,
                          const CXXMethodDecl *Method) const {
    const CXXDestructorDecl *Destructor = Method->getParent()->getDestructor();
    const FunctionDecl *Definition =
        Destructor && !Destructor->isImplicit() ? bodyOf(Destructor) : nullptr;
    if (!Definition)
      return false;
    CountUses End = Body.of(Definition);
    return llvm::any_of(End.Members, [&](const MemberExpr *Member) {
      return Member->getMemberDecl() == Field &&
             End.useOf(Member) == Use::Release;
    });
  }

  const CountUses &Body;
  CountPaths &Paths;
  FactsBuilder &Facts;
  const CountStructure &Counts;
};

} // namespace

void walkSlots(const CountUses &Body, CountPaths &Paths) {
  SlotWalk(Body, Paths).run();
}

} // namespace refcycle::analyzer
