// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountWalk.h. A pointer is followed through one local variable, no
// further: where it is passed on, nothing is known and nothing is said.

#include "extract/CountWalk.h"
#include "extract/CountPaths.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ParentMap.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

/// What a use of a pointer means for the count that it stands for.
enum class Use : uint8_t {
  Plain,    ///< A method is called on it, it is compared or looked at.
  Retain,   ///< Counted by hand.
  Release,  ///< Given back by hand, or adopted by a handle.
  Handed,   ///< To a handle that counts for itself.
  Returned, ///< To the caller.
  Stored,   ///< In a member or a container.
  Passed,   ///< To a function that may do anything.
};

/// All that the walk asks about, in source order.
class Collector : public ConstDynamicRecursiveASTVisitor {
public:
  std::vector<const CXXConstructExpr *> Constructions;
  std::vector<const CallExpr *> Calls;
  std::vector<const ReturnStmt *> Returns;
  llvm::DenseMap<const ValueDecl *, std::vector<const DeclRefExpr *>> Refs;
  llvm::SmallPtrSet<const LambdaExpr *, 4> Lambdas;

  bool VisitCXXConstructExpr(const CXXConstructExpr *E) override {
    Constructions.push_back(E);
    return true;
  }
  bool VisitCallExpr(const CallExpr *E) override {
    Calls.push_back(E);
    return true;
  }
  bool VisitReturnStmt(const ReturnStmt *S) override {
    Returns.push_back(S);
    return true;
  }
  bool VisitDeclRefExpr(const DeclRefExpr *E) override {
    Refs[E->getDecl()].push_back(E);
    return true;
  }
};

class CountWalk {
public:
  CountWalk(FactsBuilder &Facts, const ModelTable &Models,
            const CountStructure &Counts, const FunctionDecl *Definition)
      : Facts(Facts), Models(Models), Counts(Counts), Definition(Definition),
        Parents(Definition->getBody()) {
    Seen.TraverseStmt(const_cast<Stmt *>(Definition->getBody()));
  }

  void run() {
    for (const CXXConstructExpr *Made : Seen.Constructions)
      handed(Made, Made->getConstructor(),
             llvm::ArrayRef(Made->getArgs(), Made->getNumArgs()));
    for (const CallExpr *Call : Seen.Calls)
      visitCall(Call);
    visitReturns();
  }

private:
  //===--- What an expression is ------------------------------------------===//
  static const Expr *bare(const Expr *E) {
    for (const Expr *Before = nullptr; E != Before;) {
      Before = E;
      E = E->IgnoreParenCasts()->IgnoreImplicit();
      if (const auto *Op = dyn_cast<UnaryOperator>(E);
          Op && (Op->getOpcode() == UO_Deref || Op->getOpcode() == UO_AddrOf))
        E = Op->getSubExpr();
    }
    return E;
  }
  const CXXRecordDecl *pointee(QualType Type) const {
    return Facts.shapes().target(Type);
  }
  bool isStrongHandle(const CXXRecordDecl *Record) const {
    const Shape &S =
        Facts.shapes().shape(Facts.context().getCanonicalTagType(Record));
    return S.is(ShapeKind::Handle) && S.Holds == Hold::Strong;
  }
  static const VarDecl *localPointer(const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
    const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return Variable && Variable->hasLocalStorage() ? Variable : nullptr;
  }
  const Stmt *meaningfulParent(const Stmt *S) const {
    const Stmt *Parent = Parents.getParent(S);
    while (Parent) {
      const auto *Op = dyn_cast<UnaryOperator>(Parent);
      bool Through =
          isa<CastExpr, ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr,
              CXXBindTemporaryExpr>(Parent);
      if (const auto *Cast = dyn_cast<CastExpr>(Parent))
        Through = Cast->getCastKind() != CK_PointerToBoolean &&
                  Cast->getCastKind() != CK_ToVoid;
      if (Op)
        Through = Op->getOpcode() == UO_Deref || Op->getOpcode() == UO_AddrOf;
      if (!Through)
        return Parent;
      Parent = Parents.getParent(Parent);
    }
    return nullptr;
  }

  /// Does a function that makes a handle of a plain pointer count it?
  std::optional<bool> functionRetains(const FunctionDecl *Callee) const {
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
  /// Does a handle's function that takes this argument count it?
  std::optional<bool> takerRetains(const FunctionDecl *Taker,
                                   unsigned Given) const {
    if (std::optional<bool> Made = functionRetains(Taker))
      return Made;
    const auto *Method = dyn_cast<CXXMethodDecl>(Taker);
    if (!Method || Method->isStatic() || !isStrongHandle(Method->getParent()))
      return std::nullopt;
    if (std::optional<bool> Seen = Counts.retains(Taker, Given))
      return Seen;
    return Given == 1 ? modelRetains(Taker) : std::nullopt;
  }
  /// What the model of a handle says of its constructor from a pointer.
  std::optional<bool> modelRetains(const FunctionDecl *Taker) const {
    const auto *Ctor = dyn_cast<CXXConstructorDecl>(Taker);
    const TypeModel *Model =
        Ctor ? Facts.shapes().model(Ctor->getParent()) : nullptr;
    if (!Model || Model->Pointer == PointerUse::Unknown ||
        Ctor->getNumParams() == 0 ||
        !Ctor->getParamDecl(0)->getType()->isPointerType())
      return std::nullopt;
    return Model->Pointer == PointerUse::Retains;
  }
  static unsigned written(llvm::ArrayRef<const Expr *> Arguments) {
    return llvm::count_if(
        Arguments, [](const Expr *A) { return !isa<CXXDefaultArgExpr>(A); });
  }

  Use useAsArgument(const FunctionDecl *Taker,
                    llvm::ArrayRef<const Expr *> Arguments) const {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Taker);
    if (!Method || !isStrongHandle(Method->getParent()))
      return Use::Passed;
    std::optional<bool> Retained = takerRetains(Taker, written(Arguments));
    if (!Retained)
      return Use::Passed;
    return *Retained ? Use::Handed : Use::Release;
  }

  Use useOf(const Expr *E) const {
    const Stmt *Parent = meaningfulParent(E);
    if (!Parent)
      return Use::Passed;
    if (const auto *Member = dyn_cast<MemberExpr>(Parent)) {
      const auto *Call =
          dyn_cast_or_null<CXXMemberCallExpr>(meaningfulParent(Member));
      return Call && Call->getCallee()->IgnoreParens() == Member ? stepUse(Call)
                                                                 : Use::Plain;
    }
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Parent)) {
      bool Left = bare(Op->getArg(0)) == bare(E);
      if (Op->getOperator() == OO_Arrow || Op->getOperator() == OO_Star)
        return useOf(Op); // Of a handle: what is done to its pointee.
      if (Op->isComparisonOp() || Left)
        return Use::Plain;
      return useAsArgument(Op->getDirectCallee(),
                           llvm::ArrayRef(Op->getArgs() + 1, 1));
    }
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

  Use stepUse(const CallExpr *Call) const {
    switch (Counts.step(Call)) {
    case CountStep::Retain:
      return Use::Retain;
    case CountStep::Release:
      return Use::Release;
    case CountStep::None:
      break;
    }
    // `handle.get()` stands for the pointer; `handle.leak_ref()` empties it.
    const auto *Method =
        dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
    if (Method && isStrongHandle(Method->getParent()) &&
        Method->getReturnType()->isPointerType())
      return Counts.givesOut(Method) ? Use::Release : useOf(Call);
    return Use::Plain;
  }

  Use argumentUse(const CallExpr *Call, const Expr *E) const {
    CountStep Step = Counts.step(Call);
    if (Step != CountStep::None && Call->getNumArgs() == 1)
      return Step == CountStep::Retain ? Use::Retain : Use::Release;
    const FunctionDecl *Callee = Call->getDirectCallee();
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    if (std::optional<bool> Retained = functionRetains(Callee))
      return *Retained ? Use::Handed : Use::Release;
    if (!Method || Method->isStatic())
      return Use::Passed;
    if (isStrongHandle(Method->getParent()))
      return useAsArgument(Callee,
                           llvm::ArrayRef(Call->getArgs(), Call->getNumArgs()));
    QualType Class = Facts.context().getCanonicalTagType(Method->getParent());
    bool Keeps = Facts.shapes().shape(Class).is(ShapeKind::Carrier);
    return Keeps && E->getType()->isPointerType() ? Use::Stored : Use::Passed;
  }

  /// All uses of a variable in this function.
  std::vector<Use> usesOf(const VarDecl *Variable) const {
    std::vector<Use> Uses;
    auto Found = Seen.Refs.find(Variable);
    if (Found == Seen.Refs.end())
      return Uses;
    for (const DeclRefExpr *Ref : Found->second)
      Uses.push_back(useOf(Ref));
    return Uses;
  }
  static bool only(llvm::ArrayRef<Use> Uses, std::initializer_list<Use> These) {
    return llvm::all_of(Uses,
                        [&](Use U) { return llvm::is_contained(These, U); });
  }
  static bool any(llvm::ArrayRef<Use> Uses, Use U) {
    return llvm::is_contained(Uses, U);
  }

  //===--- Where a pointer comes from -------------------------------------===//
  struct Origin {
    const CXXRecordDecl *New = nullptr;  ///< `new New`.
    const FunctionDecl *Maker = nullptr; ///< The result of a call.
    explicit operator bool() const { return New || Maker; }
  };
  Origin originOf(const Expr *E) const {
    E = bare(E);
    if (const auto *New = dyn_cast<CXXNewExpr>(E))
      if (!New->isArray() && New->getNumPlacementArgs() == 0)
        return {New->getAllocatedType()->getAsCXXRecordDecl(), nullptr};
    const auto *Call = dyn_cast<CallExpr>(E);
    if (Call && !isa<CXXOperatorCallExpr>(Call) && Call->getDirectCallee() &&
        Call->getType()->isPointerType()) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
      bool OfHandle =
          Method && !Method->isStatic() && isStrongHandle(Method->getParent());
      if (!OfHandle)
        return {nullptr, Callee};
    }
    return {};
  }
  Origin originThroughLocal(const Expr *E, const VarDecl *&Through) const {
    if (Origin Direct = originOf(E))
      return Direct;
    Through = localPointer(E);
    if (!Through || isa<ParmVarDecl>(Through) || !Through->getInit() ||
        !Through->getType()->isPointerType())
      return {};
    return originOf(Through->getInit());
  }

  //===--- Facts
  //-----------------------------------------------------------===//
  CountFact fact(CountEvent Event, const CXXRecordDecl *Object,
                 SourceLocation Loc, llvm::StringRef Name = "") {
    CountFact F;
    F.Event = Event;
    F.In = Facts.function(Definition);
    if (Object)
      F.Object = Facts.record(Object);
    F.Name = Facts.string(Name);
    F.Loc = Facts.loc(Loc);
    return F;
  }
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
    for (const Stmt *At = S; At; At = Parents.getParent(At)) {
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
  static std::string placeName(const Expr *E) {
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

  /// Is a count of such objects given back anywhere in this function?
  bool releasesHere(const CXXRecordDecl *Object) const {
    return llvm::any_of(Seen.Calls, [&](const CallExpr *Call) {
      if (Counts.step(Call) != CountStep::Release)
        return false;
      const CXXRecordDecl *Released = nullptr;
      if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
        Released = pointee(Member->getImplicitObjectArgument()->getType());
      else if (Call->getNumArgs())
        Released = pointee(Call->getArg(0)->getType());
      return !Released || !Object || related(Released, Object);
    });
  }
  static bool related(const CXXRecordDecl *A, const CXXRecordDecl *B) {
    auto Derives = [](const CXXRecordDecl *D, const CXXRecordDecl *Base) {
      return D->hasDefinition() && Base->hasDefinition() &&
             D->isDerivedFrom(Base);
    };
    return A->getCanonicalDecl() == B->getCanonicalDecl() || Derives(A, B) ||
           Derives(B, A);
  }

  //===--- Handing to a handle --------------------------------------------===//
  void handed(const Expr *Where, const FunctionDecl *Taker,
              llvm::ArrayRef<const Expr *> Arguments) {
    if (Arguments.empty() || !pointee(Arguments[0]->getType()) ||
        takerRetains(Taker, written(Arguments)) != true)
      return;
    const CXXRecordDecl *Object = pointee(Arguments[0]->getType());
    const VarDecl *Through = nullptr;
    Origin From = originThroughLocal(Arguments[0], Through);
    if (!Through)
      Through = localPointer(Arguments[0]);
    std::vector<Use> Uses;
    if (Through)
      Uses = usesOf(Through);
    if (Through && any(Uses, Use::Retain) &&
        only(Uses, {Use::Plain, Use::Retain, Use::Handed})) {
      CountFact F = fact(CountEvent::Doubled, Object, Where->getExprLoc(),
                         Through->getName());
      F.Unsure = !From.New;
      Facts.addCount(F);
      return;
    }
    if (!From || !only(Uses, {Use::Plain, Use::Handed}) ||
        releasesHere(From.New ? From.New : Object))
      return;
    if (From.New) {
      Object = From.New;
      noteBirth(Object);
    }
    CountFact F = fact(CountEvent::Retained, Object, Where->getExprLoc(),
                       destination(Where));
    if (From.Maker)
      F.Callee = Facts.function(From.Maker);
    Facts.addCount(F);
  }

  //===--- Calls
  //------------------------------------------------------------===//
  void visitCall(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return;
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call)) {
      if (Op->getOperator() == OO_Equal && Op->getNumArgs() == 2)
        handed(Op, Callee, llvm::ArrayRef(Op->getArgs() + 1, 1));
      return;
    }
    unparked(Call);
    handed(Call, Callee, llvm::ArrayRef(Call->getArgs(), Call->getNumArgs()));
    if (Method && isStrongHandle(Method->getParent()) &&
        Counts.givesOut(Method))
      return givenOut(cast<CXXMemberCallExpr>(Call));
    switch (Counts.step(Call)) {
    case CountStep::Retain:
      return retained(Call);
    case CountStep::Release:
      return Facts.addCount(
          fact(CountEvent::Released, countedBy(Call), Call->getExprLoc()));
    case CountStep::None:
      return;
    }
  }
  const Expr *countedExpr(const CallExpr *Call) const {
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      return Member->getImplicitObjectArgument();
    return Call->getNumArgs() ? Call->getArg(0) : nullptr;
  }
  const CXXRecordDecl *countedBy(const CallExpr *Call) const {
    const Expr *E = countedExpr(Call);
    return E ? pointee(bare(E)->getType()) : nullptr;
  }

  void givenOut(const CXXMemberCallExpr *Call) {
    const CXXRecordDecl *Object = pointee(Call->getType());
    if (!Object || releasesHere(Object))
      return;
    const Stmt *Parent = meaningfulParent(Call);
    CountFact F = fact(CountEvent::Dropped, Object, Call->getExprLoc(),
                       Call->getMethodDecl()->getNameAsString());
    F.Unsure = leavesRaw(Call->getImplicitObjectArgument());
    if (!Parent || isa<CompoundStmt, IfStmt, CastExpr>(Parent)) {
      // Who writes `(void)` may have meant it.
      F.Unsure |= isa_and_nonnull<CastExpr>(Parent);
      return Facts.addCount(F);
    }
    const auto *Declared = dyn_cast<DeclStmt>(Parent);
    if (!Declared || !Declared->isSingleDecl())
      return;
    const auto *Variable = dyn_cast<VarDecl>(Declared->getSingleDecl());
    if (!Variable || !Variable->hasLocalStorage())
      return;
    std::vector<Use> Uses = usesOf(Variable);
    if (only(Uses, {Use::Plain}))
      return Facts.addCount(F);
    parked(Variable, Object);
  }

  /// Was the pointer of this handle also given away raw?
  bool leavesRaw(const Expr *Handle) const {
    const VarDecl *Variable = localPointer(Handle);
    return Variable && any(usesOf(Variable), Use::Passed);
  }

  /// Members that a counted pointer is put into.
  void parked(const VarDecl *Variable, const CXXRecordDecl *Object) {
    auto Found = Seen.Refs.find(Variable);
    if (Found == Seen.Refs.end())
      return;
    for (const DeclRefExpr *Ref : Found->second) {
      if (useOf(Ref) != Use::Stored)
        continue;
      const Stmt *Into = meaningfulParent(Ref);
      std::vector<std::string> Slots;
      if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Into))
        slotsIn(Call->getImplicitObjectArgument(), Slots);
      else if (const auto *Op = dyn_cast<BinaryOperator>(Into))
        slotsIn(Op->getLHS(), Slots);
      for (const std::string &Slot : Slots)
        Facts.addCount(
            fact(CountEvent::Parked, Object, Ref->getExprLoc(), Slot));
    }
  }
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

  /// `list.erase(it)`, `std::erase(list, p)` on a member that holds raw
  /// pointers: is anything released, or handed on, after it or before it?
  void unparked(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    llvm::StringRef Name =
        Callee->getIdentifier() ? Callee->getName() : llvm::StringRef();
    if (!llvm::is_contained({"erase", "erase_if", "pop", "pop_back",
                             "pop_front", "remove", "remove_if"},
                            Name) ||
        (!isa<CXXMemberCallExpr>(Call) && !Callee->isInStdNamespace()))
      return;
    const Expr *Slot = countedExpr(Call);
    const auto *Member = Slot ? dyn_cast<MemberExpr>(bare(Slot)) : nullptr;
    if (!Member)
      return;
    const Shape &S = Facts.shapes().shape(Member->getType());
    if (!S.is(ShapeKind::Carrier) || !S.Many || S.Held.empty() ||
        !S.Held.front()->isPointerType())
      return;
    const CXXRecordDecl *Object = pointee(S.Held.front());
    if (!Object || !Counts.counts(Object) || handsOnBefore(Call, Object))
      return;
    if (leavesWithoutRelease(
            Definition, Facts.context(), Call, nullptr,
            [&](const Stmt *At) { return At != Call && handsOn(At, Object); }))
      Facts.addCount(fact(CountEvent::Unparked, Object, Call->getExprLoc(),
                          placeName(Member)));
  }
  /// Is such an object released, passed on or returned by this statement?
  bool handsOn(const Stmt *At, const CXXRecordDecl *Object) const {
    auto IsObject = [&](const Expr *E) {
      const CXXRecordDecl *Class = pointee(E->getType());
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
    return llvm::any_of(Seen.Calls, [&](const CallExpr *Call) {
      return Facts.context().getSourceManager().isBeforeInTranslationUnit(
                 Call->getExprLoc(), Erasing->getExprLoc()) &&
             handsOn(Call, Object);
    });
  }

  void retained(const CallExpr *Call) {
    const Expr *E = countedExpr(Call);
    const CXXRecordDecl *Object = countedBy(Call);
    const VarDecl *Variable = E ? localPointer(E) : nullptr;
    if (!Object || !Variable)
      return;
    std::vector<Use> Uses = usesOf(Variable);
    if (any(Uses, Use::Release)) {
      if (!only(Uses, {Use::Plain, Use::Retain, Use::Release}))
        return;
      if (leavesWithoutRelease(
              Definition, Facts.context(), Call, Variable,
              [&](const Stmt *S) { return releases(S, Variable); }))
        Facts.addCount(fact(CountEvent::Unbalanced, Object, Call->getExprLoc(),
                            Variable->getName()));
      return;
    }
    if (only(Uses, {Use::Plain, Use::Retain}) && !isa<ParmVarDecl>(Variable)) {
      CountFact F = fact(CountEvent::Unbalanced, Object, Call->getExprLoc(),
                         Variable->getName());
      F.Unsure = true;
      Facts.addCount(F);
      return;
    }
    parked(Variable, Object);
  }
  bool releases(const Stmt *S, const VarDecl *Variable) const {
    auto Found = Seen.Refs.find(Variable);
    return Found != Seen.Refs.end() &&
           llvm::any_of(Found->second, [&](const DeclRefExpr *Ref) {
             if (useOf(Ref) != Use::Release)
               return false;
             const Stmt *At = Ref;
             while (At && At != S)
               At = Parents.getParent(At);
             return At == S;
           });
  }

  //===--- Factories
  //--------------------------------------------------------===//
  void visitReturns() {
    if (!Definition->getReturnType()->isPointerType() || Seen.Returns.empty())
      return;
    const CXXRecordDecl *Object = nullptr;
    bool Counted = false;
    for (const ReturnStmt *Return : Seen.Returns) {
      const Expr *Value = Return->getRetValue();
      if (!Value)
        return;
      if (Value->isNullPointerConstant(Facts.context(),
                                       Expr::NPC_ValueDependentIsNotNull))
        continue;
      const VarDecl *Through = nullptr;
      Origin From = originThroughLocal(Value, Through);
      const auto *Out = dyn_cast<CXXMemberCallExpr>(bare(Value));
      if (Out && isStrongHandle(Out->getMethodDecl()->getParent()) &&
          Counts.givesOut(Out->getMethodDecl())) {
        Counted = true;
        continue;
      }
      if (!From.New)
        return;
      if (Through && !only(usesOf(Through), {Use::Plain, Use::Returned}))
        return;
      Object = From.New;
    }
    if (Object)
      noteBirth(Object);
    if (Object && !Counted)
      Facts.addCount(
          fact(CountEvent::ReturnsBorn, Object, Definition->getLocation()));
    else if (Counted && !Object)
      Facts.addCount(
          fact(CountEvent::ReturnsBorn, nullptr, Definition->getLocation()));
  }

  FactsBuilder &Facts;
  const ModelTable &Models;
  const CountStructure &Counts;
  const FunctionDecl *Definition;
  ParentMap Parents;
  Collector Seen;
};

} // namespace

void walkCounts(FactsBuilder &Facts, const ModelTable &Models,
                const CountStructure &Counts, const FunctionDecl *Definition) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Definition);
  if (Method &&
      (Method->isCopyAssignmentOperator() ||
       Method->isMoveAssignmentOperator()) &&
      Counts.forgetsOld(Method)) {
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
  if (Counts.step(Definition) != CountStep::None)
    return;
  CountWalk(Facts, Models, Counts, Definition).run();
}

} // namespace refcycle::analyzer
