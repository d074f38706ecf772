// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountHandOver.h.

#include "extract/counts/CountHandOver.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

/// Null: `this`, or a structured binding.
const VarDecl *capturedVariable(const LambdaCapture &Capture) {
  return Capture.capturesVariable()
             ? dyn_cast<VarDecl>(Capture.getCapturedVar())
             : nullptr;
}

//===----------------------------------------------------------------------===//
// The function that takes the count
//===----------------------------------------------------------------------===//

/// A pointer among the arguments of one call.
struct GivenPointer {
  const VarDecl *Variable = nullptr; ///< Null: `this`, or what a handle gave.
  const CXXRecordDecl *Object = nullptr;
  std::string Name;
  bool HasCount = false; ///< Known from the expression itself.
};

/// The callbacks and the pointers in the arguments of one call, also of those
/// that stand in a lambda's captures or in a `bind(...)` there.
class Arguments {
public:
  Arguments(const CountUses &Body, const CallExpr *Call) : Body(Body) {
    for (const Expr *Argument : Call->arguments())
      collect(Argument, 0);
  }
  std::vector<const FunctionDecl *> Callbacks;
  std::vector<GivenPointer> Pointers;

private:
  static constexpr unsigned MaxDepth = 4;

  void collect(const Expr *E, unsigned Depth) {
    if (const CXXMemberCallExpr *Out = Body.givenOut(E))
      return add({nullptr, Body.pointee(Out->getType()),
                  Out->getMethodDecl()->getNameAsString(), true});
    E = bare(E);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return named(Ref);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
      return captured(Lambda);
    if (isa<CXXThisExpr>(E))
      return add({nullptr, Body.pointee(E->getType()), "this", false});
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E))
      return pointerOf(Call);
    if (Depth == MaxDepth || isa<CXXOperatorCallExpr>(E))
      return;
    if (const auto *Made = dyn_cast<CXXConstructExpr>(E))
      for (const Expr *Argument : Made->arguments())
        collect(Argument, Depth + 1);
    if (const auto *Call = dyn_cast<CallExpr>(E)) // `bind(f, p)`
      for (const Expr *Argument : Call->arguments())
        collect(Argument, Depth + 1);
  }
  /// `handle.get()` of a handle whose object is counted by hand, too.
  void pointerOf(const CXXMemberCallExpr *Call) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    const VarDecl *Handle = localPointer(Call->getImplicitObjectArgument());
    if (Handle && Method && Body.isStrongHandle(Method->getParent()) &&
        Call->getType()->isPointerType())
      add({Handle, Body.pointee(Call->getType()), Handle->getNameAsString(),
           false});
  }
  void named(const DeclRefExpr *Ref) {
    if (const auto *Function = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Callbacks.push_back(Function);
    const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl());
    if (Variable && Variable->hasLocalStorage() &&
        Variable->getType()->isPointerType())
      add({Variable, Body.pointee(Variable->getType()),
           Variable->getNameAsString(), false});
  }
  void captured(const LambdaExpr *Lambda) {
    if (const CXXMethodDecl *Call = lambdaBody(Lambda->getLambdaClass()))
      Callbacks.push_back(Call);
    for (const LambdaCapture &Capture : Lambda->captures()) {
      if (Capture.capturesThis())
        add({nullptr, thisClass(), "this", false});
      const VarDecl *Variable = capturedVariable(Capture);
      if (Variable && Capture.getCaptureKind() == LCK_ByCopy &&
          Variable->getType()->isPointerType())
        add({Variable, Body.pointee(Variable->getType()),
             Variable->getNameAsString(), false});
    }
  }
  const CXXRecordDecl *thisClass() const {
    const auto *Method = dyn_cast<CXXMethodDecl>(Body.definition());
    return Method ? Method->getParent() : nullptr;
  }
  void add(GivenPointer Pointer) {
    if (Pointer.Object)
      Pointers.push_back(std::move(Pointer));
  }

  const CountUses &Body;
};

class Giver {
public:
  explicit Giver(const CountUses &Body) : Body(Body) {}

  void run() {
    for (const CallExpr *Call : Body.Calls)
      if (!isa<CXXOperatorCallExpr>(Call) && Call->getNumArgs() &&
          Body.counts().step(Call) == CountStep::None)
        visit(Call);
    countsItself();
  }

private:
  void visit(const CallExpr *Call) {
    Arguments In(Body, Call);
    if (In.Callbacks.empty())
      return;
    for (const GivenPointer &Pointer : In.Pointers) {
      if (!Pointer.HasCount && !holdsCount(Pointer))
        continue;
      for (const FunctionDecl *Callback : In.Callbacks) {
        CountFact F = Body.fact(CountEvent::Entrusted, Pointer.Object,
                                Call->getExprLoc(), Pointer.Name);
        F.Callee = Body.facts().function(Callback);
        Body.facts().addCount(F);
        if (Body.counts().step(Callback) != CountStep::Release)
          continue;
        // A callback that does nothing else.
        F.Event = CountEvent::GivenBack;
        F.In = std::exchange(F.Callee, FunctionId::none());
        Body.facts().addCount(F);
      }
    }
  }
  bool holdsCount(const GivenPointer &Pointer) const {
    if (!Pointer.Variable)
      return countsThis();
    const Expr *Init = Pointer.Variable->getInit();
    if (Init && Pointer.Variable->getType()->isPointerType()) {
      if (Body.givenOut(Init))
        return true;
      const CXXRecordDecl *New = Body.originOf(Init).New;
      if (New && Body.counts().startsAtOne(New))
        return true;
    }
    return llvm::any_of(Body.references(Pointer.Variable),
                        [&](const DeclRefExpr *Ref) {
                          return Body.isCountedAt(Ref) && !Body.isInLambda(Ref);
                        });
  }
  bool countsThis() const {
    return llvm::any_of(Body.This, [&](const CXXThisExpr *E) {
      return Body.isCountedAt(E) && !Body.isInLambda(E);
    });
  }

  /// `tryRef`, `refIfAlive`: one more way to count, for whoever calls it.
  static bool isNamedForCounting(const CXXMethodDecl *Method) {
    llvm::StringRef Name =
        Method->getIdentifier() ? Method->getName() : llvm::StringRef();
    return Name.contains_insensitive("ref") ||
           Name.contains_insensitive("retain");
  }

  /// `AddRef();` in a method that does not give it back itself. Whoever gets
  /// `this` from it may do so.
  void countsItself() {
    const auto *Method = dyn_cast<CXXMethodDecl>(Body.definition());
    if (!Method || isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
        Method->getParent()->isLambda() || isNamedForCounting(Method))
      return;
    const CXXThisExpr *Counted = nullptr;
    bool LeavesRaw = false;
    for (const CXXThisExpr *E : Body.This) {
      Use U = Body.useOf(E);
      // Given back, or the count goes where the pointer goes.
      if (U == Use::Release || U == Use::Stored || U == Use::Returned)
        return;
      if (U == Use::Retain && !Body.isInLambda(E))
        Counted = E;
      LeavesRaw |= U == Use::Passed;
    }
    if (!Counted)
      return;
    CountFact F = Body.fact(CountEvent::SelfRetained, Method->getParent(),
                            Counted->getExprLoc(), "this");
    F.Unsure = LeavesRaw;
    Body.facts().addCount(F);
  }

  const CountUses &Body;
};

//===----------------------------------------------------------------------===//
// The function that gives it back
//===----------------------------------------------------------------------===//

/// Names that stand for "all went well".
bool saysSuccess(llvm::StringRef Name) {
  static constexpr llvm::StringLiteral Words[] = {
      "ok", "success", "succeeded", "none", "noerror", "no_error"};
  return llvm::any_of(Words, [&](llvm::StringRef Word) {
    return Name.ends_with_insensitive(Word);
  });
}

/// What is done with one pointer that a function was given.
class Receiver {
public:
  Receiver(const CountUses &Body, CountPaths &Paths, std::string Name)
      : Body(Body), Paths(Paths), Name(std::move(Name)) {}

  void add(const VarDecl *Variable) {
    Variables.push_back(Variable);
    for (const DeclRefExpr *Ref : Body.references(Variable))
      if (const VarDecl *Alias = aliasMadeOf(Ref))
        add(Alias);
      else
        add(Ref);
  }
  void add(const Expr *E) {
    if (!Body.isInLambda(E))
      Uses.push_back({E, Body.useOf(E)});
  }

  void run() {
    auto Given = llvm::find_if(
        Uses, [](const auto &U) { return U.second == Use::Release; });
    if (Given == Uses.end())
      return;
    const CXXRecordDecl *Object = Body.pointee(castOf(Given->first)->getType());
    if (!Object)
      return;
    FactsBuilder &Facts = Body.facts();
    Facts.addCount(Body.fact(CountEvent::GivenBack, Object,
                             Given->first->getExprLoc(), Name));
    auto AnyBranch = [](const Stmt *, const Expr *) { return true; };
    auto HandsOn = [&](const Stmt *S) { return uses(S, /*Plain=*/false); };
    auto Mentions = [&](const Stmt *S) { return uses(S, /*Plain=*/true); };
    auto IsStatus = [&](const Stmt *Branch, const Expr *Condition) {
      return !isa<SwitchStmt>(Branch) && testsStatus(Condition);
    };
    const VarDecl *Pointer = Variables.empty() ? nullptr : Variables.back();
    auto End = Paths.leavesAt(nullptr, Pointer, HandsOn, AnyBranch);
    if (!End)
      return;
    auto Silent = Paths.leavesAt(nullptr, Pointer, Mentions, IsStatus);
    bool OneCall = Body.definition()->getReturnType()->isVoidType();
    CountFact F =
        Body.fact(CountEvent::Mislaid, Object, Silent ? *Silent : *End, Name);
    F.Unsure = !Silent || !OneCall;
    Facts.addCount(F);
  }

private:
  /// The variable that is nothing but this pointer under another type.
  const VarDecl *aliasMadeOf(const DeclRefExpr *Ref) const {
    const auto *Declared =
        dyn_cast_or_null<DeclStmt>(Body.meaningfulParent(Ref));
    const auto *Alias = Declared && Declared->isSingleDecl()
                            ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                            : nullptr;
    return Alias && Alias->getType()->isPointerOrReferenceType() ? Alias
                                                                 : nullptr;
  }
  /// The pointer as what it is known as: `void *` says nothing.
  const Expr *castOf(const Expr *E) const {
    const Stmt *At = E;
    while (isa_and_nonnull<Expr>(At) &&
           !Body.pointee(cast<Expr>(At)->getType()))
      At =
          isa<CastExpr, ParenExpr>(Body.parent(At)) ? Body.parent(At) : nullptr;
    return At ? cast<Expr>(At) : E;
  }
  bool uses(const Stmt *S, bool Plain) const {
    return llvm::any_of(Uses,
                        [&](const auto &U) {
                          bool Counts = Plain || (U.second != Use::Plain &&
                                                  U.second != Use::Handed &&
                                                  U.second != Use::Retain);
                          return Counts && Body.contains(S, U.first);
                        }) ||
           (isa<LambdaExpr>(S) && capturesIt(cast<LambdaExpr>(S)));
  }
  bool capturesIt(const LambdaExpr *Lambda) const {
    return llvm::any_of(Lambda->captures(), [&](const LambdaCapture &C) {
      return C.capturesThis() ||
             llvm::is_contained(Variables, capturedVariable(C));
    });
  }

  /// Is the condition about how the operation ended (`status < 0`, `!ok`,
  /// `result != SUCCESS`), and not about what happened (`event == CLOSED`),
  /// after which the callback may be called again?
  bool testsStatus(const Expr *E) const {
    E = E->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(E))
      return Not->getOpcode() == UO_LNot && testsStatus(Not->getSubExpr());
    if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
      if (Op->isLogicalOp())
        return testsStatus(Op->getLHS()) && testsStatus(Op->getRHS());
      return Op->isComparisonOp() && isOwnParameter(Op->getLHS()) &&
             meansSuccess(Op->getRHS());
    }
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E))
      return Call->getNumArgs() == 0 &&
             isOwnParameter(Call->getImplicitObjectArgument());
    return isOwnParameter(E);
  }
  bool isOwnParameter(const Expr *E) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
    const auto *Parameter =
        Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
    return Parameter && !llvm::is_contained(Variables, Parameter) &&
           Parameter->getDeclContext() == Body.definition();
  }
  bool meansSuccess(const Expr *E) const {
    E = E->IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return saysSuccess(Ref->getDecl()->getNameAsString());
    Expr::EvalResult Value;
    return E->isNullPointerConstant(Body.facts().context(),
                                    Expr::NPC_ValueDependentIsNotNull) ||
           (!E->isValueDependent() &&
            E->EvaluateAsInt(Value, Body.facts().context()) &&
            Value.Val.getInt() == 0);
  }

  const CountUses &Body;
  CountPaths &Paths;
  std::string Name;
  std::vector<const VarDecl *> Variables; ///< The pointer and its aliases.
  std::vector<std::pair<const Expr *, Use>> Uses;
};

void receive(const CountUses &Body, CountPaths &Paths) {
  const FunctionDecl *Definition = Body.definition();
  if (Body.adopts(Definition))
    return; // The mechanism itself.
  for (const ParmVarDecl *Parameter : Definition->parameters())
    if (Parameter->getType()->isPointerType()) {
      Receiver R(Body, Paths, Parameter->getNameAsString());
      R.add(Parameter);
      R.run();
    }
  const auto *Method = dyn_cast<CXXMethodDecl>(Definition);
  if (!Method || isa<CXXConstructorDecl, CXXDestructorDecl>(Method))
    return;
  Receiver Itself(Body, Paths, "this");
  for (const CXXThisExpr *E : Body.This)
    Itself.add(E);
  Itself.run();
  if (!Method->getParent()->isLambda())
    return;
  for (const LambdaCapture &Capture : Method->getParent()->captures()) {
    const VarDecl *Variable = capturedVariable(Capture);
    if (!Variable || !Variable->getType()->isPointerType())
      continue;
    Receiver R(Body, Paths, Variable->getNameAsString());
    R.add(Variable);
    R.run();
  }
}

} // namespace

void noteRelease(const CountUses &Body) {
  const auto *Method = cast<CXXMethodDecl>(Body.definition());
  Body.facts().addCount(Body.fact(CountEvent::GivenBack, Method->getParent(),
                                  Method->getLocation(), "this"));
}

void walkHandOvers(const CountUses &Body, CountPaths &Paths) {
  Giver(Body).run();
  receive(Body, Paths);
}

} // namespace refcycle::analyzer
