// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// New objects and new values: constructors, new, braces, and the factories
// whose bodies are not parsed (make_shared), where the constructor that they
// call has to be found again from the arguments.

#include "extract/BodyWalker.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace refcycle::analyzer {

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

Operand BodyWalker::VisitCXXConstructExpr(const CXXConstructExpr *E) {
  // Up to C++14 a temporary is moved to where later standards make it.
  if (E->isElidable())
    return eval(E->getArg(0));
  const Shape &S = shape(E);
  if (!S) {
    // An iterator made from an iterator still stands for the container.
    if (E->getNumArgs() == 1)
      return eval(E->getArg(0));
    evalAll({E->getArgs(), E->getNumArgs()});
    return {};
  }
  if (S.is(ShapeKind::Object))
    return constructObject(E, RegId::none(), AllocKind::Temporary);
  return constructValue(E);
}

/// A new object that nothing else refers to: copying it is moving it.
static bool isTemporary(const Expr *E) {
  return E->isPRValue() || isa<MaterializeTemporaryExpr>(E->IgnoreParens());
}

/// What a defaulted move leaves behind: handles, containers and wrappers are
/// empty then; pointers stay.
void BodyWalker::emptySlots(RegId Object, const CXXRecordDecl *Record,
                            SourceLocation Loc) {
  for (const FieldDecl *Field : Record->fields()) {
    const Shape &S = shape(Field->getType());
    std::optional<SlotRef> Slot = Facts.slot(Field);
    if (Slot && !Field->getType()->isReferenceType() &&
        (S.is(ShapeKind::Handle) || S.is(ShapeKind::Carrier)))
      clear(slotOf(Object, *Slot), ClearKind::MoveOut, Loc);
  }
}

/// What was moved out of a container is not in it any more, even if it is
/// erased only later.
void BodyWalker::moveFrom(const Operand &Given, RegId Object,
                          const CXXRecordDecl *Record, SourceLocation Loc) {
  if (Given.Element && Given.Place)
    clearOne(Given, Loc);
  else
    emptySlots(Object, Record, Loc);
}

/// Constructs into Target, or into a new object if there is none.
Operand BodyWalker::constructObject(const CXXConstructExpr *E, RegId Target,
                                    AllocKind Kind) {
  const CXXConstructorDecl *Ctor = E->getConstructor();
  if (Ctor->isCopyOrMoveConstructor() && E->getNumArgs() >= 1) {
    Operand Given = eval(E->getArg(0));
    RegId Source = load(Given);
    if (!Source || isTemporary(E->getArg(0)) || Ctor->getParent()->isLambda())
      return {Source, RegId::none()};
    RegId Copy = copyOf(Source, E->getBeginLoc());
    if (Ctor->isMoveConstructor() && Ctor->isDefaulted())
      moveFrom(Given, Source, Ctor->getParent(), E->getBeginLoc());
    return {Copy, RegId::none()};
  }
  if (!Target)
    Target = alloc(Facts.record(Ctor->getParent()), Kind, E->getBeginLoc());
  if (Ctor->isTrivial())
    return {Target, RegId::none()};
  call(Ctor, Target, {E->getArgs(), E->getNumArgs()}, E->getBeginLoc(), false);
  return {Target, RegId::none()};
}

/// What a parameter of ours holds at the start of the body.
RegId BodyWalker::parameterValue(const ParmVarDecl *Parameter) {
  if (paramMode(Parameter->getType()) == ParamMode::None)
    return RegId::none();
  auto Bound = Bindings.find(Parameter);
  if (Bound != Bindings.end())
    return load(Bound->second);
  RegId Place = emitValue(Op::Local);
  Out.Body.back().Index = LocalIndex.lookup(Parameter);
  return load({RegId::none(), Place});
}

/// `using Base::Base;`: our parameters go on to the base's constructor.
Operand
BodyWalker::VisitCXXInheritedCtorInitExpr(const CXXInheritedCtorInitExpr *E) {
  RegId Object = emitValue(Op::This);
  std::vector<RegId> Arguments;
  for (const ParmVarDecl *Parameter : Definition->parameters())
    Arguments.push_back(parameterValue(Parameter));
  FunctionId Callee = Facts.function(E->getConstructor());
  Instr &I = emit(Op::Call, E->getBeginLoc());
  I.A = Object;
  I.Callee = Callee;
  I.Args = std::move(Arguments);
  return {};
}

Operand BodyWalker::VisitCXXNewExpr(const CXXNewExpr *E) {
  evalAll(llvm::ArrayRef(const_cast<CXXNewExpr *>(E)->getPlacementArgs(),
                         E->getNumPlacementArgs()));
  QualType Type = E->getAllocatedType();
  const Shape &S = shape(Type);
  const Expr *Init = E->getInitializer();
  if (!S || E->isArray()) {
    eval(Init);
    if (!S || Init)
      return {};
    return {makeElements(Type, E->getBeginLoc()), RegId::none()};
  }
  if (!S.is(ShapeKind::Object)) {
    RecordId Cell = Facts.cell(Type);
    RegId Object = alloc(Cell, AllocKind::Heap, E->getBeginLoc());
    if (RegId Value = value(Init))
      store(slotOf(Object, {Cell, 0}), Value, StoreKind::Init,
            Facts.holdOf(Type), E->getBeginLoc());
    return {Object, RegId::none()};
  }
  if (Init)
    return newObject(Init, AllocKind::Heap);
  return {alloc(Facts.record(S.Record), AllocKind::Heap, E->getBeginLoc()),
          RegId::none()};
}

//===----------------------------------------------------------------------===//
// Handles and carriers
//===----------------------------------------------------------------------===//

bool areRelated(const CXXRecordDecl *A, const CXXRecordDecl *B) {
  A = A->getCanonicalDecl();
  B = B->getCanonicalDecl();
  return A == B || !A->hasDefinition() || !B->hasDefinition() ||
         A->isDerivedFrom(B) || B->isDerivedFrom(A);
}

/// Can an argument of this type be what a handle to Pointee is made of? Tags,
/// deleters and allocators cannot.
static bool canPointTo(const TypeShapes &Shapes, const Shape &Handle,
                       QualType Pointee, QualType Argument) {
  const Shape &S = Shapes.shape(Argument);
  const CXXRecordDecl *Given = Shapes.target(Argument);
  const CXXRecordDecl *Wanted = Shapes.target(Pointee);
  if (Given && Wanted)
    return areRelated(Given, Wanted);
  return Handle.Pointee->isVoidType() || Shapes.pointsToCell(Handle) ||
         S.is(ShapeKind::Handle);
}

/// Those of its own, templates as well.
static DeclContext::lookup_result
declaredCallOperators(const CXXRecordDecl *Class) {
  return Class->lookup(
      Class->getASTContext().DeclarationNames.getCXXOperatorName(OO_Call));
}

static bool hasCallOperator(const CXXRecordDecl *Class) {
  return !declaredCallOperators(Class).empty();
}

/// Not handles and pointers, which are callable in no useful sense, nor
/// allocators and tags. What carries a value without a shape is a bind object.
static bool isCallable(const Expr *Argument, const Shape &S) {
  if (!S || S.Callable || namedFunction(Argument))
    return true;
  return S.is(ShapeKind::Object) && Argument->getType()->isRecordType() &&
         hasCallOperator(S.Record);
}

/// Notes that a handle to Derived becomes one to Base.
static void noteConversion(FactsBuilder &Facts, const CXXRecordDecl *Derived,
                           const CXXRecordDecl *Base) {
  if (Derived && Base && Derived != Base && Derived->hasDefinition() &&
      Base->hasDefinition() && Derived->isDerivedFrom(Base))
    Facts.addConversion(Derived, Base);
}

/// `h.get()`, `&*h`: the object has an owner already, and the new control block
/// is none of its parts.
static bool isOwnedAlready(const TypeShapes &Shapes, const Expr *Pointer) {
  Pointer = Pointer->IgnoreParenImpCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(Pointer);
      Address && Address->getOpcode() == UO_AddrOf) {
    const auto *Object =
        dyn_cast<CXXOperatorCallExpr>(Address->getSubExpr()->IgnoreParens());
    return Object && Object->getOperator() == OO_Star &&
           Shapes.shape(Object->getArg(0)->getType()).is(ShapeKind::Handle);
  }
  const auto *Call = dyn_cast<CXXMemberCallExpr>(Pointer);
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  return Method && Method->isConst() && Call->getNumArgs() == 0 &&
         Shapes.shape(Call->getImplicitObjectArgument()->getType())
             .is(ShapeKind::Handle);
}

/// The function that \p Deleter calls, if it is in sight.
static const FunctionDecl *deletingFunction(const Expr *Deleter) {
  const Expr *E = Deleter->IgnoreUnlessSpelledInSource();
  const FunctionDecl *Function = namedFunction(E);
  if (!Function) {
    const CXXRecordDecl *Class = E->getType()->getAsCXXRecordDecl();
    if (!Class || !Class->hasDefinition() ||
        !declaredCallOperators(Class->getDefinition()).isSingleResult())
      return nullptr;
    Function =
        declaredCallOperators(Class->getDefinition()).front()->getAsFunction();
  }
  const FunctionDecl *Definition = nullptr;
  return Function && Function->hasBody(Definition) ? Definition : nullptr;
}

/// `[](T *) {}`: who looks away from what it is given deletes nothing.
static bool deletesNothing(const Expr *Deleter) {
  const FunctionDecl *Function = deletingFunction(Deleter);
  return Function && Function->getNumParams() == 1 &&
         !Function->getParamDecl(0)->isReferenced();
}

/// Not `[owner](T *) {}`, which owns by what it captures.
static bool isStateless(const Expr *Deleter) {
  const CXXRecordDecl *Class = Deleter->getType()->getAsCXXRecordDecl();
  return !Class || (Class->hasDefinition() && Class->isEmpty());
}

/// `shared_ptr<T>(shared_ptr<void>(), p)`: points to what it does not own.
static bool sharesNothing(const TypeShapes &Shapes,
                          llvm::ArrayRef<const Expr *> Arguments) {
  return Arguments.size() == 2 && isEmptyValue(Arguments[0]) &&
         Shapes.shape(Arguments[0]->getType()).is(ShapeKind::Handle);
}

/// A handle made of several arguments points to the first handle among them
/// (aliasing constructors share its control block), else to the first object,
/// whose new control block keeps the deleter. If somebody owns the object, the
/// block is an object next to it, and the handle holds both. A handle that owns
/// nothing is one to its control block, if it has one.
RegId BodyWalker::handleFrom(QualType Type, Args Arguments) {
  if (sharesNothing(Facts.shapes(), Arguments))
    return RegId::none();
  RegId FromHandle, FromObject, Deleter;
  bool IsNewBlock = false;
  SourceLocation DeleterLoc;
  for (const Expr *Argument : Arguments) {
    if (deletesNothing(Argument) && (!IsNewBlock || isStateless(Argument)))
      FromObject = RegId::none();
    const Shape &S = shape(Argument);
    const FunctionDecl *Named = namedFunction(Argument);
    RegId Value = Named && !isOfLibrary(Named)
                      ? applyBind(Argument->getExprLoc(), Argument).Value
                      : value(Argument);
    if (!Value || isEmptyValue(Argument))
      continue;
    if (S.is(ShapeKind::Handle) && !FromHandle) {
      FromHandle = Value;
    } else if (!Deleter && Argument != Arguments.front() &&
               isCallable(Argument, S)) {
      Deleter = Value;
      DeleterLoc = Argument->getExprLoc();
    } else if (!FromObject &&
               canPointTo(Facts.shapes(), shape(Type), shape(Type).Pointee,
                          Argument->getType())) {
      FromObject = Value;
      IsNewBlock = isOwnedAlready(Facts.shapes(), Argument);
    }
    noteConversion(Facts, Facts.shapes().target(Argument->getType()),
                   Facts.shapes().target(Type));
  }
  if (FromHandle)
    return FromHandle;
  if (!FromObject || !IsNewBlock || shape(Type).Holds != Hold::Strong)
    return withDeleter(FromObject, Deleter, Type, DeleterLoc);
  if (!Deleter)
    return FromObject;
  RegId Block = withDeleter(RegId::none(), Deleter, Type, DeleterLoc);
  store(slotOf(Block, Facts.deletedSlot()), FromObject, StoreKind::Init,
        Hold::Raw, DeleterLoc);
  return join({FromObject, Block});
}

/// The deleter that a handle was given, or the one that its type says, goes to
/// the object that it will end. Without an object that is known, the control
/// block is one.
RegId BodyWalker::withDeleter(RegId Object, RegId Deleter, QualType Type,
                              SourceLocation Loc) {
  const Shape &S = shape(Type);
  if (!S.is(ShapeKind::Handle) ||
      (S.Holds != Hold::Strong && S.Holds != Hold::Unique))
    return Object;
  if (const CXXRecordDecl *Own = ownDeleter(Type); Own && !Deleter)
    Deleter = alloc(Facts.record(Own), AllocKind::Temporary, Loc);
  if (!Deleter)
    return Object;
  SlotRef Slot = Facts.deleterSlot();
  if (!Object)
    Object = alloc(Slot.Owner, AllocKind::Heap, Loc);
  store(slotOf(Object, Slot), Deleter, StoreKind::Init, Hold::Value, Loc);
  return Object;
}

/// The class whose objects a sole owner of this type calls to delete, if the
/// program itself wrote it: `std::unique_ptr<T, D>`.
const CXXRecordDecl *BodyWalker::ownDeleter(QualType Type) const {
  const auto *Handle = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Type.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Handle || shape(Type).Holds != Hold::Unique)
    return nullptr;
  for (const TemplateArgument &Given :
       Handle->getTemplateArgs().asArray().drop_front()) {
    const CXXRecordDecl *Class = Given.getKind() == TemplateArgument::Type
                                     ? Given.getAsType()->getAsCXXRecordDecl()
                                     : nullptr;
    if (Class && Class->hasDefinition() && !isOfLibrary(Class) &&
        shape(Given.getAsType()).is(ShapeKind::Object) &&
        hasCallOperator(Class->getDefinition()))
      return Class->getDefinition();
  }
  return nullptr;
}

/// Does a model say that default construction makes the cell that the handle
/// points to? `std::promise` and its state.
bool BodyWalker::startsWithCell(QualType Type) const {
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  if (!Class || !Facts.shapes().pointsToCell(shape(Type)))
    return false;
  const FunctionModel *Model = Models.function(Facts.names().qualified(Class) +
                                               "::" + Class->getNameAsString());
  return Model && Model->Role == FunctionRole::Make;
}

/// A default constructor that makes the pointee at once, as vtkNew does.
RegId BodyWalker::defaultPointee(const CXXConstructorDecl *Ctor) {
  QualType Type = Context.getCanonicalTagType(Ctor->getParent());
  if (startsWithCell(Type))
    return makeObject(shape(Type).Pointee, {}, Ctor->getLocation());
  const FunctionDecl *Body = nullptr;
  if (!Ctor->isDefined(Body))
    return RegId::none();
  for (const CXXCtorInitializer *Init : cast<CXXConstructorDecl>(Body)->inits())
    if (Init->getAnyMember() && Init->isWritten() &&
        isa<CallExpr, CXXNewExpr>(Init->getInit()->IgnoreParenImpCasts()))
      return value(Init->getInit());
  return RegId::none();
}

/// What a carrier made of these holds. An `any` made of a pointer holds the
/// pointer, which owns nothing.
RegId BodyWalker::contentFrom(const Shape &Carrier, Args Arguments) {
  llvm::SmallVector<RegId, 4> Values;
  for (const Expr *Argument : Arguments)
    if (RegId Value = value(Argument);
        !Carrier.Erased || owns(holdOf(Argument)))
      Values.push_back(Value);
  return join(Values);
}

/// What a handle or a carrier holds that is made of these, in an expression or
/// in place.
RegId BodyWalker::madeFrom(QualType Type, Args Arguments, SourceLocation Loc) {
  const Shape &S = shape(Type);
  if (callsWithArguments(Type, Arguments))
    return applyBind(Loc, Arguments).Value;
  // A function owns nothing, but takes the place of what did.
  if (S.is(ShapeKind::Carrier) && S.Callable && Arguments.size() == 1 &&
      namedFunction(Arguments[0]))
    return applyBind(Arguments[0]->getExprLoc(), Arguments).Value;
  if (S.is(ShapeKind::Carrier))
    return contentFrom(S, Arguments);
  return handleFrom(Type, Arguments);
}

/// `vector<T>(n)`: a number of new elements. A number that a table of keys is
/// made with is one of buckets.
static bool takesCount(const CXXConstructExpr *E) {
  const CXXConstructorDecl *Ctor = E->getConstructor();
  return E->getNumArgs() > 0 && !isEmptyValue(E->getArg(0)) &&
         !hasKeys(Ctor->getParent()) && declares(Ctor->getParent(), "resize") &&
         Ctor->getParamDecl(0)->getType()->isIntegralOrEnumerationType() &&
         llvm::all_of(llvm::drop_begin(E->arguments()),
                      [](const Expr *A) { return isa<CXXDefaultArgExpr>(A); });
}

Operand BodyWalker::constructValue(const CXXConstructExpr *E) {
  Args Arguments(E->getArgs(), E->getNumArgs());
  const Shape &S = shape(E);
  if (S.Many && !S.Held.empty() && takesCount(E)) {
    evalAll(Arguments);
    return {makeElements(S.Held.back(), E->getBeginLoc()), RegId::none()};
  }
  RegId Value = Arguments.empty()
                    ? defaultPointee(E->getConstructor())
                    : madeFrom(E->getType(), Arguments, E->getBeginLoc());
  if (!Value && !S.is(ShapeKind::Carrier) &&
      llvm::any_of(Arguments, [&](const Expr *A) { return bool(shape(A)); }))
    Value = unknown(E->getType());
  if (!Value && isEmptyValue(E))
    Value = emitValue(Op::Null);
  return {Value, RegId::none()};
}

//===----------------------------------------------------------------------===//
// Braces
//===----------------------------------------------------------------------===//

void BodyWalker::initAggregate(RegId Object, const CXXRecordDecl *Record,
                               Args Inits, SourceLocation Loc) {
  unsigned Next = 0;
  for (const CXXBaseSpecifier &Base : Record->bases()) {
    if (Next == Inits.size())
      return;
    const Expr *Init = Inits[Next++];
    if (!Init) // Did not compile.
      continue;
    Init = Init->IgnoreImplicit();
    const auto *BaseRecord = Base.getType()->getAsCXXRecordDecl();
    if (BaseRecord && BaseRecord->isLambda())
      becomeClosure(Object, BaseRecord, Init);
    else if (const auto *List = dyn_cast<InitListExpr>(Init);
             List && BaseRecord)
      initAggregate(Object, BaseRecord, List->inits(), Loc);
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Init);
             Construct && shape(Base.getType()).is(ShapeKind::Object))
      constructObject(Construct, Object, AllocKind::Temporary);
    else
      eval(Init);
  }
  for (const FieldDecl *Field : Record->fields()) {
    if (Field->isUnnamedBitField())
      continue;
    const Expr *Init = Next < Inits.size() ? Inits[Next++] : nullptr;
    std::optional<SlotRef> Slot = Facts.slot(Field);
    if (!Init || isa<CXXDefaultInitExpr>(Init))
      initDefault(Object, Field, Loc);
    else if (!Slot || isa<ImplicitValueInitExpr>(Init))
      eval(Init);
    else
      initSlot(slotOf(Object, *Slot), Field->getType(), Init, Loc);
  }
}

/// A base that is a closure: what the given one captured is in Object now.
void BodyWalker::becomeClosure(RegId Object, const CXXRecordDecl *Closure,
                               const Expr *Init) {
  const auto *Construct = dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit());
  bool IsCopy = Construct && Construct->getNumArgs() == 1;
  RegId Given = value(IsCopy ? Construct->getArg(0) : Init);
  if (!Given)
    return;
  for (const FieldDecl *Field : Closure->fields()) {
    std::optional<SlotRef> Slot = Facts.slot(Field);
    if (!Slot)
      continue;
    QualType Type = Field->getType();
    RegId From = slotOf(Given, *Slot);
    bool Refers =
        Type->isReferenceType() && paramMode(Type) == ParamMode::Place;
    store(slotOf(Object, *Slot), Refers ? From : load({RegId::none(), From}),
          StoreKind::Init,
          Type->isReferenceType() ? Hold::Raw : Facts.holdOf(Type),
          Init->getExprLoc());
  }
}

/// `std::shared_ptr<T> B = A;` in an aggregate: A is a member of the object.
void BodyWalker::initDefault(RegId Object, const FieldDecl *Field,
                             SourceLocation Loc) {
  const Expr *Init = Field->getInClassInitializer();
  std::optional<SlotRef> Slot = Facts.slot(Field);
  const Shape &S = shape(Field->getType());
  if (!Init && Slot && S.is(ShapeKind::Object) &&
      !Field->getType()->isReferenceType() && S.Record->hasDefinition())
    return constructDefault(load({RegId::none(), slotOf(Object, *Slot)}),
                            S.Record->getDefinition(), Loc);
  if (!Init && Slot && startsWithCell(Field->getType()))
    store(slotOf(Object, *Slot), makeObject(S.Pointee, {}, Loc),
          StoreKind::Init, S.Holds, Loc);
  if (!Init)
    return;
  RegId Outer = std::exchange(Initialized, Object);
  if (Slot)
    initSlot(slotOf(Object, *Slot), Field->getType(), Init, Loc);
  else
    eval(Init);
  Initialized = Outer;
}

Operand BodyWalker::initList(QualType Type, Args Inits, SourceLocation Loc,
                             AllocKind Kind) {
  const Shape &S = shape(Type);
  if (S.is(ShapeKind::Object)) {
    RegId Object = alloc(Facts.record(S.Record), Kind, Loc);
    if (S.Record->hasDefinition() && !S.Record->isUnion())
      initAggregate(Object, S.Record->getDefinition(), Inits, Loc);
    else
      evalAll(Inits);
    return {Object, RegId::none()};
  }
  llvm::SmallVector<RegId, 4> Values;
  for (const Expr *Init : Inits)
    Values.push_back(value(Init));
  RegId Value = join(Values);
  if (!Value && S && Inits.empty())
    Value = emitValue(Op::Null);
  return {Value, RegId::none()};
}

/// Evaluates an initialiser that makes an object where Kind says. An operand
/// without a value: it does not.
Operand BodyWalker::newObject(const Expr *Init, AllocKind Kind) {
  Init = Init->IgnoreImplicit();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Init))
    return constructObject(Construct, RegId::none(), Kind);
  if (const auto *List = dyn_cast<InitListExpr>(Init)) {
    if (const InitListExpr *Semantic = List->getSemanticForm())
      List = Semantic;
    return initList(List->getType(), List->inits(), List->getBeginLoc(), Kind);
  }
  return eval(Init);
}

Operand BodyWalker::VisitInitListExpr(const InitListExpr *E) {
  if (const InitListExpr *Semantic = E->getSemanticForm())
    E = Semantic;
  return initList(E->getType(), E->inits(), E->getBeginLoc());
}

Operand BodyWalker::VisitCXXParenListInitExpr(const CXXParenListInitExpr *E) {
  llvm::SmallVector<const Expr *, 4> Inits(E->getInitExprs().begin(),
                                           E->getInitExprs().end());
  return initList(E->getType(), Inits, E->getBeginLoc());
}

Operand
BodyWalker::VisitCXXStdInitializerListExpr(const CXXStdInitializerListExpr *E) {
  return eval(E->getSubExpr());
}

Operand BodyWalker::VisitImplicitValueInitExpr(const ImplicitValueInitExpr *E) {
  return initList(E->getType(), {}, E->getBeginLoc());
}

Operand
BodyWalker::VisitCXXScalarValueInitExpr(const CXXScalarValueInitExpr *E) {
  return initList(E->getType(), {}, E->getBeginLoc());
}

//===----------------------------------------------------------------------===//
// Factories
//===----------------------------------------------------------------------===//

/// How well an argument fits a parameter. Negative: it does not.
static int fit(const TypeShapes &Shapes, QualType Parameter,
               QualType Argument) {
  QualType P = Parameter.getNonReferenceType().getCanonicalType();
  QualType A = Argument.getNonReferenceType().getCanonicalType();
  if (P.getUnqualifiedType() == A.getUnqualifiedType())
    return 4;
  if (P->isDependentType())
    return 1;
  const Shape &SP = Shapes.shape(P), &SA = Shapes.shape(A);
  const CXXRecordDecl *TP = Shapes.target(P), *TA = Shapes.target(A);
  if (TP && TA)
    return TP == TA ? 3
           : TA->hasDefinition() && TP->hasDefinition() && TA->isDerivedFrom(TP)
               ? 2
               : -1;
  if (SP.is(ShapeKind::Carrier) && (SP.Callable || SP.Erased))
    return 1;
  if (bool(SP) != bool(SA))
    return -1;
  return P->isArithmeticType() == A->isArithmeticType() ? 1 : 0;
}

static bool hasConstructorTemplate(const CXXRecordDecl *Record) {
  return llvm::any_of(Record->decls(), [](const Decl *D) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    return Template && isa<CXXConstructorDecl>(Template->getTemplatedDecl());
  });
}

const CXXConstructorDecl *
BodyWalker::pickConstructor(const CXXRecordDecl *Record, Args Arguments) const {
  if (hasConstructorTemplate(Record))
    if (const CXXConstructorDecl *Ctor =
            Facts.templates().constructorFor(Record, Arguments))
      return Ctor;
  const CXXConstructorDecl *Best = nullptr;
  int BestScore = -1;
  auto Consider = [&](const CXXConstructorDecl *Ctor) {
    // An inheriting constructor exists only where a body that was not skipped
    // uses it: the inherited one stands for it.
    if (Ctor->isDeleted() || Ctor->isInheritingConstructor() ||
        Arguments.size() > Ctor->getNumParams() ||
        Arguments.size() < Ctor->getMinRequiredArguments())
      return;
    int Score = 0;
    for (unsigned I = 0; I != Arguments.size(); ++I) {
      int One = fit(Facts.shapes(), Ctor->getParamDecl(I)->getType(),
                    Arguments[I]->getType());
      if (One < 0)
        return;
      Score += One;
    }
    if (Score > BestScore) {
      Best = Ctor;
      BestScore = Score;
    }
  };
  llvm::for_each(Record->ctors(), Consider);
  for (const Decl *D : Record->decls())
    if (const auto *Inherited = dyn_cast<ConstructorUsingShadowDecl>(D))
      if (const auto *Ctor =
              dyn_cast<CXXConstructorDecl>(Inherited->getTargetDecl()))
        Consider(Ctor);
  return Best;
}

void BodyWalker::initDefaults(RegId Object, const CXXRecordDecl *Record,
                              SourceLocation Loc) {
  for (const FieldDecl *Field : Record->fields())
    initDefault(Object, Field, Loc);
}

/// A constructor that only a skipped body calls.
void BodyWalker::callHidden(const CXXConstructorDecl *Ctor, RegId Object,
                            Args Arguments, SourceLocation Loc) {
  Facts.templates().define(Ctor);
  if (Ctor->isTemplateInstantiation())
    NestedFunctions.push_back(Ctor);
  call(Ctor, Object, Arguments, Loc, false);
}

/// Default construction of Object as a Record. An implicit constructor is done
/// here: it has no body to call unless somebody else than a skipped factory
/// needs it.
void BodyWalker::constructDefault(RegId Object, const CXXRecordDecl *Record,
                                  SourceLocation Loc) {
  if (Record->hasUserProvidedDefaultConstructor()) {
    if (const CXXConstructorDecl *Ctor = pickConstructor(Record, {}))
      callHidden(Ctor, Object, {}, Loc);
    return;
  }
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (shape(Base.getType()).is(ShapeKind::Object))
      if (const CXXRecordDecl *Class =
              Base.getType()->getAsCXXRecordDecl()->getDefinition())
        constructDefault(Object, Class, Loc);
  initDefaults(Object, Record, Loc);
}

/// New elements of a container, all alike; none if they hold nothing.
RegId BodyWalker::makeElements(QualType Type, SourceLocation Loc) {
  if (!shape(Type).is(ShapeKind::Object))
    return RegId::none();
  size_t First = Out.Body.size();
  RegId Object = makeObject(Type, {}, Loc);
  Out.Body[First].Flags |= uint16_t(InstrFlag::Rest);
  return Object;
}

RegId BodyWalker::makeObject(QualType Type, Args Arguments,
                             SourceLocation Loc) {
  const Shape &S = shape(Type);
  if (!S) {
    evalAll(Arguments);
    return RegId::none();
  }
  if (!S.is(ShapeKind::Object)) {
    RecordId Cell = Facts.cell(Type);
    RegId Object = alloc(Cell, AllocKind::Heap, Loc);
    llvm::SmallVector<RegId, 2> Values;
    for (const Expr *Argument : Arguments)
      Values.push_back(value(Argument));
    store(slotOf(Object, {Cell, 0}), join(Values), StoreKind::Init,
          Facts.holdOf(Type), Loc);
    return Object;
  }
  RegId Object = alloc(Facts.record(S.Record), AllocKind::Heap, Loc);
  Facts.templates().complete(S.Record);
  const CXXRecordDecl *Record = S.Record->getDefinition();
  if (!Record) {
    evalAll(Arguments);
    return Object;
  }
  if (Arguments.empty()) {
    constructDefault(Object, Record, Loc);
    return Object;
  }
  const CXXConstructorDecl *Ctor = pickConstructor(Record, Arguments);
  if (Ctor && Ctor->getParent() != Record)
    initDefaults(Object, Record, Loc);
  if (Ctor && Ctor->isCopyOrMoveConstructor() && Arguments.size() == 1) {
    RegId Source = value(Arguments[0]);
    if (!Source || isTemporary(Arguments[0]))
      return Source ? Source : Object;
    return copyOf(Source, Loc);
  }
  if (Ctor && !Ctor->isTrivial())
    callHidden(Ctor, Object, Arguments, Loc);
  else if (Record->isAggregate())
    initAggregate(Object, Record, Arguments, Loc);
  else
    evalAll(Arguments);
  return Object;
}

} // namespace refcycle::analyzer
