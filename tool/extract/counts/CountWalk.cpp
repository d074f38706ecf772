// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountWalk.h. Where a pointer is passed on, nothing is said.

#include "extract/counts/CountWalk.h"
#include "extract/counts/CountCallees.h"
#include "extract/counts/CountHandOver.h"
#include "extract/counts/CountHandles.h"
#include "extract/counts/CountOwned.h"
#include "extract/counts/CountPaths.h"
#include "extract/counts/CountSlots.h"
#include "extract/counts/CountUses.h"
#include "extract/counts/TwoOwners.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

class CountWalk {
public:
  CountWalk(FactsBuilder &Facts, const ModelTable &Models,
            const CountStructure &Counts, const FunctionDecl *Definition)
      : Facts(Facts), Counts(Counts), Definition(Definition),
        Body(Facts, Models, Counts, Definition),
        Paths(Definition, Facts.context()) {}

  void run() {
    for (const CXXConstructExpr *Made : Body.Constructions)
      handed(Made, Made->getConstructor(),
             llvm::ArrayRef(Made->getArgs(), Made->getNumArgs()));
    for (const CallExpr *Call : Body.Calls)
      visitCall(Call);
    visitReturns();
    walkHandOvers(Body, Paths);
    walkOwned(Body, Paths);
    walkSlots(Body, Paths);
    walkOwners(Body, Paths);
  }

private:
  //===--- Facts ---------------------------------------------------------===//
  void noteBirth(const CXXRecordDecl *Object) {
    if (!Counts.startsAtOne(Object))
      return;
    CountFact Born;
    Born.Event = CountEvent::Born;
    Born.Object = Facts.record(Object);
    Born.Name = Facts.string("");
    Born.Loc = Facts.loc({});
    Facts.addCount(Born);
  }

  /// `Class::member` or the variable that a new handle is.
  std::string destination(const Stmt *S) const {
    for (const Stmt *At = S; At; At = Body.parent(At)) {
      if (const auto *Declared = dyn_cast<DeclStmt>(At))
        return Declared->isSingleDecl()
                   ? cast<NamedDecl>(Declared->getSingleDecl())
                         ->getNameAsString()
                   : "";
      const auto *Op = dyn_cast<CXXOperatorCallExpr>(At);
      if (Op && Op->getOperator() == OO_Equal)
        return placeName(Op->getArg(0));
      if (const auto *Call = dyn_cast<CXXMemberCallExpr>(At))
        if (const Expr *Object = Call->getImplicitObjectArgument())
          return placeName(Object);
      if (isa<CompoundStmt>(At))
        return "";
    }
    return "";
  }
  //===--- Handing to a handle --------------------------------------------===//
  void handed(const Expr *Where, const FunctionDecl *Taker,
              llvm::ArrayRef<const Expr *> Arguments) {
    if (Arguments.empty() || !Body.pointee(Arguments[0]->getType()) ||
        Body.takerRetains(Taker, Arguments) != true)
      return;
    const CXXRecordDecl *Object = Body.pointee(Arguments[0]->getType());
    const VarDecl *Through = nullptr;
    CountOrigin From = Body.originThroughLocal(Arguments[0], Through);
    if (!Through)
      Through = localPointer(Arguments[0]);
    const DeclRefExpr *Given = nullptr;
    if (!From && Through && !isa<ParmVarDecl>(Through))
      From.New = newObjectIn(Body, Through, Given);
    std::vector<Use> Uses;
    if (Through)
      for (const DeclRefExpr *Ref : Body.references(Through))
        if (Ref != Given)
          Uses.push_back(Body.useOf(Ref));
    if (Through && any(Uses, Use::Retain) &&
        only(Uses, {Use::Plain, Use::Retain, Use::Handed})) {
      CountFact F = Body.fact(CountEvent::Doubled, Object, Where->getExprLoc(),
                              Through->getName());
      F.Unsure = !From.New;
      Facts.addCount(F);
      return;
    }
    if (!From || !only(Uses, {Use::Plain, Use::Handed}) ||
        Body.releasesHere(From.New ? From.New : Object))
      return;
    if (From.New) {
      Object = From.New;
      noteBirth(Object);
    }
    CountFact F = Body.fact(CountEvent::Retained, Object, Where->getExprLoc(),
                            destination(Where));
    if (From.Maker)
      F.Callee = Facts.function(From.Maker);
    Facts.addCount(F);
  }

  /// A new object with its count goes to nothing but functions that count it
  /// once more for themselves.
  void kept(const CallExpr *Call, unsigned Argument) {
    const VarDecl *Through = nullptr;
    CountOrigin From = Body.originThroughLocal(Call->getArg(Argument), Through);
    const CXXRecordDecl *Object =
        From.New ? From.New : Body.pointee(Call->getArg(Argument)->getType());
    if (!From || !Object || Body.releasesHere(Object) ||
        (From.New ? !Counts.startsAtOne(From.New)
                  : !Counts.isCounted(Object)) ||
        !keepsWithOwnCount(Body, Call, Argument))
      return;
    if (Through &&
        llvm::any_of(Body.references(Through), [&](const DeclRefExpr *Ref) {
          return Body.useOf(Ref) != Use::Plain && !isKept(Ref);
        }))
      return;
    const FunctionDecl *Taker = Call->getDirectCallee();
    CountFact F = Body.fact(CountEvent::Retained, Object, Call->getExprLoc(),
                            Facts.names().qualified(Taker));
    if (From.New)
      noteBirth(Object);
    else
      F.Callee = Facts.function(From.Maker);
    Facts.addCount(F);
  }
  /// Is the pointer an argument of such a function?
  bool isKept(const DeclRefExpr *Ref) const {
    const auto *Call = dyn_cast_or_null<CallExpr>(Body.meaningfulParent(Ref));
    if (!Call)
      return false;
    for (unsigned I = 0; I < Call->getNumArgs(); ++I)
      if (Call->getArg(I)->IgnoreParenCasts() == Ref)
        return keepsWithOwnCount(Body, Call, I);
    return false;
  }

  //===--- Calls ---------------------------------------------------------===//
  void visitCall(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return;
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call)) {
      if (Op->getOperator() == OO_Equal && Op->getNumArgs() == 2)
        handed(Op, Callee, llvm::ArrayRef(Op->getArgs() + 1, 1));
      return;
    }
    for (unsigned I = 0; I < Call->getNumArgs(); ++I)
      kept(Call, I);
    handed(Call, Callee, llvm::ArrayRef(Call->getArgs(), Call->getNumArgs()));
    if (const CXXMemberCallExpr *Out = Body.givenOut(Call))
      return givenOut(Out);
    switch (Counts.step(Call)) {
    case CountStep::Retain:
      return retained(Call);
    case CountStep::Release:
      return Facts.addCount(Body.fact(CountEvent::Released,
                                      Body.countedBy(Call), Call->getExprLoc(),
                                      memberBehind(countedExpr(Call))));
    case CountStep::None:
      return;
    }
  }
  void givenOut(const CXXMemberCallExpr *Call) {
    const CXXRecordDecl *Object = Body.pointee(Call->getType());
    if (!Object || Body.releasesHere(Object))
      return;
    const Stmt *Parent = Body.meaningfulParent(Call);
    CountFact F = Body.fact(CountEvent::Dropped, Object, Call->getExprLoc(),
                            Call->getMethodDecl()->getNameAsString());
    F.Unsure = leavesRaw(Call->getImplicitObjectArgument());
    if (!Parent || isa<CompoundStmt, IfStmt, CastExpr>(Parent)) {
      // Who writes `(void)` may have meant it.
      F.Unsure |= isa_and_nonnull<CastExpr>(Parent);
      return Facts.addCount(F);
    }
    if (const auto *Taker = dyn_cast<CallExpr>(Parent))
      if (auto Exit = forgottenBy(Taker, Call)) {
        F.Exit = Facts.loc(*Exit);
        return Facts.addCount(F);
      }
    // A handle that takes a count of its own leaves the first one behind.
    if (Body.useOf(Call) == Use::Handed)
      return Facts.addCount(F);
    const auto *Declared = dyn_cast<DeclStmt>(Parent);
    if (!Declared || !Declared->isSingleDecl())
      return;
    const auto *Variable = dyn_cast<VarDecl>(Declared->getSingleDecl());
    if (!Variable || !Variable->hasLocalStorage())
      return;
    std::vector<Use> Uses = Body.usesOf(Variable);
    if (only(Uses, {Use::Plain, Use::Handed}))
      return Facts.addCount(F);
    if (auto Exit = forgottenBy(Variable)) {
      F.Exit = Facts.loc(*Exit);
      return Facts.addCount(F);
    }
    notePut(Body, Variable, Object);
  }

  /// Where the function that gets the pointer forgets it on one of its paths.
  std::optional<SourceLocation> forgottenBy(const CallExpr *Taker,
                                            const Expr *Pointer) const {
    for (unsigned I = 0; I < Taker->getNumArgs(); ++I)
      if (Body.contains(Taker->getArg(I), Pointer))
        return forgetsOnAPath(Body, Taker, I);
    return std::nullopt;
  }
  /// A variable of which nothing else is done but to look at the object.
  std::optional<SourceLocation> forgottenBy(const VarDecl *Variable) const {
    const DeclRefExpr *Given = nullptr;
    for (const DeclRefExpr *Ref : Body.references(Variable)) {
      if (staysHere(Body, Ref))
        continue;
      if (Given)
        return std::nullopt;
      Given = Ref;
    }
    const auto *Taker = dyn_cast_or_null<CallExpr>(
        Given ? Body.meaningfulParent(Given) : nullptr);
    return Taker ? forgottenBy(Taker, Given) : std::nullopt;
  }

  /// Was the pointer of this handle also given away raw?
  bool leavesRaw(const Expr *Handle) const {
    const VarDecl *Variable = localPointer(Handle);
    return Variable && any(Body.usesOf(Variable), Use::Passed);
  }

  /// `T *own = p->ref();`: the count goes where the result goes.
  bool goesOn(const CallExpr *Call) const {
    return Call->getType()->isPointerType() && Body.meaningfulParent(Call) &&
           Body.useOf(Call) != Use::Plain;
  }
  void retained(const CallExpr *Call) {
    const Expr *E = countedExpr(Call);
    const CXXRecordDecl *Object = Body.countedBy(Call);
    const VarDecl *Variable = E ? localPointer(E) : nullptr;
    if (!Object || !Variable || goesOn(Call))
      return;
    std::vector<Use> Uses = Body.usesOf(Variable);
    if (any(Uses, Use::Release)) {
      if (!only(Uses, {Use::Plain, Use::Retain, Use::Release}))
        return;
      if (auto Exit = Paths.leavesAt(
              Call, Variable,
              [&](const Stmt *S) { return releases(S, Variable); },
              [](const Stmt *, const Expr *) { return true; })) {
        CountFact F = Body.fact(CountEvent::Unbalanced, Object,
                                Call->getExprLoc(), Variable->getName());
        F.Exit = Facts.loc(*Exit);
        Facts.addCount(F);
      }
      return;
    }
    if (only(Uses, {Use::Plain, Use::Retain}) && !isa<ParmVarDecl>(Variable)) {
      CountFact F = Body.fact(CountEvent::Unbalanced, Object,
                              Call->getExprLoc(), Variable->getName());
      F.Unsure = true;
      Facts.addCount(F);
      return;
    }
    notePut(Body, Variable, Object);
  }
  bool releases(const Stmt *S, const VarDecl *Variable) const {
    return llvm::any_of(Body.references(Variable), [&](const DeclRefExpr *Ref) {
      return Body.useOf(Ref) == Use::Release && Body.contains(S, Ref);
    });
  }

  //===--- Factories ------------------------------------------------------===//
  void visitReturns() {
    if (!Definition->getReturnType()->isPointerType() || Body.Returns.empty())
      return;
    const CXXRecordDecl *Object = nullptr;
    const FunctionDecl *StartedBy = nullptr;
    bool Counted = false;
    for (const ReturnStmt *Return : Body.Returns) {
      const Expr *Value = Return->getRetValue();
      if (!Value)
        return;
      if (Value->isNullPointerConstant(Facts.context(),
                                       Expr::NPC_ValueDependentIsNotNull))
        continue;
      const VarDecl *Through = nullptr;
      CountOrigin From = Body.originThroughLocal(Value, Through);
      if (Body.givenOut(Value)) {
        Counted = true;
        continue;
      }
      if (isFresh(From) && Through)
        if (const FunctionDecl *Starter = startedElsewhere(Body, Through)) {
          if (StartedBy && StartedBy != Starter)
            return;
          StartedBy = Starter;
          continue;
        }
      bool Sure = isMadeWithOne(From, Through);
      if ((!From.New && !Sure) ||
          (Through && !only(Body.usesOf(Through), {Use::Plain, Use::Returned})))
        return;
      if (Sure)
        Counted = true;
      else
        Object = From.New;
    }
    if (Object)
      noteBirth(Object);
    if (Object ? Counted || StartedBy : !Counted && !StartedBy)
      return;
    CountFact F =
        Body.fact(CountEvent::ReturnsBorn, Object, Definition->getLocation());
    if (StartedBy)
      F.Callee = Facts.function(StartedBy);
    Facts.addCount(F);
  }

  /// `new T`, `malloc(n)`
  static bool isFresh(const CountOrigin &From) {
    return From.New ||
           (From.Maker && From.Maker->getReturnType()->isVoidPointerType());
  }
  /// Does this function start the count of this object, where the class does
  /// not: `new T{1}`; `T *v = (T *)malloc(n); v->refs = 1;`?
  bool isMadeWithOne(const CountOrigin &From, const VarDecl *Through) const {
    if (From.New)
      if (Counts.startsAtOne(From.New) || Counts.startsAtOne(From.NewExpr))
        return !Counts.startsAtOne(From.New);
    const CXXRecordDecl *Class =
        Through ? Body.pointee(Through->getType()) : nullptr;
    const FieldDecl *Counter = Class ? Counts.counterFor(Class) : nullptr;
    return isFresh(From) && Counter && setsCountToOne(Body, Through, Counter);
  }

  FactsBuilder &Facts;
  const CountStructure &Counts;
  const FunctionDecl *Definition;
  CountUses Body;
  CountPaths Paths;
};

} // namespace

void walkCounts(FactsBuilder &Facts, const ModelTable &Models,
                const CountStructure &Counts, const FunctionDecl *Definition) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Definition);
  if (Method &&
      (Method->isCopyAssignmentOperator() ||
       Method->isMoveAssignmentOperator()) &&
      forgetsOld(Counts, Method)) {
    CountFact F;
    F.Event = CountEvent::Overwritten;
    F.In = Facts.function(Definition);
    F.Object = Facts.record(Method->getParent());
    F.Name = Facts.string("");
    F.Loc = Facts.loc(Definition->getLocation());
    Facts.addCount(F);
  }
  // A handle's own functions and the functions that count are the mechanism.
  if (Method && !Method->isStatic() &&
      Facts.shapes().isPlace(
          Facts.context().getCanonicalTagType(Method->getParent())))
    return;
  if (CountStep Step = Counts.step(Definition); Step != CountStep::None) {
    if (Method && Step == CountStep::Release &&
        !CountStructure::isNamedStep(Method))
      noteRelease(CountUses(Facts, Models, Counts, Definition));
    return;
  }
  CountWalk(Facts, Models, Counts, Definition).run();
}

} // namespace refcycle::analyzer
