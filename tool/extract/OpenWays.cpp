// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading conditions.

#include "extract/OpenWays.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace refcycle::analyzer {

// Conditions call getters that call getters.
static constexpr unsigned MaxDepth = 8;

namespace {

/// Finds the assignments to one member in a body.
struct WriteVisitor : ConstDynamicRecursiveASTVisitor {
  WriteVisitor(const TypeShapes &Shapes, const FieldDecl *Field)
      : Shapes(Shapes), Field(Field) {}

  const TypeShapes &Shapes;
  const FieldDecl *Field;
  const FunctionDecl *In = nullptr; ///< Or the body of a lambda inside.
  /// By function; null: something unknown.
  std::vector<std::pair<const FunctionDecl *, const Expr *>> Values;
  bool Counts = false;
  bool StoresHandles = false;

  bool isField(const Expr *E) const {
    const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParenImpCasts());
    return Member && Member->getMemberDecl()->getCanonicalDecl() ==
                         Field->getCanonicalDecl();
  }
  bool VisitBinaryOperator(const BinaryOperator *E) override {
    if (!E->isAssignmentOp() || !isField(E->getLHS()))
      return true;
    if (E->getOpcode() == BO_Assign)
      Values.emplace_back(In, E->getRHS());
    else
      Counts = true;
    return true;
  }
  bool VisitUnaryOperator(const UnaryOperator *E) override {
    if (E->isIncrementDecrementOp() && isField(E->getSubExpr()))
      Counts = true;
    if (E->getOpcode() == UO_AddrOf && isField(E->getSubExpr()))
      Values.emplace_back(In, nullptr);
    return true;
  }
  bool VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *E) override {
    switch (E->getOperator()) { // Of std::atomic<int>.
    case OO_PlusPlus:
    case OO_MinusMinus:
    case OO_PlusEqual:
    case OO_MinusEqual:
      Counts |= isField(E->getArg(0));
      return true;
    case OO_Equal:
      break;
    default:
      return true;
    }
    if (isField(E->getArg(0))) // std::atomic<bool>
      Values.emplace_back(In, E->getArg(1));
    StoresHandles |= Shapes.isPlace(E->getArg(0)->getType());
    return true;
  }
  bool VisitCXXMemberCallExpr(const CXXMemberCallExpr *E) override {
    const Expr *Object = E->getImplicitObjectArgument();
    const CXXMethodDecl *Method = E->getMethodDecl();
    if (!Object || !Method || !isField(Object) || Method->isConst())
      return true;
    const IdentifierInfo *Name = Method->getIdentifier();
    if (Name && (Name->isStr("fetch_add") || Name->isStr("fetch_sub")))
      Counts = true;
    else
      Values.emplace_back(In, E->getNumArgs() ? E->getArg(0) : nullptr);
    return true;
  }
  bool TraverseLambdaExpr(const LambdaExpr *E) override {
    StoresHandles |= E->capture_size() != 0;
    const FunctionDecl *Outer = std::exchange(In, E->getCallOperator());
    bool Goes = ConstDynamicRecursiveASTVisitor::TraverseLambdaExpr(E);
    In = Outer;
    return Goes;
  }
};

} // namespace

std::optional<llvm::APSInt> ConditionReader::constant(const Expr *E) const {
  Expr::EvalResult Result;
  if (!E || E->isValueDependent() || !E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  return Result.Val.getInt();
}

/// The body, unless it is one of a system header, which may be skipped: facts
/// must not depend on that.
const FunctionDecl *
ConditionReader::bodyOf(const FunctionDecl *Function) const {
  const FunctionDecl *Body = nullptr;
  bool Has = Function && Function->isDefined(Body) && Body->getBody() &&
             !isOfLibrary(Body);
  return Has ? Body : nullptr;
}

void ConditionReader::collect(const FieldDecl *Field, const FunctionDecl *In,
                              FlagWrites &All) const {
  const FunctionDecl *Body = bodyOf(In);
  if (!Body)
    return;
  const auto *Ctor = dyn_cast<CXXConstructorDecl>(Body);
  if (Ctor)
    for (const CXXCtorInitializer *Init : Ctor->inits())
      if (Init->isWritten() && Init->getMember() == Field)
        All.List.push_back({Body, constant(Init->getInit()), true, false});
  WriteVisitor Visitor(Shapes, Field);
  Visitor.In = Body;
  Visitor.TraverseStmt(Body->getBody());
  All.IsCounter |= Visitor.Counts;
  for (auto [Where, Value] : Visitor.Values)
    All.List.push_back(
        {Where, constant(Value), Ctor && Where == Ctor, Visitor.StoresHandles});
}

/// The writes in the methods of the field's class, and in the function itself.
FlagWrites ConditionReader::writesOf(const FieldDecl *Field) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Field->getParent());
  auto [It, New] = Flags.try_emplace(Field);
  if (New) {
    if (Class)
      for (const CXXMethodDecl *Method : Class->methods())
        collect(Field, Method, It->second);
    if (const Expr *Init = Field->getInClassInitializer())
      It->second.List.push_back({nullptr, constant(Init), true, false});
  }
  FlagWrites All = It->second;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Function);
  bool IsRead = llvm::any_of(
      All.List, [&](const FlagWrite &W) { return W.In == Function; });
  if (Function && !IsRead && (!Method || Method->getParent() != Class))
    collect(Field, Function, All);
  return All;
}

/// Is it the destructor of an object that has the member? What that tests, a
/// commit guard for one, goes with what was done to the object before, and
/// tells whether anything is left to do.
static bool isTestedByItsEnd(const FieldDecl *Field,
                             const FunctionDecl *Function) {
  const auto *End = dyn_cast_or_null<CXXDestructorDecl>(Function);
  const auto *Class = dyn_cast<CXXRecordDecl>(Field->getParent());
  return End && Class &&
         (End->getParent()->getCanonicalDecl() == Class->getCanonicalDecl() ||
          End->getParent()->isDerivedFrom(Class));
}

namespace {
/// What a body does to its own object: the methods that it calls, and the
/// members that hold objects and that it changes.
struct WorkVisitor : ConstDynamicRecursiveASTVisitor {
  explicit WorkVisitor(const TypeShapes &Shapes) : Shapes(Shapes) {}
  const TypeShapes &Shapes;
  llvm::SmallPtrSet<const Decl *, 8> Done;

  void changes(const Expr *Place) {
    const auto *Member = dyn_cast<MemberExpr>(Place->IgnoreParenImpCasts());
    if (Member && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()) &&
        Shapes.isPlace(Member->getType()))
      Done.insert(Member->getMemberDecl()->getCanonicalDecl());
  }
  bool VisitCXXMemberCallExpr(const CXXMemberCallExpr *E) override {
    const CXXMethodDecl *Method = E->getMethodDecl();
    if (!Method || Method->isConst())
      return true;
    const Expr *Object = E->getImplicitObjectArgument();
    if (isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
      Done.insert(Method->getCanonicalDecl());
    changes(Object);
    return true;
  }
  bool VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *E) override {
    if (E->getOperator() == OO_Equal)
      changes(E->getArg(0));
    return true;
  }
  bool VisitCallExpr(const CallExpr *E) override {
    if (E->isCallToStdMove())
      changes(E->getArg(0));
    return true;
  }
};
} // namespace

/// Does it let go of what the function lets go of, or does one call the other?
/// Then a flag that it sets tells that this has been done.
bool ConditionReader::doesSameWork(const FunctionDecl *Other) const {
  const FunctionDecl *Mine = bodyOf(Function), *Its = bodyOf(Other);
  if (!Mine || !Its)
    return false;
  WorkVisitor Here(Shapes), There(Shapes);
  Here.TraverseStmt(Mine->getBody());
  There.TraverseStmt(Its->getBody());
  return Here.Done.contains(Other->getCanonicalDecl()) ||
         There.Done.contains(Function->getCanonicalDecl()) ||
         llvm::any_of(Here.Done,
                      [&](const Decl *D) { return There.Done.contains(D); });
}

/// Can the member be (or not be) Wanted when the function is called on an
/// object that is in use? None: any two values.
bool ConditionReader::flagCanBe(const FieldDecl *Field,
                                std::optional<llvm::APSInt> Wanted,
                                bool Equal) {
  if (isOfLibrary(Field) || isTestedByItsEnd(Field, Function))
    return false;
  const FlagWrites All = writesOf(Field);
  if (All.IsCounter)
    return false;
  auto Fits = [&](const FlagWrite &W) {
    if (!W.Value || !Wanted)
      return true;
    return llvm::APSInt::isSameValue(*W.Value, *Wanted) == Equal;
  };
  bool Changes = false, Starts = false, IsFirst = false;
  for (const FlagWrite &W : All.List) {
    if (Fits(W) && (!W.Value || (!W.InConstructor && W.In != Function)) &&
        !doesSameWork(W.In))
      return true;
    IsFirst |= Fits(W) && W.InConstructor;
    Changes |= !Fits(W);
    Starts |= !Fits(W) && W.In != Function && W.StoresHandles;
  }
  // Users of the class may set what no method does.
  return All.List.empty() || (IsFirst && Changes && !Starts);
}

/// Is it a member of what the function was given as a value, such as an event
/// or a reply? Callers may have set it to anything.
static bool isOfArgument(const MemberExpr *Member) {
  const auto *Base =
      dyn_cast<DeclRefExpr>(Member->getBase()->IgnoreParenImpCasts());
  const auto *Given = Base ? dyn_cast<ParmVarDecl>(Base->getDecl()) : nullptr;
  if (!Given || Member->isArrow())
    return false;
  QualType Type = Given->getType();
  return !Type->isReferenceType() ||
         Type.getNonReferenceType().isConstQualified();
}

bool ConditionReader::memberCanBe(const MemberExpr *Member,
                                  std::optional<llvm::APSInt> Wanted,
                                  bool Equal) {
  const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
  if (!Field || Shapes.shape(Field->getType()))
    return false;
  return isOfArgument(Member) || flagCanBe(Field, Wanted, Equal);
}

/// The expression that a getter returns; null if the function does more.
const Expr *ConditionReader::soleResult(const FunctionDecl *Function) const {
  const FunctionDecl *Body = bodyOf(Function);
  if (!Body)
    return nullptr;
  const auto *Block = dyn_cast<CompoundStmt>(Body->getBody());
  if (!Block || Block->size() != 1)
    return nullptr;
  const auto *Return = dyn_cast<ReturnStmt>(Block->body_front());
  return Return ? Return->getRetValue() : nullptr;
}

namespace {
/// Does a body touch anything that holds objects?
struct SlotVisitor : ConstDynamicRecursiveASTVisitor {
  explicit SlotVisitor(const TypeShapes &Shapes) : Shapes(Shapes) {}
  const TypeShapes &Shapes;
  bool Touches = false;
  bool VisitMemberExpr(const MemberExpr *E) override {
    if (isa<FieldDecl>(E->getMemberDecl()))
      Touches |= bool(Shapes.shape(E->getType()));
    return !Touches;
  }
};
} // namespace

/// Is the result of a call independent of what slots hold?
bool ConditionReader::callIsFree(const CallExpr *E, unsigned Depth) {
  const FunctionDecl *Callee = E->getDirectCallee();
  if (!Callee)
    return false;
  for (const Expr *Argument : E->arguments())
    if (Shapes.shape(Argument->getType()) || !isFree(Argument, Depth))
      return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  const auto *MemberCall = dyn_cast<CXXMemberCallExpr>(E);
  if (!Method || Method->isStatic() || !MemberCall)
    return true;
  const Expr *Object = MemberCall->getImplicitObjectArgument();
  const Shape &S = Shapes.shape(Object->getType());
  if (!S)
    return isFree(Object, Depth); // error_code, string, atomic
  const FunctionDecl *Body = bodyOf(Method);
  bool IsObject = S.is(ShapeKind::Object) ||
                  (Object->getType()->isPointerType() && S.Record == nullptr);
  if (!IsObject || !Body)
    return false;
  SlotVisitor Visitor(Shapes);
  Visitor.TraverseStmt(Body->getBody());
  return !Visitor.Touches;
}

/// Does the value depend only on what comes from outside?
bool ConditionReader::isFree(const Expr *E, unsigned Depth) {
  if (!E || Depth > MaxDepth || E->isTypeDependent())
    return false;
  E = E->IgnoreParenImpCasts();
  if (constant(E) || isa<StringLiteral>(E))
    return true;
  if (const auto *Name = dyn_cast<DeclRefExpr>(E)) {
    const auto *Variable = dyn_cast<VarDecl>(Name->getDecl());
    if (!Variable || Shapes.shape(Variable->getType()))
      return false;
    bool Fixed = Variable->isLocalVarDecl() && Variable->getInit() &&
                 !isa<CXXConstructExpr>(Variable->getInit()->IgnoreImplicit());
    return !Fixed || (!constant(Variable->getInit()) &&
                      isFree(Variable->getInit(), Depth + 1));
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return memberCanBe(Member, std::nullopt, true);
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call)) {
      // What a stored callable answers is up to who stored it.
      const Shape &Called = Shapes.shape(Operator->getArg(0)->getType());
      if (Operator->getOperator() == OO_Call && Called.Callable)
        return true;
      return llvm::all_of(Operator->arguments(), [&](const Expr *A) {
        return !Shapes.isPlace(A->getType()) && isFree(A, Depth + 1);
      });
    }
    return callIsFree(Call, Depth + 1);
  }
  if (isa<UnaryOperator, BinaryOperator, CXXBindTemporaryExpr,
          MaterializeTemporaryExpr, ExprWithCleanups, CXXConstructExpr,
          ConditionalOperator, CXXFunctionalCastExpr, CXXStaticCastExpr>(E))
    return llvm::all_of(E->children(), [&](const Stmt *Child) {
      return isFree(dyn_cast_or_null<Expr>(Child), Depth + 1);
    });
  return false;
}

bool ConditionReader::canCompare(const BinaryOperator *E, bool Value,
                                 unsigned Depth) {
  const Expr *Left = E->getLHS()->IgnoreParenImpCasts();
  const Expr *Right = E->getRHS()->IgnoreParenImpCasts();
  if (constant(Left))
    std::swap(Left, Right);
  const auto *Member = dyn_cast<MemberExpr>(Left);
  if (Member && E->isEqualityOp() && constant(Right) &&
      isa<FieldDecl>(Member->getMemberDecl()))
    return memberCanBe(Member, constant(Right),
                       (E->getOpcode() == BO_EQ) == Value);
  return isFree(Left, Depth) && isFree(Right, Depth) && !constant(Left);
}

/// Can the condition have this value?
bool ConditionReader::canBe(const Expr *E, bool Value, unsigned Depth) {
  if (!E || Depth > MaxDepth || E->isTypeDependent())
    return false;
  E = E->IgnoreParenImpCasts();
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
    return canBe(Cleanups->getSubExpr(), Value, Depth);
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot)
    return canBe(Not->getSubExpr(), !Value, Depth);
  if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    if (Op->isLogicalOp()) {
      bool Left = canBe(Op->getLHS(), Value, Depth + 1);
      bool Right = canBe(Op->getRHS(), Value, Depth + 1);
      bool Both = (Op->getOpcode() == BO_LAnd) == Value;
      return Both ? Left && Right : Left || Right;
    }
    if (Op->isComparisonOp())
      return canCompare(Op, Value, Depth + 1);
    return false;
  }
  if (constant(E))
    return false;
  if (const auto *Member = dyn_cast<MemberExpr>(E);
      Member && isa<FieldDecl>(Member->getMemberDecl()) &&
      Member->getType()->isScalarType() && !Shapes.shape(Member->getType()))
    return memberCanBe(Member, llvm::APSInt::get(0), !Value);
  if (const auto *Name = dyn_cast<DeclRefExpr>(E))
    if (const auto *Variable = dyn_cast<VarDecl>(Name->getDecl());
        Variable && Variable->isLocalVarDecl() && Variable->getInit() &&
        Variable->getType()->isBooleanType())
      return canBe(Variable->getInit(), Value, Depth + 1);
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
      Call && Call->getMethodDecl())
    if (const Expr *Result = soleResult(Call->getMethodDecl()))
      return canBe(Result, Value, Depth + 1);
  return isFree(E, Depth + 1);
}

OpenWays ConditionReader::read(const Expr *Condition) {
  return {canBe(Condition, true, 0), canBe(Condition, false, 0)};
}

} // namespace refcycle::analyzer
