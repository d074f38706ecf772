// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expressions that read, write or name things. A handle and what it points to
// are the same value here; a container and its elements share one place.

#include "extract/BodyWalker.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace refcycle::analyzer {

//===----------------------------------------------------------------------===//
// Evaluating
//===----------------------------------------------------------------------===//

RegId BodyWalker::value(const Expr *E) {
  return E ? load(eval(E)) : RegId::none();
}

RegId BodyWalker::valueOrUnknown(const Expr *E) {
  RegId Value = value(E);
  return Value || !shape(E) ? Value : unknown(E->getType());
}

void BodyWalker::evalAll(Args Arguments) {
  for (const Expr *Argument : Arguments)
    Elements.changed(eval(Argument).Place);
}

/// The type of what a new `any` is made of: `any(x)`, `make_any<T>(x)`. Null if
/// the expression makes none.
static QualType contentOf(const Expr *E) {
  E = E->IgnoreImplicit();
  if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(E))
    E = Cast->getSubExpr()->IgnoreImplicit();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getNumArgs() == 1 ? Construct->getArg(0)->getType()
                                        : QualType();
  const auto *Call = dyn_cast<CallExpr>(E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const TemplateArgumentList *Given =
      Callee ? Callee->getTemplateSpecializationArgs() : nullptr;
  bool NamesType = Given && Given->size() &&
                   Given->get(0).getKind() == TemplateArgument::Type;
  return NamesType ? Given->get(0).getAsType() : QualType();
}

/// How the value of an expression holds its objects. Library types without a
/// shape that carry a value at all are bind objects, which own. A new `any`
/// holds as what it is made of does.
Hold BodyWalker::holdOf(const Expr *E) const {
  QualType Type = E->getType();
  if (shape(Type).is(ShapeKind::Carrier) && shape(Type).Erased)
    if (QualType Content = contentOf(E); !Content.isNull() && shape(Content))
      return Facts.holdOf(Content);
  return shape(Type) || !Type->isRecordType() ? Facts.holdOf(Type)
                                              : Hold::Value;
}

Operand BodyWalker::dereference(Operand Pointer, QualType Type) {
  if (Pointer.Address) {
    Pointer.Address = false;
    return Pointer;
  }
  const Shape &S = shape(Type);
  if (!S.is(ShapeKind::Pointer) && !S.is(ShapeKind::Handle))
    return Pointer; // Iterators and optionals stand for what they refer to.
  RegId Object = load(Pointer);
  if (Object && Facts.shapes().pointsToCell(S))
    return {RegId::none(), slotOf(Object, {Facts.cell(S.Pointee), 0})};
  return {Object, RegId::none()};
}

RegId BodyWalker::objectOf(const Expr *Base) {
  QualType Type = Base->getType();
  Operand Object = eval(Base);
  if (shape(Type).is(ShapeKind::Pointer))
    Object = dereference(Object, Type);
  if (RegId Value = load(Object))
    return Value;
  return shape(Type) ? unknown(Type) : RegId::none();
}

/// What `E == nullptr` compares; also says whether it is `!=`. Null: no such
/// comparison.
static std::pair<const Expr *, bool> comparedWithNull(const Expr *E) {
  const Expr *Left = nullptr, *Right = nullptr;
  bool Unequal = false;
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E)) {
    auto Form = Rewritten->getDecomposedForm();
    std::tie(Left, Right) = std::pair(Form.LHS, Form.RHS);
    Unequal = Form.Opcode == BO_NE;
  } else if (const auto *Op = dyn_cast<BinaryOperator>(E);
             Op && Op->isEqualityOp()) {
    std::tie(Left, Right) = std::pair(Op->getLHS(), Op->getRHS());
    Unequal = Op->getOpcode() == BO_NE;
  } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E);
             Call && Call->getNumArgs() == 2 &&
             (Call->getOperator() == OO_EqualEqual ||
              Call->getOperator() == OO_ExclaimEqual)) {
    std::tie(Left, Right) = std::pair(Call->getArg(0), Call->getArg(1));
    Unequal = Call->getOperator() == OO_ExclaimEqual;
  }
  if (Left &&
      isa<CXXNullPtrLiteralExpr, GNUNullExpr>(Right->IgnoreParenImpCasts()))
    return {Left, Unequal};
  return {nullptr, false};
}

/// Looks through what turns a handle into a truth value. Gives the register
/// that is tested, or none, and whether the test is for null.
std::pair<RegId, bool> BodyWalker::condition(const Expr *E) {
  bool Negated = false;
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(E);
        Not && Not->getOpcode() == UO_LNot) {
      Negated = !Negated;
      E = Not->getSubExpr();
    } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
               Call &&
               isa_and_nonnull<CXXConversionDecl>(Call->getMethodDecl())) {
      E = Call->getImplicitObjectArgument();
    } else if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
      E = Cleanups->getSubExpr();
    } else if (auto [Compared, Unequal] = comparedWithNull(E); Compared) {
      Negated ^= !Unequal;
      E = Compared;
    } else {
      break;
    }
  }
  if (!E)
    return {RegId::none(), false};
  Operand Tested = eval(E);
  bool IsTest = Facts.shapes().isPlace(E->getType()) && !Tested.Address &&
                (!Tested.Element || Tested.Mirror);
  return {IsTest ? load(Tested) : RegId::none(), Negated};
}

/// `std::move(X)`: what X held, perhaps \p Many things, is taken by whoever
/// gets the value.
void BodyWalker::moveOut(Operand &Source, bool Many, SourceLocation Loc) {
  if (!Source.Place)
    return;
  Source.Value = load(Source);
  if (Source.Element && Many)
    clear(Source.Place, ClearKind::Erase, Loc, 0, Source.Key);
  else if (Source.Element)
    clearOne(Source, Loc);
  else
    clear(Source.Place, ClearKind::MoveOut, Loc);
  clear(Source.Mirror, ClearKind::MoveOut, Loc);
  Source.Place = RegId::none();
}

bool isEmptyValue(const Expr *E) {
  E = E->IgnoreImplicit()->IgnoreParenCasts()->IgnoreImplicit();
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
    return isEmptyValue(Default->getExpr()); // `reset(pointer P = pointer())`
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr, ImplicitValueInitExpr,
          CXXScalarValueInitExpr>(E))
    return true;
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 0;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (Construct->getNumArgs() == 0)
      return true;
    return Construct->getNumArgs() == 1 && isEmptyValue(Construct->getArg(0));
  }
  if (const auto *Literal = dyn_cast<IntegerLiteral>(E))
    return Literal->getValue() == 0;
  return false;
}

/// The value of an expression whose object is copied into a slot: the slot gets
/// an object of its own. A closure stays what it is, wherever it is copied to.
RegId BodyWalker::valueToKeep(const Expr *E) {
  RegId Value = valueOrUnknown(E);
  const Shape &S = shape(E);
  bool Copies = S.is(ShapeKind::Object) && E->isLValue() &&
                !S.Record->isLambda() && Value;
  return Copies ? copyOf(Value, E->getBeginLoc()) : Value;
}

RegId BodyWalker::copyOf(RegId Object, SourceLocation Loc) {
  RegId Dst = emitValue(Op::Copy, Loc);
  Out.Body.back().A = Object;
  return Dst;
}

void BodyWalker::assign(Operand Target, const Expr *Source,
                        SourceLocation Loc) {
  const Shape &S = shape(Source);
  if (isEmptyValue(Source)) {
    clearElement(Target, S.Many ? ClearKind::Empty : ClearKind::Null, Loc);
    return;
  }
  RegId Value = Target.Place ? valueToKeep(Source) : valueOrUnknown(Source);
  // `on_close = &log;`: the new content holds nothing, the old one is gone.
  if (!Value && !Target.Element && !Source->isTypeDependent())
    clear(Target.Place, ClearKind::Null, Loc);
  store(Target.Place, Value,
        Target.Element ? StoreKind::Insert : StoreKind::Assign, holdOf(Source),
        Loc, 0, Target.Key);
  store(Target.Mirror, Value, StoreKind::Assign, Hold::Raw, Loc);
  if (Target.Element)
    Target.Number ? Elements.assigned(Target.Number, Value)
                  : Elements.changed(Target.Place);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Operand BodyWalker::VisitCXXThisExpr(const CXXThisExpr *) {
  if (Initialized)
    return {Initialized, RegId::none()};
  RegId This = emitValue(Op::This);
  if (!ThisCapture)
    return {This, RegId::none()};
  // Inside a lambda `this` means the captured one; ours is the closure.
  std::optional<SlotRef> Slot = Facts.slot(ThisCapture);
  if (!Slot)
    return {};
  return {load({RegId::none(), slotOf(This, *Slot)}), RegId::none()};
}

Operand BodyWalker::captured(const ValueDecl *Variable) {
  auto Found = Captures.find(Variable);
  if (Found == Captures.end())
    return {};
  std::optional<SlotRef> Slot = Facts.slot(Found->second);
  if (!Slot)
    return {};
  RegId Place = slotOf(emitValue(Op::This), *Slot);
  return {RegId::none(), Place};
}

Operand BodyWalker::global(const VarDecl *Variable) {
  RegId Dst = emitValue(Op::Global);
  Out.Body.back().Text = Facts.string(Facts.names().key(Variable));
  return {RegId::none(), Dst};
}

Operand BodyWalker::VisitDeclRefExpr(const DeclRefExpr *E) {
  const ValueDecl *D = E->getDecl();
  if (const auto *Function = dyn_cast<FunctionDecl>(D)) {
    FunctionId Id = Facts.function(Function);
    Facts.functionFacts(Id).Flags |= uint16_t(FunctionFlag::AddressTaken);
    const auto *Method = dyn_cast<CXXMethodDecl>(Function);
    bool IsCallable = (!Method || Method->isStatic()) && !isOfLibrary(Function);
    if (IsCallable && shape(Context.getPointerType(Function->getType())))
      return applyBind(E->getExprLoc(), E);
    return {};
  }
  auto Bound = Bindings.find(D);
  if (Bound != Bindings.end())
    return Bound->second;
  if (!D->getType().getNonReferenceType().isConstQualified())
    Elements.changed(D); // Reading a number does not lead here.
  if (Operand Captured = captured(D); Captured.Place)
    return Captured;
  const auto *Variable = dyn_cast<VarDecl>(D);
  if (!Variable || !shape(Variable->getType()))
    return {};
  auto Local = LocalIndex.find(Variable);
  if (Local != LocalIndex.end()) {
    RegId Dst = emitValue(Op::Local);
    Out.Body.back().Index = Local->second;
    return {RegId::none(), Dst};
  }
  return Variable->hasGlobalStorage() ? global(Variable) : Operand();
}

static bool isPairMember(const TypeShapes &Shapes, const FieldDecl *Field) {
  const auto *Parent = dyn_cast<CXXRecordDecl>(Field->getParent());
  if (!Parent)
    return false;
  const TypeModel *Model = Shapes.model(Parent);
  return Model && Model->Role == TypeRole::Transparent;
}

Operand BodyWalker::VisitMemberExpr(const MemberExpr *E) {
  if (const auto *Variable = dyn_cast<VarDecl>(E->getMemberDecl()))
    return shape(Variable->getType()) ? global(Variable) : Operand();
  const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
  if (!Field)
    return {};
  if (isPairMember(Facts.shapes(), Field))
    return eval(E->getBase());
  std::optional<SlotRef> Slot = Facts.slot(Field);
  if (!Slot) {
    eval(E->getBase());
    return {};
  }
  RegId Object = objectOf(E->getBase());
  if (!Object)
    return {};
  return {RegId::none(), slotOf(Object, *Slot)};
}

Operand BodyWalker::VisitArraySubscriptExpr(const ArraySubscriptExpr *E) {
  const Expr *Array = E->getBase()->IgnoreParenImpCasts();
  Operand Container = eval(E->getBase());
  eval(E->getIdx());
  if (Container.Place && Array->getType()->isArrayType())
    return elementAt(Container, Array->getType(), E->getIdx(),
                     presenceAt(Array->getType()));
  return {Container.Place ? RegId::none() : Container.Value, Container.Place,
          bool(Container.Place)};
}

//===----------------------------------------------------------------------===//
// Operators and casts
//===----------------------------------------------------------------------===//

Operand BodyWalker::VisitUnaryOperator(const UnaryOperator *E) {
  Operand Inner = eval(E->getSubExpr());
  switch (E->getOpcode()) {
  case UO_Deref:
    return dereference(Inner, E->getSubExpr()->getType());
  case UO_AddrOf:
    Inner.Address =
        Inner.Place && Facts.shapes().isPlace(E->getSubExpr()->getType());
    return Inner;
  case UO_Extension:
    return Inner;
  default:
    return {};
  }
}

/// The fields of this type, those of bases too.
static void collectFields(const CXXRecordDecl *Class, QualType Type,
                          llvm::SmallVectorImpl<const FieldDecl *> &Found) {
  Class = Class->getDefinition();
  if (!Class)
    return;
  for (const FieldDecl *Field : Class->fields())
    if (Class->getASTContext().hasSameUnqualifiedType(Field->getType(), Type))
      Found.push_back(Field);
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (const CXXRecordDecl *Of = Base.getType()->getAsCXXRecordDecl())
      collectFields(Of, Type, Found);
}

const FieldDecl *memberNamedBy(const Expr *E) {
  const auto *Address = dyn_cast<UnaryOperator>(E->IgnoreParenImpCasts());
  const auto *Ref = Address && Address->getOpcode() == UO_AddrOf
                        ? dyn_cast<DeclRefExpr>(Address->getSubExpr())
                        : nullptr;
  return Ref ? dyn_cast<FieldDecl>(Ref->getDecl()) : nullptr;
}

/// `object.*member`. Which member that is may be known only to the caller: any
/// of its type, then.
Operand BodyWalker::chosenMember(const BinaryOperator *E) {
  RegId Object = objectOf(E->getLHS());
  const Expr *Pointer = E->getRHS()->IgnoreParenImpCasts();
  eval(Pointer);
  const auto *Type = Pointer->getType()->getAs<MemberPointerType>();
  if (!Object || !Type || !shape(Type->getPointeeType()))
    return {};
  llvm::SmallVector<const FieldDecl *, 4> Fields;
  const auto *Ref = dyn_cast<DeclRefExpr>(Pointer);
  const FieldDecl *Named = Ref ? Members.lookup(Ref->getDecl()) : nullptr;
  if (!Named)
    Named = memberNamedBy(Pointer);
  const CXXRecordDecl *Class = Facts.shapes().target(E->getLHS()->getType());
  if (Named)
    Fields.push_back(Named);
  else if (Class)
    collectFields(Class, Type->getPointeeType(), Fields);
  llvm::SmallVector<RegId, 4> Places;
  for (const FieldDecl *Field : Fields)
    if (std::optional<SlotRef> Slot = Facts.slot(Field))
      Places.push_back(slotOf(Object, *Slot));
  return {RegId::none(), join(Places)};
}

Operand BodyWalker::VisitBinaryOperator(const BinaryOperator *E) {
  if (E->isPtrMemOp())
    return chosenMember(E);
  if (E->getOpcode() == BO_Assign) {
    bool Marks = markFlag(E->getLHS());
    Operand Target = Marks ? Operand() : eval(E->getLHS());
    if (!shape(E->getLHS())) {
      eval(E->getRHS());
      return {};
    }
    assign(Target, E->getRHS(), E->getOperatorLoc());
    return Target;
  }
  if (E->isLogicalOp()) {
    auto [Tested, Negated] = condition(E->getLHS());
    bool IsOr = E->getOpcode() == BO_LOr;
    if (Tested) {
      branch(E->getRHS(), nullptr, Tested, Negated ^ IsOr);
      return {};
    }
    OpenWays Left = Conditions.read(E->getLHS());
    if (IsOr)
      std::swap(Left.Taken, Left.Skipped);
    emitOpenIf(Left, E->getOperatorLoc());
    eval(E->getRHS());
    close();
    return {};
  }
  eval(E->getLHS());
  Operand Right = eval(E->getRHS());
  return E->getOpcode() == BO_Comma ? Right : Operand();
}

Operand BodyWalker::VisitAbstractConditionalOperator(
    const AbstractConditionalOperator *E) {
  auto [Tested, Negated] = condition(E->getCond());
  if (Tested && !shape(E)) {
    branch(E->getTrueExpr(), E->getFalseExpr(), Tested, Negated);
    return {};
  }
  Instr &I = emit(Op::If, E->getExprLoc());
  I.A = Tested;
  if (Negated && Tested)
    I.Flags |= uint16_t(InstrFlag::Negated);
  if (!Tested)
    decideByFlag(I, E->getCond());
  Operand True = eval(E->getTrueExpr());
  RegId TrueValue = load(True);
  emit(Op::Else);
  Operand False = eval(E->getFalseExpr());
  RegId FalseValue = load(False);
  close();
  // `(left ? l : r) = nullptr`, `found ? &slot : nullptr`
  auto Names = [&](const Operand &Given, const Expr *As) {
    bool IsPlace = Given.Address ||
                   (E->isLValue() && Facts.shapes().isPlace(E->getType()));
    return isEmptyValue(As) || (Given.Place && !Given.Element && IsPlace);
  };
  bool NamesPlace = Names(True, E->getTrueExpr()) &&
                    Names(False, E->getFalseExpr()) &&
                    (True.Place || False.Place);
  if (NamesPlace)
    return {RegId::none(), join({True.Place, False.Place}),
            /*Element=*/false, True.Address || False.Address};
  return {join({TrueValue, FalseValue}), RegId::none()};
}

Operand BodyWalker::VisitCastExpr(const CastExpr *E) {
  const Expr *Inner = E->getSubExpr();
  QualType To = E->getType(), From = Inner->getType();
  switch (E->getCastKind()) {
  case CK_NullToPointer:
    return {emitValue(Op::Null), RegId::none()};
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase: {
    const CXXRecordDecl *Derived = Facts.shapes().target(From);
    if (Facts.shapes().isPlace(To) && Derived)
      if (auto Slot = Facts.baseSlot(Derived, To)) {
        RegId Object = objectOf(Inner);
        return Object ? Operand{RegId::none(), slotOf(Object, *Slot)}
                      : Operand();
      }
    const CXXRecordDecl *Base = Facts.shapes().target(To);
    if (Derived && Base && To->isPointerType())
      Facts.addConversion(Derived, Base);
    return eval(Inner);
  }
  case CK_BaseToDerived:
  case CK_Dynamic: {
    Operand Result = eval(Inner);
    RegId Object = load(Result);
    if (!Object || !Facts.pointee(To))
      return Result;
    return {castTo(Object, To), RegId::none()};
  }
  case CK_LValueToRValue:
    if (isa<DeclRefExpr>(Inner->IgnoreParens()) &&
        From->isIntegralOrEnumerationType())
      return {};
    return eval(Inner);
  default:
    return eval(Inner);
  }
}

//===----------------------------------------------------------------------===//
// Lambdas, deletion, throwing
//===----------------------------------------------------------------------===//

Operand BodyWalker::VisitLambdaExpr(const LambdaExpr *E) {
  const CXXRecordDecl *Class = E->getLambdaClass();
  Facts.setClosureOrigin(Class, Self);
  if (const FunctionTemplateDecl *Generic =
          Class->getDependentLambdaCallOperator())
    llvm::append_range(NestedFunctions, Generic->specializations());
  NestedFunctions.push_back(lambdaBody(Class));
  RegId Closure =
      alloc(Facts.record(Class), AllocKind::Temporary, E->getBeginLoc());
  auto Capture = E->capture_begin();
  auto Field = Class->field_begin();
  for (const Expr *Init : E->capture_inits()) {
    const LambdaCapture &Captured = *Capture++;
    const FieldDecl *Slot = *Field++;
    if (!Init)
      continue;
    RegId Value = referred(Slot->getType(), Init);
    std::optional<SlotRef> Place = Facts.slot(Slot);
    if (!Place || !Value)
      continue;
    bool ByReference = Slot->getType()->isReferenceType();
    store(slotOf(Closure, *Place), Value, StoreKind::Init,
          ByReference ? Hold::Raw : Facts.holdOf(Slot->getType()),
          Captured.getLocation());
  }
  return {Closure, RegId::none()};
}

/// The member that `delete Member;` names; null for anything else.
static const FieldDecl *deletedMember(const Expr *Pointer) {
  const auto *Member = dyn_cast<MemberExpr>(Pointer->IgnoreParenImpCasts());
  if (!Member || !isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()))
    return nullptr;
  return dyn_cast<FieldDecl>(Member->getMemberDecl());
}

void BodyWalker::endLifetime(const Expr *Pointer, SourceLocation Loc) {
  if (isa_and_nonnull<CXXDestructorDecl>(Definition))
    if (const FieldDecl *Member = deletedMember(Pointer))
      Facts.markOwned(Member);
  if (RegId Object = value(Pointer))
    emit(Op::Delete, Loc).A = Object;
}

Operand BodyWalker::VisitCXXDeleteExpr(const CXXDeleteExpr *E) {
  endLifetime(E->getArgument(), E->getBeginLoc());
  return {};
}

Operand BodyWalker::VisitCXXThrowExpr(const CXXThrowExpr *E) {
  eval(E->getSubExpr());
  emit(Op::Throw, E->getBeginLoc());
  return {};
}

//===----------------------------------------------------------------------===//
// Looked through
//===----------------------------------------------------------------------===//

Operand BodyWalker::VisitExpr(const Expr *E) {
  for (const Stmt *Child : E->children())
    eval(Child);
  return {};
}

Operand BodyWalker::VisitParenExpr(const ParenExpr *E) {
  return eval(E->getSubExpr());
}

Operand BodyWalker::VisitExprWithCleanups(const ExprWithCleanups *E) {
  return eval(E->getSubExpr());
}

Operand
BodyWalker::VisitMaterializeTemporaryExpr(const MaterializeTemporaryExpr *E) {
  return eval(E->getSubExpr());
}

Operand BodyWalker::VisitCXXBindTemporaryExpr(const CXXBindTemporaryExpr *E) {
  return eval(E->getSubExpr());
}

Operand BodyWalker::VisitConstantExpr(const ConstantExpr *E) {
  return eval(E->getSubExpr());
}

Operand BodyWalker::VisitSubstNonTypeTemplateParmExpr(
    const SubstNonTypeTemplateParmExpr *E) {
  return eval(E->getReplacement());
}

Operand BodyWalker::VisitCXXDefaultArgExpr(const CXXDefaultArgExpr *E) {
  return eval(E->getExpr());
}

Operand BodyWalker::VisitCXXDefaultInitExpr(const CXXDefaultInitExpr *E) {
  return eval(E->getExpr());
}

Operand BodyWalker::VisitCXXNullPtrLiteralExpr(const CXXNullPtrLiteralExpr *) {
  return {emitValue(Op::Null), RegId::none()};
}

Operand BodyWalker::VisitStmtExpr(const StmtExpr *E) {
  eval(E->getSubStmt());
  return {};
}

} // namespace refcycle::analyzer
