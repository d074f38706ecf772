// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountOwned.h.

#include "extract/counts/CountOwned.h"
#include "extract/counts/CountBodies.h"
#include "extract/counts/CountCallees.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

class OwnedWalk {
public:
  OwnedWalk(const CountUses &Body, CountPaths &Paths)
      : Body(Body), Paths(Paths) {}

  void run() {
    for (const auto &[Variable, Refs] : Body.variables())
      if (const auto *Local = dyn_cast<VarDecl>(Variable);
          Local && isRawPointer(Local) && !isUsedInLambda(Local))
        visit(Local);
    if (returnsCounted())
      Body.facts().addCount(Body.fact(CountEvent::ReturnsCounted, nullptr,
                                      Body.definition()->getLocation()));
    if (startsCount())
      Body.facts().addCount(Body.fact(CountEvent::Starts, nullptr,
                                      Body.definition()->getLocation()));
  }

private:
  bool isRawPointer(const VarDecl *Variable) const {
    return Variable->hasLocalStorage() && !isa<ParmVarDecl>(Variable) &&
           Variable->getType()->isPointerType() &&
           Body.pointee(Variable->getType()) &&
           Body.counts().isCounted(Body.pointee(Variable->getType()));
  }
  bool isUsedInLambda(const VarDecl *Variable) const {
    return llvm::any_of(Body.references(Variable), [&](const DeclRefExpr *Ref) {
      return Body.isInLambda(Ref);
    });
  }

  void visit(const VarDecl *Variable) {
    const Expr *Init = Variable->getInit();
    if (!Init || isNull(Init))
      return setByCallee(Variable);
    CountOrigin From = Body.originOf(Init);
    if (countsResult(Init))
      From.Maker = nullptr; // `T *kept = value_ref(v);`
    else if (!From || (From.New && !Body.counts().startsAtOne(From.NewExpr)))
      return;
    if (any(Body.usesOf(Variable), Use::Release))
      releasedOnSomePaths(Variable, From);
    else if (From.Maker && onlyFollowed(Variable, From.Maker))
      add(Variable, From, {});
  }
  /// `T *p = nullptr; if (make(&p) < 0) return; ...`: where the object is used
  /// there is one.
  void setByCallee(const VarDecl *Variable) {
    const DeclRefExpr *Given = nullptr;
    CountOrigin From;
    From.New = newObjectIn(Body, Variable, Given);
    if (!From.New || !any(Body.usesOf(Variable), Use::Release))
      return;
    if (auto Exit = Paths.leavesAfter(
            Given, Variable,
            [&](const Stmt *S) { return ends(S, Variable, From.New, Given); },
            [&](const Stmt *S) { return usesObject(S, Variable); }))
      add(Variable, From, *Exit);
  }

  /// A method that is called on the object may keep it, and so may whoever gets
  /// the address of a part of it: such a path is none.
  void releasedOnSomePaths(const VarDecl *Variable, const CountOrigin &From) {
    bool MayBeNull = From.Maker && mayReturnNull(From.Maker);
    if (auto Exit = Paths.leavesAfter(
            bare(Variable->getInit()), Variable,
            [&](const Stmt *S) { return ends(S, Variable, From.New, nullptr); },
            [&](const Stmt *S) {
              return !MayBeNull || usesObject(S, Variable);
            }))
      add(Variable, From, *Exit);
  }
  bool ends(const Stmt *S, const VarDecl *Variable, const CXXRecordDecl *Exact,
            const DeclRefExpr *But) const {
    return llvm::any_of(Body.references(Variable), [&](const DeclRefExpr *Ref) {
      return Ref != But && !staysHere(Body, Ref, Exact) &&
             Body.contains(S, Ref);
    });
  }
  /// `p->`, `*p`
  bool usesObject(const Stmt *S, const VarDecl *Variable) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    return Ref && Ref->getDecl() == Variable &&
           isa_and_nonnull<MemberExpr>(Body.meaningfulParent(Ref));
  }
  /// False if the body is known and never does: `return nullptr`. Whoever
  /// calls such a function may learn in another way that there is no object.
  bool mayReturnNull(const FunctionDecl *Maker) const {
    const auto *Method = dyn_cast<CXXMethodDecl>(Maker);
    const FunctionDecl *Definition = bodyOf(Maker);
    if (!Definition || (Method && Method->isVirtual()))
      return true;
    CountUses Made = Body.of(Definition);
    return llvm::any_of(Made.Returns, [&](const ReturnStmt *Return) {
      const VarDecl *Through = nullptr;
      return !Return->getRetValue() ||
             !Made.originThroughLocal(Return->getRetValue(), Through);
    });
  }

  /// Nothing is done with the pointer but to look at the object and to go on to
  /// another one (`p = p->parent()`).
  bool onlyFollowed(const VarDecl *Variable, const FunctionDecl *Maker) const {
    return llvm::all_of(Body.references(Variable), [&](const DeclRefExpr *Ref) {
      const auto *Set =
          dyn_cast_or_null<BinaryOperator>(Body.writtenParent(Ref));
      if (Set && Set->getOpcode() == BO_Assign &&
          Set->getLHS()->IgnoreParenImpCasts() == Ref)
        return bool(Body.originOf(Set->getRHS()).Maker);
      return Body.useOf(Ref) == Use::Plain &&
             (isAskedBy(Maker, Ref) || staysHere(Body, Ref));
    });
  }
  bool isAskedBy(const FunctionDecl *Maker, const DeclRefExpr *Ref) const {
    const auto *Member =
        dyn_cast_or_null<MemberExpr>(Body.meaningfulParent(Ref));
    return Member && Member->getMemberDecl()->getCanonicalDecl() ==
                         Maker->getCanonicalDecl();
  }

  void add(const VarDecl *Variable, const CountOrigin &From,
           SourceLocation Exit) {
    CountFact F =
        Body.fact(CountEvent::Unreleased, Body.pointee(Variable->getType()),
                  Variable->getLocation(), Variable->getName());
    if (From.Maker)
      F.Callee = Body.facts().function(From.Maker);
    if (Exit.isValid())
      F.Exit = Body.facts().loc(Exit);
    Body.facts().addCount(F);
  }

  //===--- Functions that return a count ----------------------------------===//

  /// Is a count taken on what each `return` gives, null aside, by this function
  /// and for nobody else?
  bool returnsCounted() const {
    if (!Body.definition()->getReturnType()->isPointerType() ||
        Body.Returns.empty())
      return false;
    const VarDecl *Counted = nullptr;
    bool Any = false;
    for (const ReturnStmt *Return : Body.Returns) {
      const Expr *Value = Return->getRetValue();
      if (!Value || Body.isInLambda(Return))
        return false;
      if (isNull(Value))
        continue;
      Any = true;
      if (countsWhatItFinds(Value))
        continue;
      const VarDecl *Variable = localPointer(Value);
      if (!Variable || isa<ParmVarDecl>(Variable) ||
          (Counted && Counted != Variable))
        return false;
      Counted = Variable;
    }
    return Any && (!Counted || isCountedBeforeReturn(Counted));
  }
  bool countsResult(const Expr *Value) const {
    const auto *Call = dyn_cast<CallExpr>(bare(Value));
    return Call && Call->getType()->isPointerType() &&
           Body.counts().step(Call) == CountStep::Retain;
  }
  /// `return value_ref(v->parent)`; of a parameter it is a second name for
  /// counting.
  bool countsWhatItFinds(const Expr *Value) const {
    if (!countsResult(Value))
      return false;
    const Expr *Counted = countedExpr(cast<CallExpr>(bare(Value)));
    return !isa_and_nonnull<ParmVarDecl>(localPointer(Counted)) &&
           !isa<CXXThisExpr>(bare(Counted));
  }
  bool isCountedBeforeReturn(const VarDecl *Variable) const {
    std::vector<Use> Uses = Body.usesOf(Variable);
    if (!any(Uses, Use::Retain) || isUsedInLambda(Variable) ||
        !only(Uses, {Use::Plain, Use::Retain, Use::Returned}))
      return false;
    return Paths.alwaysPasses(Variable, [&](const Stmt *S) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      if (Return && isNull(Return->getRetValue()))
        return true;
      return llvm::any_of(
          Body.references(Variable), [&](const DeclRefExpr *Ref) {
            return Body.useOf(Ref) == Use::Retain && Body.contains(S, Ref);
          });
    });
  }
  bool isNull(const Expr *Value) const {
    return Value->isNullPointerConstant(Body.facts().context(),
                                        Expr::NPC_ValueDependentIsNotNull);
  }

  /// `void object_init(Object *o) { o->refs = 1; }`
  bool startsCount() const {
    const FunctionDecl *Function = Body.definition();
    if (isa<CXXMethodDecl>(Function) || !Function->getNumParams() ||
        !Function->getReturnType()->isVoidType())
      return false;
    const ParmVarDecl *Object = Function->getParamDecl(0);
    const CXXRecordDecl *Class = Object->getType()->isPointerType()
                                     ? Body.pointee(Object->getType())
                                     : nullptr;
    const FieldDecl *Counter = Class && Body.counts().isCounted(Class)
                                   ? Body.counts().counterFor(Class)
                                   : nullptr;
    return Counter && setsCountToOne(Body, Object, Counter) &&
           llvm::all_of(Body.references(Object), [&](const DeclRefExpr *Ref) {
             return staysHere(Body, Ref);
           });
  }

  const CountUses &Body;
  CountPaths &Paths;
};

} // namespace

void walkOwned(const CountUses &Body, CountPaths &Paths) {
  OwnedWalk(Body, Paths).run();
}

static bool assignsOne(const CountUses &Body, const VarDecl *Variable,
                       const FieldDecl *Counter) {
  return llvm::any_of(Body.references(Variable), [&](const DeclRefExpr *Ref) {
    const Stmt *Field = Body.meaningfulParent(Ref);
    while (isa_and_nonnull<MemberExpr>(Field) &&
           cast<MemberExpr>(Field)->getMemberDecl() != Counter)
      Field = Body.writtenParent(Field);
    const auto *Set = dyn_cast_or_null<BinaryOperator>(
        Field ? Body.writtenParent(Field) : nullptr);
    Expr::EvalResult Value;
    return Set && Set->getOpcode() == BO_Assign &&
           Body.contains(Set->getLHS(), Ref) && isa<MemberExpr>(Field) &&
           !Set->getRHS()->isValueDependent() &&
           Set->getRHS()->EvaluateAsInt(Value, Body.facts().context()) &&
           Value.Val.getInt() == 1;
  });
}

/// The free function that gets the pointer as its first argument; null: none.
static const FunctionDecl *starterOf(const CountUses &Body,
                                     const DeclRefExpr *Pointer) {
  const auto *Call = dyn_cast_or_null<CallExpr>(Body.meaningfulParent(Pointer));
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && !isa<CXXMethodDecl>(Callee) && Callee->getNumParams() &&
                 localPointer(Call->getArg(0)) == Pointer->getDecl()
             ? Callee
             : nullptr;
}

bool setsCountToOne(const CountUses &Body, const VarDecl *Variable,
                    const FieldDecl *Counter) {
  return assignsOne(Body, Variable, Counter) ||
         llvm::any_of(Body.references(Variable), [&](const DeclRefExpr *Ref) {
           const FunctionDecl *Starter = starterOf(Body, Ref);
           const FunctionDecl *Definition = Starter ? bodyOf(Starter) : nullptr;
           return Definition &&
                  assignsOne(Body.of(Definition), Definition->getParamDecl(0),
                             Counter);
         });
}

const FunctionDecl *startedElsewhere(const CountUses &Body,
                                     const VarDecl *Variable) {
  const FunctionDecl *Found = nullptr;
  for (const DeclRefExpr *Ref : Body.references(Variable)) {
    if (only(Body.useOf(Ref), {Use::Plain, Use::Returned}))
      continue;
    const FunctionDecl *Starter = starterOf(Body, Ref);
    if (Found || !Starter || bodyOf(Starter))
      return nullptr;
    Found = Starter;
  }
  return Found;
}

} // namespace refcycle::analyzer
