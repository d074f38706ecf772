// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountUses.h.

#include "extract/counts/CountUses.h"
#include "extract/counts/CountBodies.h"
#include "extract/counts/CountCallees.h"
#include "extract/counts/CountHandles.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"

using namespace clang;

namespace refcycle::analyzer {

const Expr *bare(const Expr *E) {
  for (const Expr *Before = nullptr; E != Before;) {
    Before = E;
    E = E->IgnoreParenCasts()->IgnoreImplicit();
    if (const Expr *Object = objectOfHeader(E))
      E = Object;
    else if (const auto *Op = dyn_cast<UnaryOperator>(E);
             Op &&
             (Op->getOpcode() == UO_Deref || Op->getOpcode() == UO_AddrOf))
      E = Op->getSubExpr();
  }
  return E;
}

const VarDecl *localPointer(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
  const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Variable && Variable->hasLocalStorage() ? Variable : nullptr;
}

std::string placeName(const Expr *E) {
  E = bare(E);
  if (const auto *Index = dyn_cast<CXXOperatorCallExpr>(E))
    return placeName(Index->getArg(0));
  if (const auto *Index = dyn_cast<ArraySubscriptExpr>(E))
    return placeName(Index->getBase());
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
      return Field->getParent()->getNameAsString() +
             "::" + Field->getNameAsString();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getDecl()->getNameAsString();
  return "";
}

std::string memberBehind(const Expr *E) {
  while (E) {
    E = bare(E);
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (Variable && (Variable->isImplicit() || Variable->isCXXForRangeDecl()))
      E = Variable->getInit();
    else if (const auto *Index = dyn_cast<ArraySubscriptExpr>(E))
      E = Index->getBase();
    else if (const auto *Call = dyn_cast<CallExpr>(E)) // `get()`, `*it`
      E = countedExpr(Call);
    else if (const auto *Member = dyn_cast<MemberExpr>(E);
             Member && isOfLibrary(Member->getMemberDecl())) // `it->second`
      E = Member->getBase();
    else
      return Member ? placeName(E) : "";
  }
  return "";
}

const Expr *countedExpr(const CallExpr *Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    return Member->getImplicitObjectArgument();
  return Call->getNumArgs() ? Call->getArg(0) : nullptr;
}

bool related(const CXXRecordDecl *A, const CXXRecordDecl *B) {
  auto Derives = [](const CXXRecordDecl *D, const CXXRecordDecl *Base) {
    const CXXRecordDecl *Header = headerOf(D);
    return (D->hasDefinition() && Base->hasDefinition() &&
            D->isDerivedFrom(Base)) ||
           (Header && Header->getCanonicalDecl() == Base->getCanonicalDecl());
  };
  return A->getCanonicalDecl() == B->getCanonicalDecl() || Derives(A, B) ||
         Derives(B, A);
}

static unsigned written(llvm::ArrayRef<const Expr *> Arguments) {
  return llvm::count_if(
      Arguments, [](const Expr *A) { return !isa<CXXDefaultArgExpr>(A); });
}

namespace {

class Collector : public ConstDynamicRecursiveASTVisitor {
public:
  Collector(CountUses &Uses, CountUses::References &Refs)
      : Uses(Uses), Refs(Refs) {}

  bool VisitCXXConstructExpr(const CXXConstructExpr *E) override {
    Uses.Constructions.push_back(E);
    return true;
  }
  bool VisitCallExpr(const CallExpr *E) override {
    Uses.Calls.push_back(E);
    return true;
  }
  bool VisitReturnStmt(const ReturnStmt *S) override {
    Uses.Returns.push_back(S);
    return true;
  }
  bool VisitCXXThisExpr(const CXXThisExpr *E) override {
    Uses.This.push_back(E);
    return true;
  }
  bool VisitMemberExpr(const MemberExpr *E) override {
    Uses.Members.push_back(E);
    return true;
  }
  bool VisitBinaryOperator(const BinaryOperator *E) override {
    if (E->getOpcode() == BO_Assign)
      Uses.Assignments.push_back(E);
    return true;
  }
  bool VisitDeclRefExpr(const DeclRefExpr *E) override {
    Refs[E->getDecl()].push_back(E);
    return true;
  }

private:
  CountUses &Uses;
  CountUses::References &Refs;
};

} // namespace

CountUses::CountUses(FactsBuilder &Facts, const ModelTable &Models,
                     const CountStructure &Counts,
                     const FunctionDecl *Definition)
    : Facts(Facts), Models(Models), Counts(Counts), Definition(Definition),
      Parents(Definition->getBody()) {
  Collector(*this, Refs).TraverseStmt(Definition->getBody());
}

CountFact CountUses::fact(CountEvent Event, const CXXRecordDecl *Object,
                          SourceLocation Loc, llvm::StringRef Name) const {
  CountFact F;
  F.Event = Event;
  F.In = Facts.function(Definition);
  if (Object)
    F.Object = Facts.record(Object);
  F.Name = Facts.string(Name);
  F.Loc = Facts.loc(Loc);
  return F;
}

//===----------------------------------------------------------------------===//
// What an expression is
//===----------------------------------------------------------------------===//

bool CountUses::isStrongHandle(const CXXRecordDecl *Record) const {
  const Shape &S =
      Facts.shapes().shape(Facts.context().getCanonicalTagType(Record));
  return S.is(ShapeKind::Handle) && S.Holds == Hold::Strong;
}

const Stmt *CountUses::meaningfulParent(const Stmt *S) const {
  const Stmt *Parent = Parents.getParent(S);
  while (Parent) {
    const auto *Op = dyn_cast<UnaryOperator>(Parent);
    bool Through = isa<CastExpr, ParenExpr, ExprWithCleanups,
                       MaterializeTemporaryExpr, CXXBindTemporaryExpr>(Parent);
    if (const auto *Cast = dyn_cast<CastExpr>(Parent))
      Through = Cast->getCastKind() != CK_PointerToBoolean &&
                Cast->getCastKind() != CK_ToVoid;
    if (Op)
      Through = Op->getOpcode() == UO_Deref || Op->getOpcode() == UO_AddrOf;
    if (isa<MemberExpr>(Parent)) {
      const auto *Address =
          dyn_cast_or_null<UnaryOperator>(writtenParent(Parent));
      Through = Address && objectOfHeader(Address);
    }
    if (!Through)
      return Parent;
    Parent = Parents.getParent(Parent);
  }
  return nullptr;
}

const Stmt *CountUses::writtenParent(const Stmt *S) const {
  const Stmt *Parent = Parents.getParent(S);
  while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(Parent))
    Parent = Parents.getParent(Parent);
  return Parent;
}

bool CountUses::contains(const Stmt *Outer, const Stmt *Inner) const {
  while (Inner && Inner != Outer)
    Inner = Parents.getParent(Inner);
  return Inner;
}

bool CountUses::isInLambda(const Stmt *S) const {
  for (const Stmt *Child = S, *At = Parents.getParent(S); At;
       Child = At, At = Parents.getParent(At))
    if (isa<LambdaExpr>(At) && isa<CompoundStmt>(Child))
      return true;
  return false;
}

const CXXMemberCallExpr *CountUses::givenOut(const Expr *E) const {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(bare(E));
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  return Method && isStrongHandle(Method->getParent()) &&
                 givesOut(Counts, Method)
             ? Call
             : nullptr;
}

const CXXRecordDecl *CountUses::countedBy(const CallExpr *Call) const {
  const Expr *E = countedExpr(Call);
  return E ? pointee(bare(E)->getType()) : nullptr;
}

bool CountUses::releasesHere(const CXXRecordDecl *Object) const {
  return llvm::any_of(Calls, [&](const CallExpr *Call) {
    if (Counts.step(Call) != CountStep::Release)
      return false;
    const Expr *E = countedExpr(Call);
    const CXXRecordDecl *Released = E ? pointee(E->getType()) : nullptr;
    return !Released || !Object || related(Released, Object);
  });
}

//===----------------------------------------------------------------------===//
// What a use means
//===----------------------------------------------------------------------===//

std::optional<bool>
CountUses::takerRetains(const FunctionDecl *Taker,
                        llvm::ArrayRef<const Expr *> Arguments) const {
  if (std::optional<bool> Made = functionRetains(Taker))
    return Made;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Taker);
  if (!Method || Method->isStatic() || !isStrongHandle(Method->getParent()))
    return std::nullopt;
  if (std::optional<bool> Seen = retains(Counts, Taker, written(Arguments)))
    return Seen;
  return written(Arguments) == 1 ? modelRetains(Taker) : std::nullopt;
}

std::optional<bool>
CountUses::functionRetains(const FunctionDecl *Callee) const {
  const FunctionModel *Model =
      Callee ? Models.function(Facts.names().qualified(Callee)) : nullptr;
  if (!Model || Callee->getNumParams() != 1)
    return std::nullopt;
  if (Model->Role == FunctionRole::Adopt)
    return false;
  if (Model->Role == FunctionRole::Retain)
    return true;
  return std::nullopt;
}

std::optional<bool> CountUses::modelRetains(const FunctionDecl *Taker) const {
  const auto *Ctor = dyn_cast<CXXConstructorDecl>(Taker);
  const TypeModel *Model =
      Ctor ? Facts.shapes().model(Ctor->getParent()) : nullptr;
  if (!Model || Model->Pointer == PointerUse::Unknown ||
      Ctor->getNumParams() == 0 ||
      !Ctor->getParamDecl(0)->getType()->isPointerType())
    return std::nullopt;
  return Model->Pointer == PointerUse::Retains;
}

namespace {

/// Is a handle made of a function's first parameter that leaves its count as
/// it is?
class AdoptVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  AdoptVisitor(const CountUses &Uses, const FunctionDecl *Function)
      : Uses(Uses), Function(Function) {}
  bool Found = false;

  bool VisitCXXConstructExpr(const CXXConstructExpr *Made) override {
    llvm::ArrayRef<const Expr *> Arguments(Made->getArgs(), Made->getNumArgs());
    bool TakesParameter = llvm::any_of(Arguments, [&](const Expr *E) {
      const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
      return Ref && Ref->getDecl() == Function->getParamDecl(0);
    });
    Found |= TakesParameter &&
             Uses.takerRetains(Made->getConstructor(), Arguments) == false;
    return true;
  }

private:
  const CountUses &Uses;
  const FunctionDecl *Function;
};

} // namespace

bool CountUses::adopts(const FunctionDecl *Function) const {
  const CXXRecordDecl *Result = Function->getReturnType()->getAsCXXRecordDecl();
  if (Function->isCXXInstanceMember() || Function->getNumParams() == 0 ||
      !pointee(Function->getParamDecl(0)->getType()) || !Result ||
      isStrongHandle(pointee(Function->getParamDecl(0)->getType())) ||
      !isStrongHandle(Result))
    return false;
  const FunctionDecl *Body = nullptr;
  if (!Function->isDefined(Body) || Body->hasSkippedBody() || !Body->getBody())
    return Function->getIdentifier() &&
           Function->getName().starts_with_insensitive("adopt");
  AdoptVisitor V(*this, Body);
  V.TraverseStmt(Body->getBody());
  return V.Found;
}

Use CountUses::useAsArgument(const FunctionDecl *Taker,
                             llvm::ArrayRef<const Expr *> Arguments) const {
  std::optional<bool> Retained = takerRetains(Taker, Arguments);
  if (!Retained)
    return Use::Passed;
  return *Retained ? Use::Handed : Use::Release;
}

Use CountUses::useOf(const Expr *E) const {
  const Stmt *Parent = meaningfulParent(E);
  if (!Parent)
    return Use::Passed;
  if (const auto *Member = dyn_cast<MemberExpr>(Parent)) {
    const auto *Call =
        dyn_cast_or_null<CXXMemberCallExpr>(meaningfulParent(Member));
    return Call && Call->getCallee()->IgnoreParens() == Member ? stepUse(Call)
                                                               : Use::Plain;
  }
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Parent))
    return operatorUse(Op, E);
  if (const auto *Made = dyn_cast<CXXConstructExpr>(Parent))
    return useAsArgument(Made->getConstructor(),
                         llvm::ArrayRef(Made->getArgs(), Made->getNumArgs()));
  if (const auto *Call = dyn_cast<CallExpr>(Parent))
    return argumentUse(Call, E);
  if (const auto *Op = dyn_cast<BinaryOperator>(Parent)) {
    if (!Op->isAssignmentOp())
      return Use::Plain;
    return bare(Op->getLHS()) == bare(E) ? Use::Passed : Use::Stored;
  }
  if (isa<ReturnStmt>(Parent))
    return Use::Returned;
  if (isa<IfStmt, WhileStmt, ForStmt, CompoundStmt, UnaryOperator, CastExpr>(
          Parent))
    return Use::Plain;
  if (const auto *Choice = dyn_cast<ConditionalOperator>(Parent))
    return Choice->getCond()->IgnoreParenImpCasts() == E ? Use::Plain
                                                         : Use::Passed;
  return Use::Passed;
}

Use CountUses::operatorUse(const CXXOperatorCallExpr *Op, const Expr *E) const {
  if (Op->getOperator() == OO_Arrow || Op->getOperator() == OO_Star)
    return useOf(Op); // Of a handle: what is done to its pointee.
  if (Op->isComparisonOp() || bare(Op->getArg(0)) == bare(E))
    return Use::Plain;
  return useAsArgument(Op->getDirectCallee(),
                       llvm::ArrayRef(Op->getArgs() + 1, 1));
}

Use CountUses::stepUse(const CallExpr *Call) const {
  switch (Counts.step(Call)) {
  case CountStep::Retain:
    return Use::Retain;
  case CountStep::Release:
    return Use::Release;
  case CountStep::None:
    break;
  }
  // `handle.get()` stands for the pointer; `handle.leak_ref()` empties it.
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
  if (Method && isStrongHandle(Method->getParent()) &&
      Method->getReturnType()->isPointerType())
    return givesOut(Counts, Method) ? Use::Release : useOf(Call);
  return Use::Plain;
}

bool CountUses::isCountedAt(const Expr *E) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(meaningfulParent(E));
  return useOf(E) == Use::Retain || (Call && !isa<CXXMemberCallExpr>(Call) &&
                                     Counts.step(Call) == CountStep::Retain);
}

Use CountUses::argumentUse(const CallExpr *Call, const Expr *E) const {
  CountStep Step = Counts.step(Call);
  if (Step == CountStep::Release && Call->getNumArgs() == 1)
    return Use::Release;
  if (Step == CountStep::Retain && Call->getNumArgs() == 1) {
    // `list.push_back(value_ref(v))`: the count goes where the result goes.
    const Stmt *Taker = meaningfulParent(Call);
    Use Result = isa_and_nonnull<Expr, DeclStmt, ReturnStmt>(Taker)
                     ? useOf(Call)
                     : Use::Plain;
    return Result == Use::Plain ? Use::Retain : Result;
  }
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (std::optional<bool> Retained = functionRetains(Callee))
    return *Retained ? Use::Handed : Use::Release;
  if (Callee && adopts(Callee))
    return Use::Release;
  for (unsigned I = 0; I < Call->getNumArgs(); ++I)
    if (contains(Call->getArg(I), E) && onlyLooksAt(*this, Call, I))
      return Use::Plain;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (!Method || Method->isStatic())
    return Use::Passed;
  if (isStrongHandle(Method->getParent()))
    return useAsArgument(Callee,
                         llvm::ArrayRef(Call->getArgs(), Call->getNumArgs()));
  QualType Class = Facts.context().getCanonicalTagType(Method->getParent());
  bool Keeps = Facts.shapes().shape(Class).is(ShapeKind::Carrier);
  return Keeps && E->getType()->isPointerType() ? Use::Stored : Use::Passed;
}

llvm::ArrayRef<const DeclRefExpr *>
CountUses::references(const ValueDecl *Variable) const {
  auto Found = Refs.find(Variable);
  if (Found == Refs.end())
    return {};
  return Found->second;
}

std::vector<Use> CountUses::usesOf(const VarDecl *Variable) const {
  std::vector<Use> Uses;
  for (const DeclRefExpr *Ref : references(Variable))
    Uses.push_back(useOf(Ref));
  return Uses;
}

//===----------------------------------------------------------------------===//
// Where a pointer comes from
//===----------------------------------------------------------------------===//

CountOrigin CountUses::originOf(const Expr *E) const {
  E = bare(E);
  if (const auto *New = dyn_cast<CXXNewExpr>(E))
    if (!New->isArray() && New->getNumPlacementArgs() == 0)
      return {New->getAllocatedType()->getAsCXXRecordDecl(), New, nullptr};
  const auto *Call = dyn_cast<CallExpr>(E);
  if (Call && !isa<CXXOperatorCallExpr>(Call) && Call->getDirectCallee() &&
      Call->getType()->isPointerType()) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    bool OfHandle =
        Method && !Method->isStatic() && isStrongHandle(Method->getParent());
    if (!OfHandle)
      return {nullptr, nullptr, Callee};
  }
  return {};
}

CountOrigin CountUses::originThroughLocal(const Expr *E,
                                          const VarDecl *&Through) const {
  if (CountOrigin Direct = originOf(E))
    return Direct;
  Through = localPointer(E);
  if (!Through || isa<ParmVarDecl>(Through) || !Through->getInit() ||
      !Through->getType()->isPointerType())
    return {};
  return originOf(Through->getInit());
}

} // namespace refcycle::analyzer
