// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What modelled functions do, one function for each role of config/Models.h.

#include "extract/BodyWalker.h"
#include "extract/HandleStructure.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace refcycle::analyzer {

Operand BodyWalker::applyRole(FunctionRole Role, const CallExpr *E,
                              const FunctionDecl *Callee, Operand Receiver,
                              QualType ReceiverType, Args Arguments) {
  SourceLocation Loc = E->getExprLoc();
  bool IsMethod = !ReceiverType.isNull();
  switch (Role) {
  case FunctionRole::Make:
    return applyMake(E, Callee, ReceiverType, Arguments);
  case FunctionRole::Identity:
  case FunctionRole::Adopt:
  case FunctionRole::Retain:
    return applyIdentity(E, Receiver, ReceiverType, Arguments);
  case FunctionRole::Promote:
    return applyPromote(E, Callee, Receiver, ReceiverType, Arguments);
  case FunctionRole::Bind:
    return applyBind(Loc, Arguments);
  case FunctionRole::Insert:
    return IsMethod
               ? applyInsert(Receiver, ReceiverType, Callee, Arguments, Loc)
               : applyCopy(Arguments, Loc);
  case FunctionRole::Assign:
    return IsMethod ? applyAssign(Receiver, Arguments, Loc)
                    : applyAssignTo(Arguments, Loc);
  case FunctionRole::Clear:
    return applyClear(Receiver, ReceiverType, Callee, Arguments, Loc);
  case FunctionRole::Erase:
    return applyErase(E, Receiver, ReceiverType, Arguments);
  case FunctionRole::Take:
    return applyTake(Receiver, Loc);
  case FunctionRole::Element:
    if (!IsMethod && !Arguments.empty()) { // std::begin(v), back_inserter(v)
      Operand Container = eval(Arguments.front());
      evalAll(Arguments.drop_front());
      return elementOf(Container, Arguments.front()->getType());
    }
    evalAll(Arguments);
    return Arguments.size() == 1
               ? elementAt(Receiver, ReceiverType, Arguments[0])
               : elementOf(Receiver, ReceiverType);
  case FunctionRole::Swap:
    if (IsMethod && Arguments.size() == 1)
      return applySwap(Receiver, eval(Arguments[0]), Loc);
    if (!IsMethod && Arguments.size() == 2) {
      Operand Left = eval(Arguments[0]);
      return applySwap(Left, eval(Arguments[1]), Loc);
    }
    break;
  case FunctionRole::Exchange:
    return applyExchange(Arguments, Loc);
  case FunctionRole::Call:
    if (IsMethod && shape(ReceiverType).is(ShapeKind::Carrier))
      return invoke(load(Receiver), Arguments, Loc, E->getType());
    return applyCall(Arguments, Loc);
  case FunctionRole::Finish:
    return applyFinish(Receiver, Arguments, Loc);
  case FunctionRole::Ignore:
    break;
  }
  evalAll(Arguments);
  return {};
}

/// One element of a container; which one, \p Which says if anything does.
Operand BodyWalker::elementOf(Operand Container, QualType Type, Operand Which) {
  bool Many = shape(Type).Many;
  if (Container.Place) { // Of an optional, what it holds.
    Which.Place = Container.Place;
    Which.Element = Many;
    return Which;
  }
  if (!Many || !Container.Value)
    return {Container.Value, RegId::none()};
  return {loadElement(Container.Value, Which), RegId::none()};
}

/// The type of one element (of a map: what a key is mapped to).
static QualType elementType(const Shape &Container) {
  return Container.Held.empty() ? QualType() : Container.Held.back();
}

bool declares(const CXXRecordDecl *Class, llvm::StringRef Name) {
  return !Class->lookup(&Class->getASTContext().Idents.get(Name)).empty();
}

bool hasKeys(const CXXRecordDecl *Container) {
  return Container && declares(Container, "key_type");
}

/// Is the number of elements a part of the type? An array, or an aggregate that
/// has nothing but one.
static bool isArray(QualType Type) {
  if (Type->isArrayType())
    return true;
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition() || !Class->isAggregate())
    return false;
  auto Fields = Class->fields();
  return !Fields.empty() && std::next(Fields.begin()) == Fields.end() &&
         Fields.begin()->getType()->isArrayType();
}

/// What `container[x]` says of an element that is an object: it is there. A map
/// makes it where it was not, and all elements of an array are there, so it may
/// be another one than those that are known.
uint16_t BodyWalker::presenceAt(QualType Container) const {
  QualType Type = Container.getNonReferenceType();
  QualType Element = elementType(shape(Type));
  if (Element.isNull() || !shape(Element).is(ShapeKind::Object))
    return 0;
  bool MayBeNew = isArray(Type) || hasKeys(Type->getAsCXXRecordDecl());
  return uint16_t(MayBeNew ? InstrFlag::Makes : InstrFlag::Exists);
}

/// The element of one round of a loop. Those of an array are there.
Operand BodyWalker::eachElementOf(Operand Container, QualType Type,
                                  SourceLocation Loc) {
  Operand Which;
  Which.Loc = Loc;
  if (isArray(Type.getNonReferenceType()) && presenceAt(Type)) {
    Which.Presence = uint16_t(InstrFlag::Exists);
    Which.Class = Facts.record(shape(elementType(shape(Type))).Record);
  }
  return elementOf(Container, Type, Which);
}

/// `v[i]`, `m.at(key)`. Index was evaluated.
Operand BodyWalker::elementAt(Operand Container, QualType Type,
                              const Expr *Index, uint16_t Presence) {
  Operand Which;
  Which.Number = Elements.number(
      Container.Place ? Container.Place : Container.Value, Index);
  if (!Container.Element) // The containers in a container share one place.
    Which.Key = keyOf(Index);
  Which.Presence = Presence;
  // A round of a loop proves nothing: there may be none.
  bool MayNotRun = llvm::is_contained(OpenBlocks, Op::Loop) &&
                   Presence == uint16_t(InstrFlag::Exists) &&
                   !Keys.constant(Index);
  if (MayNotRun)
    Which.Presence = Presence = 0;
  if (Presence) {
    Which.Class = Facts.record(shape(elementType(shape(Type))).Record);
    Which.Loc = Index->getExprLoc();
  }
  return elementOf(Container, Type, Which);
}

/// Does `container[key]` own what the key owns from then on? Only maps keep
/// keys. Where keys and mapped objects are of one class, they could not be told
/// apart in what the map gives out.
bool BodyWalker::storesKey(const CXXOperatorCallExpr *E,
                           const FunctionDecl *Callee) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  const Expr *Key = E->getArg(1);
  if (!Method || Method->isConst() || !owns(holdOf(Key)) ||
      !hasKeys(E->getArg(0)->getType()->getAsCXXRecordDecl()))
    return false;
  const CXXRecordDecl *Mapped = Facts.shapes().target(E->getType());
  const CXXRecordDecl *Kept = Facts.shapes().target(Key->getType());
  return !Mapped || !Kept || !areRelated(Mapped, Kept);
}

/// `container[x]`.
Operand BodyWalker::applySubscript(const CXXOperatorCallExpr *E,
                                   const FunctionDecl *Callee) {
  QualType Type = E->getArg(0)->getType();
  Operand Container = eval(E->getArg(0));
  const Expr *Key = E->getArg(1);
  if (storesKey(E, Callee))
    store(Container.Place, valueToKeep(Key), StoreKind::Insert, holdOf(Key),
          Key->getExprLoc());
  else
    eval(Key);
  if (hasKeys(Type->getAsCXXRecordDecl()) && !shape(E))
    return {}; // A number: only the keys own.
  return elementAt(Container, Type, Key, presenceAt(Type));
}

bool isAddressOfPointer(QualType Type) {
  return Type->isPointerType() && Type->getPointeeType()->isPointerType();
}

/// `static_pointer_cast<D>(h)`, `h.get()`, `w.lock()`, `shared_from_this()`.
Operand BodyWalker::applyIdentity(const CallExpr *E, Operand Receiver,
                                  QualType ReceiverType, Args Arguments) {
  if (!ReceiverType.isNull()) {
    evalAll(Arguments);
    if (Receiver.Place && isAddressOfPointer(E->getType())) {
      Receiver.Address = true;
      return Receiver;
    }
    if (!shape(ReceiverType).is(ShapeKind::Carrier))
      Receiver.Value = load(Receiver);
    return shape(ReceiverType).is(ShapeKind::Carrier)
               ? Receiver
               : Operand{Receiver.Value, RegId::none()};
  }
  if (Arguments.empty())
    return opaqueResult(E);
  if (Arguments.size() > 1 && shape(E).is(ShapeKind::Carrier))
    return libraryCall(E, Arguments); // make_pair, make_tuple
  Operand Result = eval(Arguments[0]);
  evalAll(Arguments.drop_front());
  // Named std::move is the one way to give a place's content away. What is
  // const is copied all the same.
  if (E->isCallToStdMove() && !E->getType().isConstQualified() &&
      Facts.shapes().isPlace(E->getType()))
    moveOut(Result, shape(E).Many, E->getExprLoc());
  return Result;
}

/// The type of the handle or pointer that \p Callee may fill, since its one
/// argument names it or is its address. Null: it is given none.
QualType BodyWalker::typeToFill(const FunctionDecl *Callee,
                                const Expr *Argument) const {
  if (isAddressOfHandle(Argument))
    return cast<CXXOperatorCallExpr>(Argument->IgnoreParenImpCasts())
        ->getArg(0)
        ->getType();
  QualType Type = Callee->getParamDecl(0)->getType();
  if (paramMode(Type) != ParamMode::Place)
    return {};
  QualType Filled = Type->getPointeeType();
  return shape(Filled).is(ShapeKind::Carrier) ? QualType() : Filled;
}

/// `weak.lock()`, and `weak.lock(owner)` or `handle.As(&other)`, which say
/// whether they did.
Operand BodyWalker::applyPromote(const CallExpr *E, const FunctionDecl *Callee,
                                 Operand Receiver, QualType ReceiverType,
                                 Args Arguments) {
  QualType Handle;
  if (Arguments.size() == 1)
    Handle = typeToFill(Callee, Arguments.front());
  if (Handle.isNull())
    return applyIdentity(E, Receiver, ReceiverType, Arguments);
  Operand Owner = eval(Arguments.front());
  Owner.Address = false;
  RegId Value = load(Receiver);
  store(Owner.Place, Value ? castTo(Value, Handle) : Value, StoreKind::Assign,
        shape(Handle).Holds, E->getExprLoc());
  return {};
}

static bool constructsInPlace(const FunctionDecl *Callee) {
  return Callee->getIdentifier() && (Callee->getName().starts_with("emplace") ||
                                     Callee->getName() == "try_emplace");
}

/// Are all arguments those of the new element, without a position or a key?
static bool constructsAtEnd(const FunctionDecl *Callee) {
  return Callee->getIdentifier() && (Callee->getName() == "emplace_back" ||
                                     Callee->getName() == "emplace_front");
}

/// `optional.emplace(...)`, `variant.emplace<Made>(...)`: what it held is gone.
Operand BodyWalker::applyReplace(Operand Receiver, QualType Made,
                                 Args Arguments, SourceLocation Loc) {
  const Shape &S = shape(Made);
  bool IsCopy = Arguments.size() == 1 && shape(Arguments[0]);
  RegId Value;
  if (S.is(ShapeKind::Object) && !IsCopy)
    Value = makeObject(Made, Arguments, Loc);
  else if (S && Arguments.size() > 1)
    Value = madeFrom(Made, Arguments, Loc);
  else if (Arguments.size() == 1)
    Value = value(Arguments[0]);
  else
    evalAll(Arguments);
  if (Value)
    store(Receiver.Place, Value, StoreKind::Assign,
          IsCopy ? holdOf(Arguments[0]) : Hold::Value, Loc);
  else
    clear(Receiver.Place, ClearKind::Null, Loc);
  return {Value, Receiver.Place};
}

static bool hasUniqueKeys(const CXXRecordDecl *Container) {
  return hasKeys(Container) &&
         !Container->getName().contains_insensitive("multi");
}

/// `++last`, or a constant made of it: a key that no element has yet.
static bool isNewNumber(const Expr *Key) {
  Key = Key->IgnoreParenImpCasts();
  if (const auto *Name = dyn_cast<DeclRefExpr>(Key))
    if (const auto *Variable = dyn_cast<VarDecl>(Name->getDecl());
        Variable && Variable->getType().isConstQualified() &&
        Variable->getInit())
      Key = Variable->getInit()->IgnoreParenImpCasts();
  const auto *Counted = dyn_cast<UnaryOperator>(Key);
  return Counted && Counted->isIncrementOp() &&
         isa<MemberExpr>(Counted->getSubExpr()->IgnoreParenImpCasts());
}

/// Is the new element one more, whatever is in the container? By its name, the
/// method adds at an end, or nothing else can have the key.
static bool addsOne(const FunctionDecl *Callee, const CXXRecordDecl *Container,
                    llvm::ArrayRef<const Expr *> Arguments) {
  if (!Callee->getIdentifier())
    return false;
  if (hasKeys(Container))
    return Arguments.size() > 1 && isNewNumber(Arguments.front());
  llvm::StringRef Name = Callee->getName();
  static constexpr llvm::StringLiteral Starts[] = {"push", "emplace", "append",
                                                   "prepend", "enqueue"};
  return llvm::any_of(Starts, [&](llvm::StringRef Start) {
    return Name.starts_with_insensitive(Start);
  });
}

/// Does the call take out one element at most? A key may have several in a
/// multimap; a predicate may be true of any number.
static bool takesOne(const FunctionDecl *Callee, const CXXRecordDecl *Container,
                     llvm::ArrayRef<const Expr *> Arguments) {
  if (!Container || !Callee || !Callee->getIdentifier() ||
      Container->getName().contains("multi"))
    return false;
  llvm::StringRef Name = Callee->getName();
  if (Arguments.empty())
    return Name.starts_with_insensitive("pop");
  const CXXRecordDecl *Class = Arguments[0]->getType()->getAsCXXRecordDecl();
  bool IsPredicate = Class && Class->isLambda();
  return Arguments.size() == 1 && !IsPredicate &&
         (Name.equals_insensitive("erase") || Name == "erase_after" ||
          Name == "extract");
}

/// `splice(position, list)`, `merge(list)`: the elements leave the other one.
static bool takesFrom(const FunctionDecl *Callee) {
  return Callee->getIdentifier() && (Callee->getName().starts_with("splice") ||
                                     Callee->getName() == "merge");
}

/// Emplacing hands constructor arguments, inserting hands elements.
Operand BodyWalker::applyInsert(Operand Receiver, QualType ReceiverType,
                                const FunctionDecl *Callee, Args Arguments,
                                SourceLocation Loc) {
  const Shape &S = shape(ReceiverType);
  if (S.is(ShapeKind::Carrier) && !S.Many && constructsInPlace(Callee) &&
      Callee->getReturnType()->isReferenceType())
    return applyReplace(Receiver, Callee->getReturnType()->getPointeeType(),
                        Arguments, Loc);
  QualType Element = elementType(S);
  bool IsMore = !ReceiverType.isNull() &&
                addsOne(Callee, ReceiverType->getAsCXXRecordDecl(), Arguments);
  uint16_t One = IsMore ? uint16_t(InstrFlag::One) : 0;
  RegId Key = !ReceiverType.isNull() && Arguments.size() > 1 &&
                      !Receiver.Element &&
                      hasUniqueKeys(ReceiverType->getAsCXXRecordDecl())
                  ? keyOf(Arguments.front())
                  : RegId::none();
  RegId Last;
  bool MakesObject = !Element.isNull() && constructsInPlace(Callee) &&
                     shape(Element).is(ShapeKind::Object) &&
                     llvm::none_of(Arguments, [&](const Expr *A) {
                       return shape(A).is(ShapeKind::Object) &&
                              shape(A).Record == shape(Element).Record;
                     });
  if (MakesObject) {
    // In a map the key comes first and is no part of the mapped object.
    bool HasKey =
        Callee->getParent()->isRecord() && Arguments.size() > 1 &&
        Facts.shapes().model(cast<CXXRecordDecl>(Callee->getParent())) &&
        ReceiverType->getAsCXXRecordDecl() &&
        Facts.names()
            .qualified(ReceiverType->getAsCXXRecordDecl())
            .ends_with("map");
    if (HasKey)
      eval(Arguments.front());
    Last =
        makeObject(Element, HasKey ? Arguments.drop_front() : Arguments, Loc);
    store(Receiver.Place, Last, StoreKind::Insert, Hold::Value, Loc, One, Key);
    return {Last, Receiver.Place, true};
  }
  if (!Element.isNull() && constructsInPlace(Callee) &&
      callsWithArguments(Element, Arguments)) {
    Last = applyBind(Loc, Arguments).Value;
    store(Receiver.Place, Last, StoreKind::Insert, Hold::Value, Loc, One, Key);
    return {Last, Receiver.Place, true};
  }
  // A pointer and a deleter, or the arguments of an aliasing constructor.
  if (!Element.isNull() && shape(Element).is(ShapeKind::Handle) &&
      constructsAtEnd(Callee) && Arguments.size() > 1) {
    Last = madeFrom(Element, Arguments, Loc);
    store(Receiver.Place, Last, StoreKind::Insert, shape(Element).Holds, Loc,
          One);
    return {Last, Receiver.Place, true};
  }
  bool HasElement =
      llvm::any_of(Arguments, [&](const Expr *A) { return bool(shape(A)); });
  for (const Expr *Argument : Arguments) {
    Operand Given = eval(Argument);
    RegId Value = load(Given);
    if (HasElement && !shape(Argument))
      continue;                           // The position, an iterator.
    if (takesFrom(Callee) && Given.Place) // One element, if it is named.
      clear(Given.Place,
            Arguments.size() > 2 ? ClearKind::Erase : ClearKind::MoveOut, Loc);
    store(Receiver.Place, Value, StoreKind::Insert, holdOf(Argument), Loc, One,
          Key);
    Last = Value ? Value : Last;
  }
  return {Last, Receiver.Place, true};
}

/// `copy(begin, end, back_inserter(v))`, `copy(range, v.begin())`: what is last
/// gets the elements of what is first.
Operand BodyWalker::applyCopy(Args Arguments, SourceLocation Loc) {
  if (Arguments.size() < 2) {
    evalAll(Arguments);
    return {};
  }
  Operand From = eval(Arguments.front());
  evalAll(Arguments.slice(1, Arguments.size() - 2));
  Operand To = eval(Arguments.back());
  if (From.Place && To.Place)
    store(To.Place, load({RegId::none(), From.Place, /*Element=*/true}),
          StoreKind::Insert, Hold::Strong, Loc);
  return {RegId::none(), To.Place, /*Element=*/true};
}

/// `atomic_store(&handle, value)`, `fill(range, value)`, `fill(begin, end,
/// value)`. A part of a range is taken for all of it.
Operand BodyWalker::applyAssignTo(Args Arguments, SourceLocation Loc) {
  if (Arguments.empty())
    return {};
  Operand Target = eval(Arguments.front());
  Target.Address = Target.Element = false;
  return assignFirst(
      Target, Arguments.drop_front(),
      [&](const Expr *E) { return shape(E) || isEmptyValue(E); }, Loc);
}

Operand BodyWalker::applyAssign(Operand Receiver, Args Arguments,
                                SourceLocation Loc) {
  if (Arguments.empty()) {
    clear(Receiver.Place, ClearKind::Null, Loc);
    return Receiver;
  }
  return assignFirst(
      Receiver, Arguments,
      [&](const Expr *E) { return shape(E) || Arguments.size() == 1; }, Loc);
}

/// Assigns the first argument that \p IsContent is true of, and evaluates those
/// before it.
Operand
BodyWalker::assignFirst(Operand Target, Args Arguments,
                        llvm::function_ref<bool(const Expr *)> IsContent,
                        SourceLocation Loc) {
  for (const Expr *Argument : Arguments) {
    if (IsContent(Argument)) {
      assign(Target, Argument, Loc);
      return Target;
    }
    eval(Argument);
  }
  return Target;
}

/// `resize(n)`, `resize(n, value)`: a number of elements, not a new content.
static bool takesSize(const FunctionDecl *Callee) {
  return Callee->getIdentifier() && Callee->getName() == "resize" &&
         Callee->getNumParams() > 0 &&
         Callee->getParamDecl(0)->getType()->isIntegralOrEnumerationType();
}

Operand BodyWalker::applyClear(Operand Receiver, QualType ReceiverType,
                               const FunctionDecl *Callee, Args Arguments,
                               SourceLocation Loc) {
  if (takesSize(Callee) && !Arguments.empty()) {
    if (isEmptyValue(Arguments.front())) {
      clear(Receiver.Place, ClearKind::Empty, Loc);
      return Receiver;
    }
    // New elements, unless they are copies of the value that is given.
    QualType Element = elementType(shape(ReceiverType));
    if (Arguments.size() == 1 && !Element.isNull() &&
        shape(Element).is(ShapeKind::Object)) {
      eval(Arguments.front());
      store(Receiver.Place, makeElements(Element, Loc), StoreKind::Insert,
            Hold::Value, Loc);
      return Receiver;
    }
    return applyInsert(Receiver, ReceiverType, Callee, Arguments, Loc);
  }
  if (Arguments.size() > 1 && !ReceiverType.isNull() &&
      shape(ReceiverType).is(ShapeKind::Handle)) { // reset(p, deleter)
    store(Receiver.Place, handleFrom(ReceiverType, Arguments),
          StoreKind::Assign, shape(ReceiverType).Holds, Loc);
    return Receiver;
  }
  if (!ReceiverType.isNull() && ownDeleter(ReceiverType))
    if (RegId Old = load(Receiver)) // Its deleter runs now.
      emit(Op::Delete, Loc).A = Old;
  if (!Arguments.empty())
    return applyAssign(Receiver, Arguments, Loc); // reset(p)
  bool Many = !ReceiverType.isNull() && shape(ReceiverType).Many;
  clearElement(Receiver,
               Receiver.Element ? ClearKind::Erase
               : Many           ? ClearKind::Empty
                                : ClearKind::Null,
               Loc);
  Receiver.Address =
      Receiver.Place && Callee && isAddressOfPointer(Callee->getReturnType());
  return Receiver;
}

/// What an iterator gives. Null: the type is none.
static QualType typeAtIterator(QualType Type) {
  const CXXRecordDecl *Class = Type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return {};
  for (const CXXMethodDecl *Method : Class->methods())
    if (Method->getOverloadedOperator() == OO_Star && Method->param_empty())
      return Method->getReturnType();
  return {};
}

/// What has to be set in an element before this removal takes it. Null: nothing
/// is known.
const FieldDecl *BodyWalker::flagOfRemoval(const CallExpr *E,
                                           QualType Container, Args Arguments) {
  if (Container.isNull()) // std::erase_if, std::remove_if
    Container = Arguments.front()->getType();
  const Shape &S = shape(Container);
  QualType Element = S ? elementType(S) : typeAtIterator(Container);
  return Conditions.flagOfPredicate(
      E, Element.isNull() ? nullptr : Facts.shapes().target(Element));
}

Operand BodyWalker::applyErase(const CallExpr *E, Operand Receiver,
                               QualType ReceiverType, Args Arguments) {
  Operand Target = Receiver;
  RegId Key;
  for (const Expr *Argument : Arguments) {
    Operand Evaluated = eval(Argument);
    if (Evaluated.Element && Evaluated.Key) // An iterator that find() gave.
      Key = Evaluated.Key;
    if (!Target.Place) // std::erase_if(container, predicate)
      Target = Evaluated;
  }
  RegId Taken = shape(E) && Target.Place
                    ? load({RegId::none(), Target.Place, /*Element=*/true})
                    : RegId::none();
  bool One = !ReceiverType.isNull() &&
             !shape(elementType(shape(ReceiverType))).Many &&
             takesOne(E->getDirectCallee(), ReceiverType->getAsCXXRecordDecl(),
                      Arguments);
  if (One && Arguments.size() == 1 &&
      hasKeys(ReceiverType->getAsCXXRecordDecl()) && !Key)
    Key = keyOf(Arguments.front());
  const FieldDecl *Flag = Target.Place && !Arguments.empty()
                              ? flagOfRemoval(E, ReceiverType, Arguments)
                              : nullptr;
  if (Flag)
    needsFlag(emit(Op::If, E->getExprLoc()), Flag, true);
  clear(Target.Place, ClearKind::Erase, E->getExprLoc(),
        One ? uint16_t(InstrFlag::One) : 0,
        One && !Receiver.Element ? Key : RegId::none());
  if (Flag)
    close();
  return {Taken, Target.Place, true};
}

Operand BodyWalker::applyTake(Operand Receiver, SourceLocation Loc) {
  RegId Value = load(Receiver);
  clearElement(Receiver, ClearKind::MoveOut, Loc);
  return {Value, RegId::none()};
}

/// The callable of a thread goes with the thread.
Operand BodyWalker::applyFinish(Operand Receiver, Args Arguments,
                                SourceLocation Loc) {
  evalAll(Arguments);
  invoke(load(Receiver), {}, Loc, QualType());
  clear(Receiver.Place, ClearKind::Empty, Loc);
  return {};
}

Operand BodyWalker::applySwap(Operand Left, Operand Right, SourceLocation Loc) {
  RegId FromLeft = load(Left), FromRight = load(Right);
  clear(Left.Place, ClearKind::MoveOut, Loc);
  clear(Right.Place, ClearKind::MoveOut, Loc);
  store(Left.Place, FromRight, StoreKind::Assign, Hold::Strong, Loc);
  store(Right.Place, FromLeft, StoreKind::Assign, Hold::Strong, Loc);
  return {};
}

Operand BodyWalker::applyExchange(Args Arguments, SourceLocation Loc) {
  if (Arguments.size() != 2)
    return {};
  Operand Target = markFlag(Arguments[0]) ? Operand() : eval(Arguments[0]);
  RegId Old = load(Target);
  clearElement(Target, ClearKind::MoveOut, Loc);
  if (shape(Arguments[0])) {
    // `exchange(x, nullptr)` and `exchange(x, {})` leave it empty.
    RegId New = value(Arguments[1]);
    if (New)
      store(Target.Place, New,
            Target.Key ? StoreKind::Insert : StoreKind::Assign,
            holdOf(Arguments[1]), Loc, 0, Target.Key);
  } else {
    eval(Arguments[1]);
  }
  return {Old, RegId::none()};
}

const FunctionDecl *namedFunction(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(E);
      Address && Address->getOpcode() == UO_AddrOf)
    E = Address->getSubExpr()->IgnoreParenImpCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
}

/// `std::thread(&T::run, object)`: a callable of several parts.
bool BodyWalker::callsWithArguments(QualType Type, Args Arguments) const {
  const Shape &S = shape(Type);
  return S.is(ShapeKind::Carrier) && S.Callable && Arguments.size() > 1 &&
         namedFunction(Arguments.front());
}

Operand BodyWalker::applyBind(SourceLocation Loc, Args Arguments) {
  FunctionId Bound;
  llvm::SmallVector<const Expr *, 4> Held;
  llvm::SmallVector<RegId, 4> Values;
  for (const Expr *Argument : Arguments) {
    if (const FunctionDecl *Function = namedFunction(Argument);
        Function && Bound.isNone() && Held.empty()) {
      Bound = Facts.function(Function);
      continue;
    }
    RegId Value = value(Argument);
    if (!shape(Argument) || !Value)
      continue;
    Held.push_back(Argument);
    Values.push_back(Value);
  }
  RecordId Record = Facts.bind(Loc, Held, Bound, Self);
  RegId Object = alloc(Record, AllocKind::Temporary, Loc);
  for (unsigned I = 0; I != Held.size(); ++I)
    store(slotOf(Object, {Record, I}), Values[I], StoreKind::Init,
          holdOf(Held[I]), Held[I]->getExprLoc());
  return {Object, RegId::none()};
}

/// `std::invoke(&T::method, object, ...)`
Operand BodyWalker::invokeNamed(const FunctionDecl *Function, Args Arguments,
                                SourceLocation Loc) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Function);
  if (!Method || Method->isStatic() || Arguments.empty())
    return call(Function, RegId::none(), Arguments, Loc, false);
  RegId Object = valueOrUnknown(Arguments.front());
  return call(Method, Object, Arguments.drop_front(), Loc, Method->isVirtual());
}

/// Closures, wrappers, and bind objects, which carry a value without a shape.
static bool isCalled(const Expr *E, const Shape &S, const Operand &Evaluated) {
  if (S)
    return S.Callable || (S.is(ShapeKind::Object) && S.Record->isLambda());
  const CXXRecordDecl *Class = E->getType()->getAsCXXRecordDecl();
  return Evaluated.Value && !Evaluated.Element && !(Class && isIterator(Class));
}

/// The call operators of an object of a class that the program wrote.
static llvm::SmallVector<const FunctionDecl *, 2> operatorsOf(const Expr *E,
                                                              const Shape &S) {
  const CXXRecordDecl *Class = E->getType()->getAsCXXRecordDecl();
  bool IsOwn = Class && !Class->isLambda() && !isOfLibrary(Class) &&
               (!S || S.is(ShapeKind::Object));
  return IsOwn ? callOperators(Class)
               : llvm::SmallVector<const FunctionDecl *, 2>();
}

/// Calls one of the operators of a function object. Which of several, nothing
/// says.
void BodyWalker::callOneOf(llvm::ArrayRef<const FunctionDecl *> Operators,
                           RegId Object, llvm::ArrayRef<RegId> Given,
                           SourceLocation Loc) {
  for (const FunctionDecl *Operator : Operators) {
    bool IsLast = Operator == Operators.back();
    FunctionId Callee = Facts.function(Operator);
    if (!IsLast)
      emit(Op::If, Loc);
    Instr &I = emit(Op::Call, Loc);
    I.A = Object;
    I.Callee = Callee;
    I.Args.assign(Given.begin(), Given.end());
    I.Args.resize(Operator->getNumParams());
    if (cast<CXXMethodDecl>(Operator)->isVirtual())
      I.Flags |= uint16_t(InstrFlag::Virtual);
    if (!IsLast)
      emit(Op::Else);
  }
  for (size_t I = 1; I < Operators.size(); ++I)
    close();
}

/// An algorithm: it calls what it is given with elements of the range, or, as
/// std::invoke does, with the other arguments.
Operand BodyWalker::applyCall(Args Arguments, SourceLocation Loc) {
  if (!Arguments.empty())
    if (const FunctionDecl *Function = namedFunction(Arguments.front()))
      return invokeNamed(Function, Arguments.drop_front(), Loc);
  struct Callable {
    RegId Value;
    llvm::SmallVector<const FunctionDecl *, 2> Operators;
  };
  Operand Range;
  llvm::SmallVector<Callable, 2> Callables;
  llvm::SmallVector<RegId, 2> Others;
  for (const Expr *Argument : Arguments) {
    const Shape &S = shape(Argument);
    Operand Evaluated = namedFunction(Argument)
                            ? applyBind(Argument->getExprLoc(), Argument)
                            : eval(Argument);
    Elements.changed(Evaluated.Place); // Sorted, filled ...
    auto Operators = operatorsOf(Argument, S);
    if (!Operators.empty() || isCalled(Argument, S, Evaluated))
      Callables.push_back({load(Evaluated), std::move(Operators)});
    else if (Evaluated.Place && (Evaluated.Element || S.Many))
      Range = Range.Place ? Range : Evaluated;
    else if (RegId Value = load(Evaluated))
      Others.push_back(Value);
  }
  for (const Callable &Called : Callables) {
    if (!Called.Value && Called.Operators.empty())
      continue;
    llvm::SmallVector<RegId, 2> Given = Others;
    if (Range.Place)
      Given = {load({RegId::none(), Range.Place, true})};
    if (!Called.Operators.empty()) {
      callOneOf(Called.Operators, Called.Value, Given, Loc);
      continue;
    }
    Instr &I = emit(Op::Invoke, Loc);
    I.A = Called.Value;
    I.Args.assign(Given.begin(), Given.end());
  }
  return {};
}

/// make_shared<T>(...), QSharedPointer<T>::create(...), handle.instantiate().
Operand BodyWalker::applyMake(const CallExpr *E, const FunctionDecl *Callee,
                              QualType ReceiverType, Args Arguments) {
  QualType Handle = ReceiverType.isNull() ? E->getType() : ReceiverType;
  const Shape &S = shape(Handle);
  if (S.Many) { // make_unique<T[]>(n)
    evalAll(Arguments);
    return {makeElements(elementType(S), E->getExprLoc()), RegId::none()};
  }
  if (!S.is(ShapeKind::Handle) && !S.is(ShapeKind::Pointer)) {
    evalAll(Arguments);
    return opaqueResult(E);
  }
  // An allocator or a tag is not for the constructor.
  if (Callee->getIdentifier() && Callee->getName().starts_with("allocate") &&
      !Arguments.empty())
    Arguments = Arguments.drop_front();
  RegId Object = makeObject(S.Pointee, Arguments, E->getExprLoc());
  if (!ReceiverType.isNull() && !cast<CXXMethodDecl>(Callee)->isStatic())
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E))
      store(eval(Member->getImplicitObjectArgument()).Place, Object,
            StoreKind::Assign, Hold::Strong, E->getExprLoc());
  return {Object, RegId::none()};
}

} // namespace refcycle::analyzer
