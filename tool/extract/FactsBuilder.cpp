// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See FactsBuilder.h. Here: interning, records and their slots.

#include "extract/FactsBuilder.h"
#include "extract/Annotations.h"
#include "extract/ClangCompat.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace refcycle::analyzer {

/// Values nest (`vector<optional<pair<...>>>`), but not for ever.
static constexpr unsigned DeepestNesting = 8;

FactsBuilder::FactsBuilder(ASTContext &Context, const Names &TheNames,
                           const TypeShapes &Shapes, Instantiator &Templates)
    : Context(Context), TheNames(TheNames), Shapes(Shapes),
      Templates(Templates), Weak(Shapes) {
  StringIds[""] = 0;
}

StringId FactsBuilder::string(llvm::StringRef Text) {
  auto [It, New] = StringIds.try_emplace(Text, Facts.Strings.size());
  if (New)
    Facts.Strings.push_back(Text.str());
  return {It->second};
}

FactLoc FactsBuilder::loc(SourceLocation Loc) {
  SourceRef Place = TheNames.locate(Loc);
  return {string(Place.File), Place.Line, Place.Column};
}

static const CXXRecordDecl *definitionOf(const CXXRecordDecl *Decl) {
  const CXXRecordDecl *Definition = Decl->getDefinition();
  return Definition ? Definition : Decl;
}

//===----------------------------------------------------------------------===//
// Entities
//===----------------------------------------------------------------------===//

RecordId FactsBuilder::record(const CXXRecordDecl *Decl) {
  if (!Decl)
    return RecordId::none();
  Decl = definitionOf(Decl);
  auto [It, New] = RecordIds.try_emplace(
      Decl->getCanonicalDecl(), RecordId{uint32_t(Facts.Records.size())});
  if (!New)
    return It->second;
  RecordId Id = It->second;
  Record R;
  R.Key = string(TheNames.key(Decl));
  R.Name = string(TheNames.display(Decl));
  R.Loc = loc(Decl->getLocation());
  R.Kind = Decl->isLambda() ? RecordKind::Closure : RecordKind::Class;
  if (isOfLibrary(Decl))
    R.Flags |= uint8_t(RecordFlag::System);
  if (!Decl->isExternallyVisible())
    R.Flags |= uint8_t(RecordFlag::Local);
  Facts.Records.push_back(std::move(R));
  Undescribed.push_back(Decl);
  return Id;
}

RecordId FactsBuilder::cell(QualType Type) {
  Type = Type.getCanonicalType().getUnqualifiedType();
  auto [It, New] = CellIds.try_emplace(
      Type.getAsOpaquePtr(), RecordId{uint32_t(Facts.Records.size())});
  if (!New)
    return It->second;
  RecordId Id = It->second;
  std::string Name = Type.getAsString(compat::namePolicy(Context));
  Facts.Records.emplace_back();
  Field Value = describeSlot("value", SourceLocation(), Type);
  Record &R = Facts.Records[Id.Index];
  R.Key = string("cell@" + Name);
  R.Name = string(Name);
  R.Flags = uint8_t(RecordFlag::Cell);
  R.Fields.push_back(std::move(Value));
  R.Hash = structureHash(R);
  return Id;
}

SlotRef FactsBuilder::deleterSlot() {
  if (ControlBlock.isNone()) {
    ControlBlock = RecordId{uint32_t(Facts.Records.size())};
    Record R;
    R.Key = string(ControlBlockKey);
    // In parentheses, as a lambda: no class of the program.
    R.Name = string(("(" + llvm::Twine(ControlBlockKey) + ")").str());
    R.Flags = uint8_t(RecordFlag::System);
    R.Fields.emplace_back();
    R.Fields.back().Name = string("deleter");
    R.Fields.back().Flags = uint16_t(FieldFlag::Function);
    R.Fields.emplace_back();
    R.Fields.back().Name = string("object");
    R.Fields.back().Leaves = {{Hold::Raw, RecordId::none()}};
    R.Hash = structureHash(R);
    Facts.Records.push_back(std::move(R));
  }
  return {ControlBlock, 0};
}

RecordId FactsBuilder::pointee(QualType Type) {
  const Shape &S = Shapes.shape(Type);
  if (Shapes.pointsToCell(S))
    return cell(S.Pointee);
  return record(Shapes.target(Type));
}

/// `self` for `self`, the source text's gist for other expressions.
static std::string argumentName(const Expr *Argument, unsigned Index) {
  Argument = Argument->IgnoreImplicit()->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Argument))
    return Ref->getDecl()->getNameAsString();
  if (isa<CXXThisExpr>(Argument))
    return "this";
  if (const auto *Call = dyn_cast<CallExpr>(Argument))
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      return Callee->getNameAsString() + "()";
  return "argument " + std::to_string(Index + 1);
}

RecordId FactsBuilder::bind(SourceLocation Where,
                            llvm::ArrayRef<const Expr *> Arguments,
                            FunctionId Bound, FunctionId Creator) {
  RecordId Id{uint32_t(Facts.Records.size())};
  Facts.Records.emplace_back();
  std::vector<Field> Fields;
  for (unsigned I = 0; I != Arguments.size(); ++I) {
    Field F = describeSlot(argumentName(Arguments[I], I),
                           Arguments[I]->getExprLoc(), Arguments[I]->getType());
    F.Flags |= uint16_t(FieldFlag::Capture);
    Fields.push_back(std::move(F));
  }
  Record &R = Facts.Records[Id.Index];
  SourceRef Place = TheNames.locate(Where);
  R.Key = string("bind@" + Place.File + ":" + std::to_string(Place.Line) + ":" +
                 std::to_string(Place.Column) + "@" +
                 Facts.text(Facts.Functions[Creator.Index].Key));
  R.Name = string("(bind at " + TheNames.shortPlace(Where) + ")");
  R.Loc = loc(Where);
  R.Kind = RecordKind::Bind;
  R.Fields = std::move(Fields);
  R.Invoke = Bound;
  R.Creator = Creator;
  R.Hash = structureHash(R);
  return Id;
}

RecordId FactsBuilder::frame(const FunctionDecl *Coroutine,
                             const VarDecl *Promise,
                             llvm::ArrayRef<const VarDecl *> Variables,
                             FunctionId Creator) {
  RecordId Id{uint32_t(Facts.Records.size())};
  Facts.Records.emplace_back();
  Record R;
  for (const VarDecl *Variable : Variables) {
    R.Fields.push_back(describeSlot(
        Variable->getName(), Variable->getLocation(), Variable->getType()));
    R.Fields.back().Flags |= uint16_t(FieldFlag::Capture);
  }
  R.Key = string("frame@" + TheNames.key(Coroutine));
  R.Name = string("(frame of " + TheNames.display(Coroutine) + ")");
  R.Loc = loc(Coroutine->getLocation());
  R.Kind = RecordKind::Frame;
  R.Creator = Creator;
  if (const CXXRecordDecl *Base = Shapes.target(Promise->getType())) {
    R.Bases.push_back(record(Base));
    Facts.Conversions.push_back({Id, R.Bases.front()});
  }
  R.Hash = structureHash(R);
  Facts.Records[Id.Index] = std::move(R);
  return Id;
}

FunctionId FactsBuilder::function(const FunctionDecl *Decl) {
  if (!Decl)
    return FunctionId::none();
  Decl = Decl->getCanonicalDecl();
  auto [It, New] = FunctionIds.try_emplace(
      Decl, FunctionId{uint32_t(Facts.Functions.size())});
  if (!New)
    return It->second;
  FunctionId Id = It->second;
  Facts.Functions.emplace_back();
  Function F;
  F.Key = string(TheNames.key(Decl));
  F.Name = string(TheNames.display(Decl));
  F.Loc = loc(Decl->getLocation());
  auto Flag = [&F](bool Set, FunctionFlag Bit) {
    if (Set)
      F.Flags |= uint16_t(Bit);
  };
  const auto *Method = dyn_cast<CXXMethodDecl>(Decl);
  Flag(isa<CXXConstructorDecl>(Decl), FunctionFlag::Constructor);
  Flag(isa<CXXDestructorDecl>(Decl), FunctionFlag::Destructor);
  Flag(Method && Method->isVirtual(), FunctionFlag::Virtual);
  Flag(!Method || Method->isStatic(), FunctionFlag::Static);
  Flag(Decl->isMain(), FunctionFlag::Main);
  Flag(!Decl->isExternallyVisible(), FunctionFlag::Internal);
  Flag(isOfLibrary(Decl), FunctionFlag::System);
  Flag(Method && Method->getParent()->isLambda(), FunctionFlag::Deferred);
  Flag(isMarked(Decl, Mark::Breaks), FunctionFlag::CalledInTime);
  if (hasFates(Decl))
    for (const ParmVarDecl *Parameter : Decl->parameters())
      F.Params.push_back(parameter(Decl, Parameter));
  if (Method) {
    F.Class = record(Method->getParent());
    for (const CXXMethodDecl *Base : Method->overridden_methods())
      F.Overrides.push_back(function(Base));
  }
  Facts.Functions[Id.Index] = std::move(F);
  return Id;
}

Param FactsBuilder::parameter(const FunctionDecl *Function,
                              const ParmVarDecl *Parameter) {
  QualType Type = Parameter->getType();
  Param P;
  P.Name = string(Parameter->getName());
  P.Mode = Shapes.paramMode(Type);
  bool ByPointer = P.Mode == ParamMode::Place && Type->isPointerType();
  if (P.Mode != ParamMode::None)
    P.Type = pointee(ByPointer ? Type->getPointeeType() : Type);
  Fate Promised = fateOf(Function, Parameter->getFunctionScopeIndex());
  P.Fate = Promised.What;
  if (P.Fate != ParamFate::Kept)
    return P;
  P.Keepers = std::move(Promised.Keepers);
  P.KeptIn = keeperSlot(Function, Parameter);
  return P;
}

/// One for each parameter: what is kept for one purpose is not what is kept for
/// another. It bears the name of the function, which says how to get there.
RecordId FactsBuilder::keeperSlot(const FunctionDecl *Function,
                                  const ParmVarDecl *Parameter) {
  unsigned Number = Parameter->getFunctionScopeIndex();
  auto [It, New] =
      KeeperSlots.try_emplace({Function->getCanonicalDecl(), Number},
                              RecordId{uint32_t(Facts.Records.size())});
  RecordId Id = It->second;
  if (!New)
    return Id;
  Facts.Records.emplace_back();
  // Of a handle, of a closure and of what is moved a copy is kept, of other
  // objects the reference.
  QualType Type = Parameter->getType();
  const CXXRecordDecl *Class = Type.getNonReferenceType()->getAsCXXRecordDecl();
  if (Shapes.isPlace(Type) || Type->isRValueReferenceType() ||
      (Class && Class->isLambda()))
    Type = Type.getNonReferenceType();
  Field Slot =
      describeSlot(Function->getNameAsString(), Function->getLocation(), Type);
  Slot.Flags |= uint16_t(FieldFlag::Container);
  Record R;
  R.Key =
      string("kept@" + std::to_string(Number) + "@" + TheNames.key(Function));
  R.Name = string("(kept by " + TheNames.display(Function) + ")");
  R.Loc = loc(Parameter->getLocation());
  R.Flags = uint8_t(RecordFlag::Promised);
  if (isOfLibrary(Function))
    R.Flags |= uint8_t(RecordFlag::System);
  R.Fields.push_back(std::move(Slot));
  R.Hash = structureHash(R);
  Facts.Records[Id.Index] = std::move(R);
  return Id;
}

FunctionId FactsBuilder::initializer(const VarDecl *Variable) {
  FunctionId Id{uint32_t(Facts.Functions.size())};
  Function F;
  F.Key = string("init@" + TheNames.key(Variable));
  F.Name = string("(initialiser of " + TheNames.display(Variable) + ")");
  F.Loc = loc(Variable->getLocation());
  F.Flags = uint16_t(FunctionFlag::Static) |
            uint16_t(FunctionFlag::AddressTaken); // Called before main.
  if (!Variable->isExternallyVisible())
    F.Flags |= uint16_t(FunctionFlag::Internal);
  Facts.Functions.push_back(std::move(F));
  return Id;
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

FactsBuilder::Slots
FactsBuilder::relevantFields(const CXXRecordDecl *Record) const {
  Slots Result;
  for (const FieldDecl *Field : Record->fields())
    if (Record->isLambda() || holdsAnything(Field->getType()))
      Result.push_back(Field);
  return Result;
}

/// By-value library objects hold nothing that their model would not say. A
/// member that says where a pointer stands owns nothing behind that.
bool FactsBuilder::holdsAnything(QualType Type) const {
  const Shape &S = Shapes.shape(Type);
  if (S.is(ShapeKind::Pointer) && S.Pointee->isPointerType())
    return false;
  if (S.is(ShapeKind::Object) && !Type->isReferenceType())
    return !isOfLibrary(S.Record);
  return bool(S);
}

const FactsBuilder::Slots &FactsBuilder::slots(const CXXRecordDecl *Record) {
  Record = definitionOf(Record);
  auto [It, New] = SlotLists.try_emplace(Record->getCanonicalDecl());
  if (New)
    It->second = relevantFields(Record);
  return It->second;
}

std::optional<SlotRef> FactsBuilder::slot(const FieldDecl *Field) {
  const auto *Owner = dyn_cast<CXXRecordDecl>(Field->getParent());
  if (!Owner || Owner->isDependentContext())
    return std::nullopt;
  const Slots &All = slots(Owner);
  auto Found = llvm::find(All, Field);
  if (Found == All.end())
    return std::nullopt;
  return SlotRef{record(Owner), uint32_t(Found - All.begin())};
}

llvm::SmallVector<QualType, 1>
FactsBuilder::carrierBases(const CXXRecordDecl *Record) const {
  llvm::SmallVector<QualType, 1> Result;
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (Shapes.isPlace(Base.getType()))
      Result.push_back(Base.getType());
  return Result;
}

std::optional<SlotRef> FactsBuilder::baseSlot(const CXXRecordDecl *Derived,
                                              QualType Base) {
  Derived = definitionOf(Derived);
  if (!Derived->hasDefinition())
    return std::nullopt;
  auto Bases = carrierBases(Derived);
  for (unsigned I = 0; I != Bases.size(); ++I)
    if (Context.hasSameUnqualifiedType(Bases[I], Base))
      return SlotRef{record(Derived), uint32_t(slots(Derived).size() + I)};
  return std::nullopt;
}

Hold FactsBuilder::holdOf(QualType Type) const {
  const Shape &S = Shapes.shape(Type);
  switch (S.Kind) {
  case ShapeKind::Handle:
    return S.Holds;
  case ShapeKind::Object:
    return Type->isReferenceType() ? Hold::Raw : Hold::Value;
  case ShapeKind::Carrier: {
    Hold Strongest = S.Callable || S.Erased ? Hold::Value : Hold::Raw;
    for (QualType Held : S.Held)
      Strongest = std::max(Strongest, holdOf(Held));
    return Strongest;
  }
  default:
    return Hold::Raw;
  }
}

/// Adds what a value of Type refers to. Direct is how the slot itself holds:
/// Value for members, Raw once a pointer or reference was passed.
void FactsBuilder::collectLeaves(QualType Type, Hold Direct, Field &Out,
                                 unsigned Depth) {
  const Shape &S = Shapes.shape(Type);
  if (Depth > DeepestNesting)
    return;
  auto Flag = [&Out](bool Set, FieldFlag Bit) {
    if (Set)
      Out.Flags |= uint16_t(Bit);
  };
  switch (S.Kind) {
  case ShapeKind::None:
    return;
  case ShapeKind::Object:
    if (Direct == Hold::Raw || holdsAnything(Type))
      Out.Leaves.push_back({Direct, record(S.Record)});
    return;
  case ShapeKind::Pointer:
  case ShapeKind::Handle: {
    Hold Holds = S.is(ShapeKind::Handle) ? S.Holds : Hold::Raw;
    const CXXRecordDecl *Handle =
        Type.getNonReferenceType()->getAsCXXRecordDecl();
    Flag(Holds == Hold::Strong && Handle && !Weak.has(Handle),
         FieldFlag::NoWeakKind);
    if (RecordId To = pointee(Type)) {
      Out.Leaves.push_back({Holds, To});
    } else if (owns(Holds) || S.Pointee->isVoidType()) {
      // Any control block, with what that keeps.
      Flag(owns(Holds), FieldFlag::Erased);
      Out.ErasedHold = Holds;
    }
    return;
  }
  case ShapeKind::Carrier:
    Flag(S.Many, FieldFlag::Container);
    Flag(S.Callable, FieldFlag::Function);
    Flag(S.Erased, FieldFlag::Erased);
    for (QualType Held : S.Held)
      collectLeaves(Held, Direct, Out, Depth + 1);
    return;
  }
}

/// A reference: whatever the variable owns, who refers to it does not.
static void disown(Field &F) {
  F.Flags &= ~(uint16_t(FieldFlag::Erased) | uint16_t(FieldFlag::Function));
  F.Flags |= uint16_t(FieldFlag::Reference);
  F.ErasedHold = Hold::Raw;
  for (Leaf &L : F.Leaves)
    L.Kind = Hold::Raw;
  F.Leaves.erase(llvm::unique(F.Leaves), F.Leaves.end());
}

Field FactsBuilder::describeSlot(llvm::StringRef Name, SourceLocation Loc,
                                 QualType Type) {
  Field F;
  F.Name = string(Name);
  F.Loc = loc(Loc);
  collectLeaves(Type, Type->isReferenceType() ? Hold::Raw : Hold::Value, F, 0);
  llvm::sort(F.Leaves);
  F.Leaves.erase(llvm::unique(F.Leaves), F.Leaves.end());
  if (Type->isReferenceType() && Shapes.isPlace(Type))
    disown(F);
  return F;
}

Field FactsBuilder::describeCapture(const LambdaCapture &Capture,
                                    const FieldDecl *Field) {
  llvm::StringRef Name = "this";
  if (Capture.capturesVariable())
    Name = Capture.getCapturedVar()->getName();
  auto F = describeSlot(Name, Capture.getLocation(), Field->getType());
  F.Flags |= uint16_t(FieldFlag::Capture);
  return F;
}

const CXXMethodDecl *lambdaBody(const CXXRecordDecl *Closure) {
  if (const FunctionTemplateDecl *Generic =
          Closure->getDependentLambdaCallOperator())
    for (const FunctionDecl *Instance : Generic->specializations())
      if (Instance->hasBody())
        return cast<CXXMethodDecl>(Instance);
  return Closure->getLambdaCallOperator();
}

void FactsBuilder::describeClosure(const CXXRecordDecl *Decl, Record &R) {
  auto Capture = Decl->captures_begin();
  for (const FieldDecl *Field : Decl->fields())
    R.Fields.push_back(describeCapture(*Capture++, Field));
  R.Invoke = function(lambdaBody(Decl));
  R.Creator = ClosureOrigins.lookup(Decl->getCanonicalDecl());
}

llvm::SmallVector<const FunctionDecl *, 2>
callOperators(const CXXRecordDecl *Class) {
  if (!Class->hasDefinition() || Class->isDependentContext())
    return {};
  if (Class->isLambda())
    return {lambdaBody(Class)};
  llvm::SmallVector<const FunctionDecl *, 2> All;
  for (const CXXMethodDecl *Method : Class->methods())
    if (Method->getOverloadedOperator() == OO_Call)
      All.push_back(Method);
  if (!All.empty())
    return All;
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (const auto *Inherited = Base.getType()->getAsCXXRecordDecl())
      for (const FunctionDecl *Operator : callOperators(Inherited))
        if (!llvm::is_contained(All, Operator))
          All.push_back(Operator);
  return All;
}

const FunctionDecl *callOperator(const CXXRecordDecl *Class) {
  auto All = callOperators(Class);
  return All.size() == 1 ? All.front() : nullptr;
}

/// A raw pointer that is deleted by its holder. `coroutine_handle<>` does not
/// say to what.
static void own(Field &F) {
  for (Leaf &L : F.Leaves)
    L.Kind = std::max(L.Kind, Hold::Unique);
  if (!F.Leaves.empty())
    return;
  F.Flags |= uint16_t(FieldFlag::Erased);
  F.ErasedHold = Hold::Unique;
}

/// `class Reader { ... private: std::shared_ptr<Impl> impl_; };` is a handle to
/// its users: they copy it, and nothing of it can be weak.
static bool isWhole(const TypeShapes &Shapes, const FieldDecl *Field) {
  const auto *Class = cast<CXXRecordDecl>(Field->getParent());
  const Shape &S = Shapes.shape(Field->getType());
  return S.is(ShapeKind::Handle) && S.Holds == Hold::Strong &&
         Field->getAccess() == AS_private && !Class->getNumBases() &&
         !Class->isPolymorphic() &&
         std::next(Class->field_begin()) == Class->field_end();
}

void FactsBuilder::describe(const CXXRecordDecl *Decl) {
  RecordId Id = RecordIds[Decl->getCanonicalDecl()];
  // Describing may add records and move the table: fill a copy.
  Record R = Facts.Records[Id.Index];
  if (!Decl->hasDefinition() || Decl->isDependentContext()) {
    R.Flags |= uint8_t(RecordFlag::Incomplete);
  } else if (Decl->isLambda()) {
    describeClosure(Decl, R);
  } else {
    if (Decl->isPolymorphic())
      R.Flags |= uint8_t(RecordFlag::Polymorphic);
    for (const CXXBaseSpecifier &Base : Decl->bases())
      if (Shapes.shape(Base.getType()).is(ShapeKind::Object))
        R.Bases.push_back(record(Base.getType()->getAsCXXRecordDecl()));
    for (const FieldDecl *F : Slots(slots(Decl))) {
      R.Fields.push_back(
          describeSlot(F->getName(), F->getLocation(), F->getType()));
      R.Fields.back().Flags |= annotatedFlags(F);
      if (isWhole(Shapes, F))
        R.Fields.back().Flags |= uint16_t(FieldFlag::Whole);
      if (OwnedFields.contains(F->getCanonicalDecl()))
        own(R.Fields.back());
    }
    for (QualType Base : carrierBases(Decl)) {
      R.Fields.push_back(
          describeSlot(Base.getAsString(compat::namePolicy(Context)),
                       Decl->getLocation(), Base));
      R.Fields.back().Flags |= uint16_t(FieldFlag::Base);
    }
    R.Destructor = function(Decl->getDestructor());
    R.Invoke = function(callOperator(Decl));
  }
  R.Hash = structureHash(R);
  Facts.Records[Id.Index] = std::move(R);
}

/// Equal for equal structures in different TUs: spelled with keys, not ids.
/// How a slot holds stays out, since one TU may know more than another.
uint32_t FactsBuilder::structureHash(const Record &R) const {
  if (R.has(RecordFlag::Incomplete))
    return 0;
  std::string Text;
  for (RecordId Base : R.Bases)
    Text += Facts.text(Facts.Records[Base.Index].Key) + ";";
  for (const Field &F : R.Fields) {
    // Whether the header of a weak handle is included changes no class.
    unsigned Flags = F.Flags & ~unsigned(FieldFlag::NoWeakKind);
    Text += Facts.text(F.Name) + ":" + std::to_string(Flags);
    for (const Leaf &L : F.Leaves)
      Text += "," + (L.Pointee.isNone()
                         ? std::string()
                         : Facts.text(Facts.Records[L.Pointee.Index].Key));
  }
  return uint32_t(llvm::xxh3_64bits(Text)) | 1;
}

//===----------------------------------------------------------------------===//
// Facts that arrive while bodies are read
//===----------------------------------------------------------------------===//

void FactsBuilder::markOwned(const FieldDecl *Field) {
  OwnedFields.insert(Field->getCanonicalDecl());
}

void FactsBuilder::addConversion(const CXXRecordDecl *Derived,
                                 const CXXRecordDecl *Base) {
  Facts.Conversions.push_back({record(Derived), record(Base)});
}

void FactsBuilder::setClosureOrigin(const CXXRecordDecl *Closure,
                                    FunctionId Creator) {
  ClosureOrigins[Closure->getCanonicalDecl()] = Creator;
}

void FactsBuilder::addSuppression(llvm::StringRef File, unsigned Line,
                                  unsigned LastLine, llvm::StringRef Checks) {
  Facts.Suppressions.push_back({string(File), Line, LastLine, string(Checks)});
}

template <typename T> static void sortUnique(std::vector<T> &All) {
  llvm::sort(All);
  All.erase(llvm::unique(All), All.end());
}

TuFacts FactsBuilder::finish() {
  // Describing one record can add others to the end.
  for (size_t I = 0; I != Undescribed.size(); ++I)
    describe(Undescribed[I]);
  sortUnique(Facts.Conversions);
  sortUnique(Facts.Counts);
  sortUnique(Facts.Uses);
  sortUnique(Facts.Rewrites);
  sortUnique(Facts.Contents);
  return std::move(Facts);
}

} // namespace refcycle::analyzer
