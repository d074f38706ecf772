// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BodyWalker.h. Here: emitting, parameters and variables.

#include "extract/BodyWalker.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace refcycle::analyzer {

BodyWalker::BodyWalker(FactsBuilder &Facts, const ModelTable &Models,
                       const FunctionDecl *Definition)
    : Facts(Facts), Models(Models), Context(Facts.context()),
      Definition(Definition), Self(Facts.function(Definition)),
      Conditions(Facts.shapes(), Facts.flags(), Facts.context(), Definition) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Definition))
    if (Method->getParent()->isLambda()) {
      llvm::DenseMap<const ValueDecl *, FieldDecl *> Fields;
      Method->getParent()->getCaptureFields(Fields, ThisCapture);
      Captures = std::move(Fields);
    }
}

BodyWalker::BodyWalker(FactsBuilder &Facts, const ModelTable &Models,
                       const VarDecl *Variable)
    : Facts(Facts), Models(Models), Context(Facts.context()),
      Definition(nullptr), Self(Facts.initializer(Variable)),
      Conditions(Facts.shapes(), Facts.flags(), Facts.context(), nullptr) {}

void BodyWalker::run() {
  walkParameters();
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Definition))
    walkInitializers(Ctor);
  const auto *Coroutine = dyn_cast<CoroutineBodyStmt>(Definition->getBody());
  if (Coroutine)
    walkCoroutine(Coroutine);
  else
    eval(Definition->getBody());
  writeBody();
  Function &F = Facts.functionFacts(Self);
  if (Coroutine)
    F.Flags |= uint16_t(FunctionFlag::Coroutine);
  F.Loc = Facts.loc(Definition->getLocation());
}

void BodyWalker::runInitializer(const VarDecl *Variable) {
  declareStatic(Variable);
  writeBody();
}

void BodyWalker::writeBody() {
  removeDeadCode(Out);
  Function &F = Facts.functionFacts(Self);
  F.Flags |= uint16_t(FunctionFlag::HasBody);
  F.Params = std::move(Out.Params);
  F.Locals = std::move(Out.Locals);
  F.Registers = Out.Registers;
  F.Body = std::move(Out.Body);
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

Instr &BodyWalker::emit(Op Code, SourceLocation Loc) {
  if (Code == Op::If || Code == Op::Loop || Code == Op::Block) {
    Elements.open();
    OpenBlocks.push_back(Code);
  } else if (Code == Op::Else) {
    Elements.otherWay();
  } else if (Code == Op::End) {
    Elements.close();
    OpenBlocks.pop_back();
  }
  Instr I;
  I.Code = Code;
  if (Loc.isValid())
    I.Loc = Facts.loc(Loc);
  return Out.Body.emplace_back(std::move(I));
}

RegId BodyWalker::emitValue(Op Code, SourceLocation Loc) {
  RegId Dst{Out.Registers++};
  emit(Code, Loc).Dst = Dst;
  return Dst;
}

RegId BodyWalker::load(Operand Where) {
  if (Where.Value || !Where.Place)
    return Where.Value;
  if (Where.Element && !Where.Mirror)
    return loadElement(Where.Place, Where);
  RegId Dst = emitValue(Op::Load);
  Out.Body.back().A = Where.Mirror ? Where.Mirror : Where.Place;
  return Dst;
}

/// One of the objects in a container, which is a place or a value.
RegId BodyWalker::loadElement(RegId Container, const Operand &Which) {
  if (RegId Known = Elements.valueOf(Which.Number))
    return Known;
  RegId Dst = emitValue(Op::Load, Which.Loc);
  Instr &I = Out.Body.back();
  I.A = Container;
  I.Flags |= uint16_t(InstrFlag::Element) | Which.Presence;
  if (Which.Presence)
    I.Rec = Which.Class;
  if (Which.Key)
    I.Args = {Which.Key};
  Elements.remember(Which.Number, Dst);
  return Dst;
}

/// A constant, or a parameter that the body leaves as it is.
RegId BodyWalker::keyOf(const Expr *E) {
  if (std::optional<std::string> Constant = Keys.constant(E)) {
    RegId Dst = emitValue(Op::Key);
    Out.Body.back().Text = Facts.string(*Constant);
    return Dst;
  }
  const ParmVarDecl *Parameter = Keys.parameter(E);
  if (!Parameter || paramMode(Parameter->getType()) != ParamMode::None)
    return RegId::none();
  RegId Dst = emitValue(Op::Param);
  Out.Body.back().Index = Parameter->getFunctionScopeIndex();
  return Dst;
}

RegId BodyWalker::slotOf(RegId Object, SlotRef Slot) {
  RegId Dst = emitValue(Op::Slot);
  Out.Body.back().A = Object;
  Out.Body.back().Rec = Slot.Owner;
  Out.Body.back().Index = Slot.Index;
  return Dst;
}

RegId BodyWalker::alloc(RecordId Record, AllocKind Kind, SourceLocation Loc) {
  RegId Dst = emitValue(Op::Alloc, Loc);
  Out.Body.back().Rec = Record;
  Out.Body.back().Kind = uint8_t(Kind);
  return Dst;
}

RegId BodyWalker::unknown(QualType Type) {
  RecordId Record = Facts.pointee(Type);
  RegId Dst = emitValue(Op::Unknown);
  Out.Body.back().Rec = Record;
  return Dst;
}

/// \p Object, seen as what a pointer or handle of this type points to.
RegId BodyWalker::castTo(RegId Object, QualType Type) {
  RecordId Record = Facts.pointee(Type);
  RegId Dst = emitValue(Op::Cast);
  Out.Body.back().A = Object;
  Out.Body.back().Rec = Record;
  return Dst;
}

RegId BodyWalker::join(llvm::ArrayRef<RegId> Values) {
  std::vector<RegId> Known;
  llvm::copy_if(Values, std::back_inserter(Known),
                [](RegId R) { return bool(R); });
  if (Known.size() <= 1)
    return Known.empty() ? RegId::none() : Known.front();
  RegId Dst = emitValue(Op::Join);
  Out.Body.back().Args = std::move(Known);
  return Dst;
}

void BodyWalker::store(RegId Place, RegId Value, StoreKind Kind, Hold ValueHold,
                       SourceLocation Loc, uint16_t Flags, RegId Key) {
  if (!Place || !Value)
    return;
  Instr &I = emit(Op::Store, Loc);
  I.A = Place;
  I.B = Value;
  I.Kind = uint8_t(Kind);
  I.ValueHold = ValueHold;
  I.Flags |= Flags;
  if (Key)
    I.Args = {Key};
  if (Kind == StoreKind::Assign)
    Elements.changed(Place);
}

void BodyWalker::clear(RegId Place, ClearKind Kind, SourceLocation Loc,
                       uint16_t Flags, RegId Key) {
  if (!Place)
    return;
  Instr &I = emit(Op::Clear, Loc);
  I.A = Place;
  I.Kind = uint8_t(Kind);
  I.Flags |= Flags;
  if (Key)
    I.Args = {Key};
  Elements.changed(Place);
}

/// Nothing is left in one element; the others stay.
void BodyWalker::clearOne(const Operand &Element, SourceLocation Loc) {
  clear(Element.Place, ClearKind::Erase, Loc,
        uint16_t(InstrFlag::One) | uint16_t(InstrFlag::Hollow), Element.Key);
}

/// `handlers[name] = nullptr`, `handlers[name].reset()`. Where nothing says
/// which element it is, all that the container holds may be meant.
void BodyWalker::clearElement(const Operand &Element, ClearKind Otherwise,
                              SourceLocation Loc) {
  if (Element.Element && Element.Key)
    clearOne(Element, Loc);
  else
    clear(Element.Place, Otherwise, Loc);
  clear(Element.Mirror, ClearKind::Null, Loc);
}

//===----------------------------------------------------------------------===//
// Parameters and constructor initialisers
//===----------------------------------------------------------------------===//

/// A pointer that is returned may be a heap cell as well: whether it leads to a
/// place is only known where the function's body is.
bool BodyWalker::returnsPlace(const FunctionDecl *Function) const {
  QualType Result = Function->getReturnType();
  return Result->isLValueReferenceType() &&
         paramMode(Result) == ParamMode::Place;
}

/// Whether the name of a parameter that is handed over as a value is a place in
/// the body. `Ref<T> &&` is: it has a name, so it can be given to a `Ref<T> &`,
/// as a `move` that the project wrote itself takes it.
static bool namesVariable(const TypeShapes &Shapes, QualType Type) {
  QualType Referred = Type.getNonReferenceType();
  if (Type->isReferenceType())
    return Type->isRValueReferenceType() && Shapes.isPlace(Referred);
  return !Shapes.shape(Type).is(ShapeKind::Object);
}

void BodyWalker::walkParameters() {
  for (const ParmVarDecl *Parameter : Definition->parameters()) {
    uint32_t Index = Out.Params.size();
    Param &P = Out.Params.emplace_back(Facts.parameter(Definition, Parameter));
    bool ByPointer = Parameter->getType()->isPointerType();
    if (P.Mode == ParamMode::None)
      continue;
    RegId Dst = emitValue(Op::Param);
    Out.Body.back().Index = Index;
    if (P.Mode == ParamMode::Place)
      Bindings[Parameter] = {RegId::none(), Dst, /*Element=*/false,
                             /*Address=*/ByPointer};
    else if (!namesVariable(Facts.shapes(), Parameter->getType()))
      Bindings[Parameter] = {Dst, RegId::none()};
    else // A variable of its own, which the body may change.
      store(newLocal(Parameter, RecordId::none()),
            withDeleter(Dst, RegId::none(), Parameter->getType(), {}),
            StoreKind::Init, Facts.holdOf(Parameter->getType()), {});
  }
}

void BodyWalker::walkInitializers(const CXXConstructorDecl *Ctor) {
  for (const CXXCtorInitializer *Init : Ctor->inits()) {
    SourceLocation Loc = Init->getSourceLocation();
    if (Init->getInit()->getType().isNull())
      continue; // Arguments that did not compile: nobody knows what they make.
    if (const FieldDecl *Field = Init->getAnyMember()) {
      initMember(Field, Init->getInit(), Loc);
      continue;
    }
    RegId Object = emitValue(Op::This);
    QualType Base(Init->getTypeSourceInfo()->getType());
    if (auto Slot = Facts.baseSlot(Ctor->getParent(), Base))
      initSlot(slotOf(Object, *Slot), Base, Init->getInit(), Loc);
    else if (const auto *Closure = Base->getAsCXXRecordDecl();
             Closure && Closure->isLambda())
      becomeClosure(Object, Closure, Init->getInit());
    else if (const auto *Construct =
                 dyn_cast<CXXConstructExpr>(Init->getInit()->IgnoreImplicit()))
      constructObject(Construct, Object, AllocKind::Heap);
    else
      eval(Init->getInit());
  }
}

void BodyWalker::initMember(const FieldDecl *Field, const Expr *Init,
                            SourceLocation Loc) {
  std::optional<SlotRef> Slot = Facts.slot(Field);
  if (!Slot) {
    eval(Init);
    return;
  }
  RegId Object = emitValue(Op::This);
  initSlot(slotOf(Object, *Slot), Field->getType(), Init, Loc);
}

/// A by-value member is constructed where it stands; everything else is
/// evaluated and stored.
void BodyWalker::initSlot(RegId Place, QualType Type, const Expr *Init,
                          SourceLocation Loc) {
  if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(Init))
    Init = Default->getExpr();
  bool InPlace = shape(Type).is(ShapeKind::Object) && !Type->isReferenceType();
  if (InPlace)
    if (const auto *Construct =
            dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit()))
      if (!Construct->getConstructor()->isCopyOrMoveConstructor()) {
        constructObject(Construct, load({RegId::none(), Place}),
                        AllocKind::Heap);
        return;
      }
  store(Place, referred(Type, Init), StoreKind::Init, holdOf(Init),
        Init->getExprLoc().isValid() ? Init->getExprLoc() : Loc);
}

/// What a new slot of this type gets: a reference to a variable gets its place.
RegId BodyWalker::referred(QualType Type, const Expr *Init) {
  Operand Given = eval(Init);
  bool Refers = Type->isReferenceType() &&
                paramMode(Type) == ParamMode::Place && Given.Place &&
                !Given.Element;
  return Refers ? Given.Place : load(Given);
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

bool isAddressOfPlace(const TypeShapes &Shapes, const Expr *E) {
  const auto *Address = dyn_cast<UnaryOperator>(E->IgnoreParenImpCasts());
  return Address && Address->getOpcode() == UO_AddrOf &&
         Shapes.isPlace(Address->getSubExpr()->getType());
}

/// Is the variable made of a pointer and something else, such as a deleter?
static bool isMadeOfSeveral(const VarDecl *Variable) {
  const Expr *Init = Variable->getInit();
  const auto *Made =
      Init ? dyn_cast<CXXConstructExpr>(Init->IgnoreUnlessSpelledInSource())
           : nullptr;
  return Made && Made->getNumArgs() > 1;
}

/// A sole owner with a deleter of the program; or a counted one with a deleter
/// that nothing refers to: it is there for what it does at its end.
bool BodyWalker::endsItsContent(const VarDecl *Variable) const {
  QualType Type = Variable->getType();
  const Shape &S = shape(Type);
  if (!S.is(ShapeKind::Handle) || Type->isReferenceType())
    return false;
  if (S.Holds == Hold::Unique)
    return ownDeleter(Type) || isMadeOfSeveral(Variable);
  return S.Holds == Hold::Strong && !Variable->isReferenced() &&
         isMadeOfSeveral(Variable);
}

RegId BodyWalker::newLocal(const VarDecl *Variable, RecordId Destroys) {
  uint32_t Index = Out.Locals.size();
  Out.Locals.push_back(
      {Facts.string(Variable->getName()), Destroys, endsItsContent(Variable)});
  LocalIndex[Variable] = Index;
  RegId Dst = emitValue(Op::Local);
  Out.Body.back().Index = Index;
  return Dst;
}

/// A variable of a coroutine has its slot in the frame already.
RegId BodyWalker::newVariable(const VarDecl *Variable, RecordId Destroys) {
  if (auto Slot = Bindings.find(Variable); Slot != Bindings.end())
    return Slot->second.Place;
  return newLocal(Variable, Destroys);
}

void BodyWalker::declareReference(const VarDecl *Variable) {
  Operand Bound = eval(Variable->getInit());
  // One element for the whole life of the reference. What is assigned to it is
  // read from it afterwards: `auto &slot = m[k]; if (!slot) slot = make();`
  bool MayChange = Bound.Element && Bound.Place &&
                   Variable->getType()->isReferenceType() &&
                   !Variable->getType()->getPointeeType().isConstQualified() &&
                   Facts.shapes().isPlace(Variable->getType());
  if (Bound.Element)
    Bound.Value = load(Bound);
  if (MayChange) {
    Bound.Mirror = newLocal(Variable, RecordId::none());
    store(Bound.Mirror, std::exchange(Bound.Value, {}), StoreKind::Init,
          Hold::Raw, {});
  }
  Bindings[Variable] = Bound;
  if (const auto *Decomposed = dyn_cast<DecompositionDecl>(Variable))
    bindNames(Decomposed);
}

void BodyWalker::bindNames(const DecompositionDecl *Decomposed) {
  Operand Whole = Bindings.lookup(Decomposed);
  for (const BindingDecl *Name : Decomposed->bindings())
    if (!Name->getHoldingVar() && Name->getBinding() &&
        shape(Decomposed->getType()).is(ShapeKind::Object))
      Bindings[Name] = eval(Name->getBinding());
    else
      Bindings[Name] = Whole;
}

void BodyWalker::declareStatic(const VarDecl *Variable) {
  const Expr *Init = Variable->getInit();
  if (Init && shape(Variable->getType()))
    store(global(Variable).Place, value(Init), StoreKind::Init,
          Facts.holdOf(Variable->getType()), Variable->getLocation());
  else
    eval(Init);
}

void BodyWalker::declare(const VarDecl *Variable) {
  if (Variable->hasExternalStorage())
    return;
  if (Variable->isStaticLocal())
    return declareStatic(Variable);
  const Expr *Init = Variable->getInit();
  QualType Type = Variable->getType();
  const Shape &S = shape(Type);
  // Iterators have no shape, yet stand for the container's place. A pointer
  // to a slot is taken for an alias: one that changes later is rare.
  bool IsAlias = Type->isReferenceType() || !S ||
                 isa<DecompositionDecl>(Variable) ||
                 (Init && isAddressOfPlace(Facts.shapes(), Init));
  if (IsAlias) {
    if (Init)
      declareReference(Variable);
    if (Init && Type.isConstQualified())
      Members[Variable] = memberNamedBy(Init);
    return;
  }
  bool Destroys = S.is(ShapeKind::Object) && !S.Record->isLambda();
  RegId Place = newVariable(Variable, Destroys ? Facts.record(S.Record)
                                               : RecordId::none());
  if (!Init) {
    store(Place, emitValue(Op::Null), StoreKind::Init, Hold::Raw,
          Variable->getLocation());
    return;
  }
  RegId Value =
      Destroys ? load(newObject(Init, AllocKind::Stack)) : value(Init);
  if (!Value)
    Value = unknown(Type);
  store(Place, Value, StoreKind::Init, Facts.holdOf(Type),
        Variable->getLocation());
}

} // namespace refcycle::analyzer
