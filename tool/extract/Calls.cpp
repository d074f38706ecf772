// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls: of functions of the program, of handles and carriers (whose methods
// are known by model or by signature), and of closures.

#include "extract/Annotations.h"
#include "extract/BodyWalker.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace refcycle::analyzer {

//===----------------------------------------------------------------------===//
// Plain calls
//===----------------------------------------------------------------------===//

/// A handle was given as `void **`: it gets \p Value, or something that is not
/// known.
void BodyWalker::fillUntyped(const Operand &Handle, const Expr *E, RegId Value,
                             SourceLocation Loc) {
  QualType Given = E->IgnoreParenCasts()->getType();
  QualType Held = Given->isPointerType() ? Given->getPointeeType() : Given;
  RegId Filled = Value ? castTo(Value, Held) : unknown(Held);
  store(Handle.Place, Filled, StoreKind::Assign, Facts.holdOf(Held), Loc);
}

/// What is handed over for a parameter of this type. \p Other: what a handle
/// that is given as `void **` gets.
RegId BodyWalker::argument(const Expr *E, QualType Parameter, RegId Other) {
  ParamMode Mode = paramMode(Parameter);
  bool MayChange = Parameter->isLValueReferenceType() &&
                   !Parameter->getPointeeType().isConstQualified();
  if (MayChange && markFlag(E))
    return RegId::none();
  Operand Given = eval(E);
  if (Mode == ParamMode::None) {
    if (Given.Address && Given.Place && isAddressOfPointer(Parameter))
      fillUntyped(Given, E, Other, E->getExprLoc());
    return RegId::none();
  }
  if (Mode == ParamMode::Place && Parameter->isPointerType())
    return dereference(Given, Parameter).Place;
  return Mode == ParamMode::Place && Given.Place ? Given.Place : load(Given);
}

/// A number or string that may tell the callee which element of a container is
/// meant: one of its object or of another argument.
RegId BodyWalker::keyArgument(const FunctionDecl *Callee, RegId Receiver,
                              const ParmVarDecl *Parameter, const Expr *E) {
  bool HasObjects =
      Receiver || llvm::any_of(Callee->parameters(), [&](auto *P) {
        return paramMode(P->getType()) != ParamMode::None;
      });
  bool IsKey = HasObjects &&
               paramMode(Parameter->getType()) == ParamMode::None &&
               ElementKeys::canBeKey(Parameter->getType());
  return IsKey ? keyOf(E) : RegId::none();
}

/// The callee may change members of its object and places that it was passed.
void BodyWalker::forgetWhatChanges(const FunctionDecl *Callee, RegId Receiver,
                                   llvm::ArrayRef<RegId> Values) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (!Method || !Method->isConst())
    Elements.changed(Receiver);
  for (auto [Parameter, Value] : llvm::zip(Callee->parameters(), Values))
    if (paramMode(Parameter->getType()) == ParamMode::Place)
      Elements.changed(Value);
}

/// `tree.find<Button>("ok")`: whatever the body looked at, it gives a handle to
/// the class that the caller asks for.
static bool asksForClass(const TypeShapes &Shapes, const FunctionDecl *Callee) {
  const auto *Given = Callee->getTemplateSpecializationArgs();
  if (!Given || !Given->size() ||
      Given->get(0).getKind() != TemplateArgument::Type)
    return false;
  const CXXRecordDecl *Class = Given->get(0).getAsType()->getAsCXXRecordDecl();
  const CXXRecordDecl *Got = Shapes.target(Callee->getReturnType());
  return Class && Got && Class->getCanonicalDecl() == Got->getCanonicalDecl();
}

Operand BodyWalker::call(const FunctionDecl *Callee, RegId Receiver,
                         Args Arguments, SourceLocation Loc, bool MayDispatch) {
  std::vector<RegId> Values;
  // COM's rule: it gives another interface of the same object.
  bool GivesSelf =
      Callee->getIdentifier() && Callee->getName() == "QueryInterface";
  for (unsigned I = 0; I != Arguments.size(); ++I) {
    if (I >= Callee->getNumParams()) {
      eval(Arguments[I]);
      continue;
    }
    const ParmVarDecl *Parameter = Callee->getParamDecl(I);
    RegId Value = argument(Arguments[I], Parameter->getType(),
                           GivesSelf ? Receiver : RegId::none());
    Values.push_back(
        Value ? Value : keyArgument(Callee, Receiver, Parameter, Arguments[I]));
  }
  FunctionId Id = Facts.function(Callee);
  QualType Result = Callee->getReturnType();
  RegId Dst = shape(Result) ? RegId{Out.Registers++} : RegId::none();
  Instr &I = emit(Op::Call, Loc);
  I.Dst = Dst;
  I.A = Receiver;
  I.Callee = Id;
  I.Args = std::move(Values);
  if (MayDispatch)
    I.Flags |= uint16_t(InstrFlag::Virtual);
  forgetWhatChanges(Callee, Receiver, Out.Body.back().Args);
  if (Callee->isNoReturn())
    emit(Op::Throw, Loc).Flags |= uint16_t(InstrFlag::Ends);
  if (returnsPlace(Callee))
    return {RegId::none(), Dst};
  if (Dst && asksForClass(Facts.shapes(), Callee))
    Dst = castTo(Dst, Result);
  return {Dst, RegId::none()};
}

/// Does the variable get a copy of what somebody else has?
static bool isCopy(const VarDecl *Variable) {
  const Expr *Init = Variable->getInit();
  const auto *Construct =
      Init ? dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit()) : nullptr;
  return Construct && Construct->getConstructor()->isCopyConstructor();
}

/// Does \p E name a copy that is a variable of this function, or one of those
/// in it?
bool BodyWalker::isCopiedHere(const Expr *E) const {
  E = E->IgnoreParenImpCasts();
  if (const auto *Element = dyn_cast<CXXOperatorCallExpr>(E);
      Element && Element->getOperator() == OO_Subscript)
    return isCopiedHere(Element->getArg(0));
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Name = Ref ? dyn_cast<BindingDecl>(Ref->getDecl()) : nullptr;
  const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (Name)
    Variable = dyn_cast<VarDecl>(Name->getDecomposedDecl());
  if (!Variable || Ref->refersToEnclosingVariableOrCapture())
    return false;
  if (auto Range = RangeOf.find(Variable); Range != RangeOf.end())
    return isCopy(Variable) || isCopiedHere(Range->second);
  return Variable->hasLocalStorage() &&
         !Variable->getType()->isReferenceType() && isCopy(Variable);
}

Operand BodyWalker::invoke(RegId Callable, Args Arguments, SourceLocation Loc,
                           QualType Result) {
  std::vector<RegId> Values;
  for (const Expr *Argument : Arguments)
    Values.push_back(value(Argument));
  if (!Callable)
    return {};
  RegId Dst = shape(Result) ? RegId{Out.Registers++} : RegId::none();
  Instr &I = emit(Op::Invoke, Loc);
  I.Dst = Dst;
  I.A = Callable;
  I.Args = std::move(Values);
  return {Dst, RegId::none()};
}

/// Nothing is known about what the call gives, except its type.
Operand BodyWalker::opaqueResult(const CallExpr *E) {
  const Shape &S = shape(E);
  if (!S || S.is(ShapeKind::Carrier))
    return {};
  return {unknown(E->getType()), RegId::none()};
}

Operand BodyWalker::VisitCallExpr(const CallExpr *E) {
  Args Arguments(E->getArgs(), E->getNumArgs());
  const FunctionDecl *Callee = E->getDirectCallee();
  if (!Callee) {
    RegId Callable = value(E->getCallee());
    return invoke(Callable, Arguments, E->getBeginLoc(), E->getType());
  }
  if (Callee->getBuiltinID() == Builtin::BI__builtin_coro_frame)
    return {Frame, RegId::none()};
  if (std::optional<RoleOfCallee> Said = roleOf(Callee, QualType()))
    return applyRole(Said->Role, E, Callee, {}, QualType(), Arguments);
  if (isOfLibrary(Callee) && !hasFates(Callee))
    return libraryCall(E, Arguments);
  return call(Callee, RegId::none(), Arguments, E->getBeginLoc(), false);
}

/// A library function without a model keeps nothing. One that returns a pair,
/// tuple, optional or any (make_pair, tie, make_any) puts its arguments into
/// it.
Operand BodyWalker::libraryCall(const CallExpr *E, Args Arguments) {
  const Shape &S = shape(E);
  if (!S.is(ShapeKind::Carrier) || S.Many || S.Callable) {
    evalAll(Arguments);
    return opaqueResult(E);
  }
  return {contentFrom(S, Arguments), RegId::none()};
}

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

const FunctionModel *BodyWalker::modelOf(const FunctionDecl *Callee,
                                         QualType ReceiverType) const {
  const Names &TheNames = Facts.names();
  if (!ReceiverType.isNull()) {
    std::string Method = "::" + Callee->getNameAsString();
    const auto *Class =
        ReceiverType.getNonReferenceType()->getAsCXXRecordDecl();
    // The static type, not the class that declares the method: libraries put
    // methods into private bases.
    if (Class && Facts.shapes().model(Class)) {
      if (const FunctionModel *Model =
              Models.function(TheNames.qualified(Class) + Method))
        return Model;
      if (Facts.shapes().isPlace(ReceiverType))
        if (const FunctionModel *Model = Models.function("*" + Method))
          return Model;
    }
  }
  return Models.function(TheNames.qualified(Callee));
}

/// `std::ranges::sort` is the name of a variable.
const FunctionModel *BodyWalker::modelOfObject(const Expr *Called) const {
  const auto *Ref = dyn_cast<DeclRefExpr>(Called->IgnoreParenImpCasts());
  const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Variable && Variable->hasGlobalStorage()
             ? Models.function(Facts.names().qualified(Variable))
             : nullptr;
}

std::optional<BodyWalker::RoleOfCallee>
BodyWalker::roleOf(const FunctionDecl *Callee, QualType ReceiverType) const {
  const FunctionModel *Model = modelOf(Callee, ReceiverType);
  if (Model && Model->FromProject)
    return RoleOfCallee{Model->Role, /*FromPreset=*/false};
  if (std::optional<FunctionRole> Annotated = annotatedRole(Callee))
    return RoleOfCallee{*Annotated, /*FromPreset=*/false};
  if (!Model)
    return std::nullopt;
  return RoleOfCallee{Model->Role, /*FromPreset=*/true};
}

/// Where objects of this class have what their methods are said to keep.
llvm::SmallVector<RecordId, 2>
BodyWalker::promisedSlots(const CXXRecordDecl *Class) const {
  llvm::SmallVector<RecordId, 2> Slots;
  auto Add = [&](const CXXMethodDecl *Method) {
    std::optional<RoleOfCallee> Said =
        roleOf(Method, Context.getCanonicalTagType(Class));
    bool Inserts = Said && !Said->FromPreset &&
                   (Said->Role == FunctionRole::Insert ||
                    Said->Role == FunctionRole::Assign);
    for (const ParmVarDecl *Parameter : Method->parameters()) {
      Fate Promised = fateOf(Method, Parameter->getFunctionScopeIndex());
      if (shape(Parameter->getType()) &&
          (Inserts || llvm::is_contained(Promised.Keepers, 0u)))
        Slots.push_back(Facts.keeperSlot(Method, Parameter));
    }
  };
  for (const Decl *D : Class->decls())
    if (const auto *Method = dyn_cast<CXXMethodDecl>(D))
      Add(Method);
    else if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      for (const FunctionDecl *Instance : Template->specializations())
        Add(cast<CXXMethodDecl>(Instance));
  return Slots;
}

/// A method that a model says something about, of an object that is no carrier:
/// what it keeps stands in no field that could be named. nullopt: the role
/// means nothing special for objects.
std::optional<Operand>
BodyWalker::applyToObject(FunctionRole Role, const CXXMethodDecl *Method,
                          Operand Receiver, QualType ReceiverType,
                          Args Arguments, SourceLocation Loc) {
  bool Inserts = Role == FunctionRole::Insert || Role == FunctionRole::Assign;
  bool Clears = Role == FunctionRole::Clear || Role == FunctionRole::Erase;
  if (!Inserts && !Clears)
    return std::nullopt;
  RegId Object = load(Receiver);
  if (!Object)
    Object = unknown(ReceiverType);
  for (unsigned I = 0; I != Arguments.size(); ++I) {
    RegId Value = value(Arguments[I]);
    if (!Inserts || !Value || I >= Method->getNumParams() ||
        !shape(Method->getParamDecl(I)->getType()))
      continue;
    RecordId Kept = Facts.keeperSlot(Method, Method->getParamDecl(I));
    store(slotOf(Object, {Kept, 0}), Value, StoreKind::Insert,
          holdOf(Arguments[I]), Loc);
  }
  if (Clears)
    for (RecordId Kept : promisedSlots(Method->getParent()))
      clear(slotOf(Object, {Kept, 0}),
            Role == FunctionRole::Clear ? ClearKind::Empty : ClearKind::Erase,
            Loc);
  return Operand{};
}

namespace {
/// What a handle's own method does to the handle, read off its body.
struct HandleMethodVisitor : ConstDynamicRecursiveASTVisitor {
  bool Allocates = false;
  bool WritesNull = false;
  bool VisitCXXNewExpr(const CXXNewExpr *) override { return Allocates = true; }
  bool VisitCXXNullPtrLiteralExpr(const CXXNullPtrLiteralExpr *) override {
    return WritesNull = true;
  }
};
} // namespace

static HandleMethodVisitor readMethod(const CXXMethodDecl *Method) {
  HandleMethodVisitor Visitor;
  const FunctionDecl *Body = nullptr;
  const FunctionDecl *Pattern = Method->getTemplateInstantiationPattern();
  if ((Pattern ? Pattern : Method)->isDefined(Body) && Body->hasBody())
    Visitor.TraverseStmt(Body->getBody());
  return Visitor;
}

/// What a method of a handle or carrier does that no model names. Parameters,
/// result and constness say most; the body of a handle's method the rest.
std::optional<FunctionRole>
BodyWalker::roleBySignature(const CXXMethodDecl *Method,
                            const Shape &Receiver) const {
  QualType Result = Method->getReturnType();
  unsigned Relevant = 0;
  for (const ParmVarDecl *Parameter : Method->parameters())
    Relevant += bool(shape(Parameter->getType()));
  bool IsHandle = !Receiver.is(ShapeKind::Carrier);

  if (Method->getOverloadedOperator() == OO_Call)
    return FunctionRole::Call;
  if (isAddressOfPointer(Result))
    return FunctionRole::Identity;
  if (isa<CXXConversionDecl>(Method))
    return shape(Result) ? FunctionRole::Identity : FunctionRole::Ignore;
  if (Method->isConst() || (Method->getNumParams() == 0 && shape(Result))) {
    if (!shape(Result))
      return FunctionRole::Ignore;
    if (!IsHandle)
      return FunctionRole::Element;
    bool GivesUp = !Method->isConst() && readMethod(Method).WritesNull;
    return GivesUp ? FunctionRole::Take : FunctionRole::Identity;
  }
  if (Method->getNumParams() == 0) {
    if (!Result->isVoidType())
      return FunctionRole::Ignore;
    return IsHandle && readMethod(Method).Allocates ? FunctionRole::Make
                                                    : FunctionRole::Clear;
  }
  if (Relevant == 0)
    return IsHandle ? FunctionRole::Ignore : FunctionRole::Erase;
  if (IsHandle && Method->getNumParams() == 1) {
    QualType Other = Method->getParamDecl(0)->getType();
    bool Writable = Other->isLValueReferenceType() &&
                    !Other->getPointeeType().isConstQualified() &&
                    shape(Other).is(ShapeKind::Handle);
    return Writable ? FunctionRole::Swap : FunctionRole::Assign;
  }
  return Receiver.Many ? FunctionRole::Insert : FunctionRole::Assign;
}

/// Does a method of a handle to a cell take or give what the cell holds?
/// `promise.set_value(x)`, `future.get()`; not `get()`, which gives a pointer.
static bool actsOnContent(const CXXMethodDecl *Method, QualType Content) {
  const ASTContext &Context = Method->getASTContext();
  auto IsContent = [&](QualType Type) {
    return Context.hasSameUnqualifiedType(Type.getNonReferenceType(), Content);
  };
  return IsContent(Method->getReturnType()) ||
         llvm::any_of(Method->parameters(), [&](const ParmVarDecl *Parameter) {
           return IsContent(Parameter->getType());
         });
}

Operand BodyWalker::methodCall(const CallExpr *E, const CXXMethodDecl *Method,
                               const Expr *Base, Args Arguments) {
  QualType Type = Base->getType();
  if (!Method->isConst() && markFlag(Base)) { // An atomic one.
    evalAll(Arguments);
    return {};
  }
  Operand Receiver = eval(Base);
  if (shape(Type).is(ShapeKind::Pointer) && Type->isPointerType()) {
    Receiver = dereference(Receiver, Type);
    Type = Type->getPointeeType();
  }
  const Shape &S = shape(Type);
  if (std::optional<RoleOfCallee> Said = roleOf(Method, Type)) {
    if (S.is(ShapeKind::Handle) && Facts.shapes().pointsToCell(S) &&
        actsOnContent(Method, S.Pointee)) {
      Operand Result =
          applyRole(Said->Role, E, Method, dereference(Receiver, Type),
                    S.Pointee, Arguments);
      if (Said->Role == FunctionRole::Take) // It lets go of the state as well.
        clear(Receiver.Place, ClearKind::MoveOut, E->getExprLoc());
      return Result;
    }
    // A preset speaks of a member: the member's slot is where things are kept.
    // An object behind a pointer has no slot here.
    bool Keeps = Said->Role == FunctionRole::Insert ||
                 Said->Role == FunctionRole::Assign;
    bool IsForObject = !Said->FromPreset || (Keeps && !Receiver.Place);
    if (IsForObject && S.is(ShapeKind::Object))
      if (std::optional<Operand> Done = applyToObject(
              Said->Role, Method, Receiver, Type, Arguments, E->getExprLoc()))
        return *Done;
    return applyRole(Said->Role, E, Method, Receiver, Type, Arguments);
  }
  if (S && !S.is(ShapeKind::Object)) {
    if (Arguments.size() == 1 && Method->getNumParams() == 1 &&
        !Arguments[0]->isLValue() && !typeToFill(Method, Arguments[0]).isNull())
      return applyRole(FunctionRole::Promote, E, Method, Receiver, Type,
                       Arguments); // `device.As(&other)`
    if (auto Role = roleBySignature(Method, S))
      return applyRole(*Role, E, Method, Receiver, Type, Arguments);
    evalAll(Arguments);
    return opaqueResult(E);
  }
  if (!S) { // An iterator, a stream, a string.
    evalAll(Arguments);
    return Receiver.Place ? Receiver : opaqueResult(E);
  }
  if (isOfLibrary(Method) && !hasFates(Method)) {
    evalAll(Arguments);
    return opaqueResult(E);
  }
  RegId Object = load(Receiver);
  if (!Object)
    Object = unknown(Type);
  bool Dispatches = Method->isVirtual() && !Method->hasAttr<FinalAttr>();
  if (const auto *Member =
          dyn_cast<MemberExpr>(E->getCallee()->IgnoreParenImpCasts()))
    Dispatches &= !Member->hasQualifier();
  return call(Method, Object, Arguments, E->getExprLoc(), Dispatches);
}

/// `&handle` by an operator of the handle.
bool BodyWalker::isAddressOfHandle(const Expr *E) const {
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(E->IgnoreParenImpCasts());
  return Call && Call->getOperator() == OO_Amp && Call->getNumArgs() == 1 &&
         shape(Call->getArg(0)).is(ShapeKind::Handle);
}

Operand BodyWalker::VisitCXXMemberCallExpr(const CXXMemberCallExpr *E) {
  const CXXMethodDecl *Method = E->getMethodDecl();
  const Expr *Base = E->getImplicitObjectArgument();
  Args Arguments(E->getArgs(), E->getNumArgs());
  if (!Method || !Base) {
    eval(E->getCallee());
    evalAll(Arguments);
    return {};
  }
  if (isa<CXXDestructorDecl>(Method))
    return {};
  if (isa<CXXConversionDecl>(Method) && Method->getParent()->isLambda())
    return eval(Base); // As a pointer to a function, it still does the same.
  if (isa<CXXConversionDecl>(Method) && isAddressOfHandle(Base))
    return eval(Base); // To a pointer to it, whatever `&handle` gives.
  if (Facts.names().qualified(Method) == "std::coroutine_handle::destroy") {
    endLifetime(Base, E->getExprLoc());
    return {};
  }
  return methodCall(E, Method, Base, Arguments);
}

Operand BodyWalker::VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *E) {
  Args Arguments(E->getArgs(), E->getNumArgs());
  const FunctionDecl *Callee = E->getDirectCallee();
  if (!Callee || Arguments.empty()) {
    evalAll(Arguments);
    return {};
  }
  const Expr *Left = Arguments.front();
  const Shape &S = shape(Left);
  bool IsPlace = Facts.shapes().isPlace(Left->getType());
  switch (E->getOperator()) {
  case OO_Equal: {
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    bool MemberWise = Method && (Method->isDefaulted() || Method->isTrivial());
    if (S && !IsPlace && !MemberWise)
      break;
    Operand Target = markFlag(Left) ? Operand() : eval(Left);
    if (!S)
      eval(Arguments[1]);
    else if (Target.Place || Method->isTrivial())
      assign(Target, Arguments[1], E->getOperatorLoc());
    else // An object behind a reference: its slots are stored into.
      call(Method, Target.Value, Arguments.drop_front(), E->getOperatorLoc(),
           false);
    return Target;
  }
  case OO_Arrow:
  case OO_Star:
    if (Arguments.size() == 1 && (IsPlace || !S))
      return dereference(eval(Left), Left->getType());
    break;
  case OO_Amp:
    if (isAddressOfHandle(E)) {
      Operand Handle = eval(Left);
      Handle.Address = bool(Handle.Place);
      return Handle;
    }
    break;
  case OO_Subscript:
    if (S.is(ShapeKind::Carrier))
      return applySubscript(E, Callee);
    break;
  case OO_Call:
    if (S.is(ShapeKind::Carrier)) {
      RegId Callable = load(eval(Left));
      Operand Result = invoke(Callable, Arguments.drop_front(), E->getExprLoc(),
                              E->getType());
      if (Callable && isCopiedHere(Left))
        Out.Body.back().Flags |= uint16_t(InstrFlag::Copied);
      return Result;
    }
    if (const FunctionModel *Model = modelOfObject(Left))
      return applyRole(Model->Role, E, Callee, {}, QualType(),
                       Arguments.drop_front());
    break;
  case OO_LessLess:
  case OO_PlusEqual:
    if (S.Many && Arguments.size() == 2)
      return applyInsert(eval(Left), Left->getType(), Callee,
                         Arguments.drop_front(), E->getOperatorLoc());
    break;
  case OO_PlusPlus:
  case OO_MinusMinus:
    if (!S)
      return eval(Left);
    break;
  default:
    break;
  }
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
      Method && !Method->isStatic() && S.is(ShapeKind::Object)) {
    RegId Object = load(eval(Left));
    if (!Object)
      Object = unknown(Left->getType());
    return call(Method, Object, Arguments.drop_front(), E->getExprLoc(),
                Method->isVirtual());
  }
  if (IsPlace || !S) {
    evalAll(Arguments);
    return {};
  }
  return call(Callee, RegId::none(), Arguments, E->getExprLoc(), false);
}

} // namespace refcycle::analyzer
