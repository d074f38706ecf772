// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See TypeShapes.h. Order of authority: language types, models, structure.

#include "extract/TypeShapes.h"
#include "extract/Annotations.h"
#include "extract/ClangCompat.h"
#include "extract/HandleStructure.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace refcycle::analyzer {

static const ClassTemplateSpecializationDecl *
specialization(const CXXRecordDecl *Record) {
  return dyn_cast<ClassTemplateSpecializationDecl>(Record);
}

/// Type arguments in order, packs flattened. Non-type arguments are null.
static llvm::SmallVector<QualType, 4>
typeArguments(const ClassTemplateSpecializationDecl *Spec) {
  llvm::SmallVector<QualType, 4> Types;
  auto Add = [&](const TemplateArgument &Arg) {
    Types.push_back(Arg.getKind() == TemplateArgument::Type ? Arg.getAsType()
                                                            : QualType());
  };
  for (const TemplateArgument &Arg : Spec->getTemplateArgs().asArray())
    if (Arg.getKind() == TemplateArgument::Pack)
      llvm::for_each(Arg.pack_elements(), Add);
    else
      Add(Arg);
  return Types;
}

const Shape &TypeShapes::shape(QualType Type) const {
  static const Shape Nothing;
  if (Type.isNull())
    return Nothing;
  Type = Type.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  auto Found = Cache.find(Type.getAsOpaquePtr());
  if (Found != Cache.end())
    return Found->second ? *Found->second : Nothing;
  // A class that contains itself through a handle asks again while we compute:
  // the empty entry answers "nothing" and ends the recursion.
  Cache.try_emplace(Type.getAsOpaquePtr(), nullptr);
  auto Result = std::make_unique<Shape>(compute(Type));
  return *(Cache[Type.getAsOpaquePtr()] = std::move(Result));
}

static Shape pointerTo(QualType Pointee) {
  Shape S;
  S.Kind = ShapeKind::Pointer;
  S.Pointee = Pointee;
  return S;
}

Shape TypeShapes::compute(QualType Type) const {
  if (Type->isDependentType())
    return {};
  if (const ArrayType *Array = Context.getAsArrayType(Type)) {
    Shape S;
    S.Kind = ShapeKind::Carrier;
    S.Many = true;
    S.Held.push_back(Array->getElementType());
    return shape(Array->getElementType()) ? S : Shape();
  }
  if (Type->isPointerType()) {
    QualType Pointee = Type->getPointeeType();
    if (const auto *Called = Pointee->getAs<FunctionProtoType>())
      return ofFunction(Called);
    // `T **` is where somebody puts an object: `createDevice(Device **out)`.
    bool IsPlace =
        Pointee->isPointerType() && Pointee->getPointeeType()->isRecordType();
    return Pointee->isRecordType() || IsPlace ? pointerTo(Pointee) : Shape();
  }
  if (const auto *Record = Type->getAsCXXRecordDecl())
    return ofRecord(Record);
  return {};
}

/// A pointer to a function that is given handles, or gives one back, is a
/// callable that holds nothing: a factory, an entry of a table.
Shape TypeShapes::ofFunction(const FunctionProtoType *Called) const {
  auto Holds = [&](QualType Type) {
    const Shape &S = shape(Type);
    return S.is(ShapeKind::Handle) || S.is(ShapeKind::Carrier);
  };
  Shape S;
  if (!Holds(Called->getReturnType()) &&
      llvm::none_of(Called->param_types(), Holds))
    return S;
  S.Kind = ShapeKind::Carrier;
  S.Callable = true;
  return S;
}

const TypeModel *TypeShapes::model(const CXXRecordDecl *Record) const {
  const TypeModel *Named = Models.type(TheNames.qualified(Record));
  if (Named && Named->FromProject)
    return Named;
  auto [It, New] = Annotated.try_emplace(Record->getCanonicalDecl());
  if (New)
    if (std::optional<TypeModel> Own = annotatedType(Record)) {
      Own->Name = TheNames.qualified(Record);
      It->second = std::make_unique<TypeModel>(std::move(*Own));
    }
  return It->second ? It->second.get() : Named;
}

/// `template <class T> class Ptr : PtrBase<T>`, where the base is a handle and
/// nothing is added but methods. A class that is no template is an object with
/// a meaning of its own (`class Image : shared_ptr<Pixels>`).
const CXXRecordDecl *TypeShapes::handleBase(const CXXRecordDecl *Record) const {
  if (!specialization(Record) || !Record->hasDefinition() ||
      Record->getNumBases() != 1 || !Record->field_empty())
    return nullptr;
  const Shape &S = shape(Record->bases_begin()->getType());
  return S.is(ShapeKind::Handle)
             ? Record->bases_begin()->getType()->getAsCXXRecordDecl()
             : nullptr;
}

static Shape objectOf(const CXXRecordDecl *Record) {
  Shape S;
  S.Kind = ShapeKind::Object;
  S.Record = Record;
  return S;
}

Shape TypeShapes::ofRecord(const CXXRecordDecl *Record) const {
  if (const CXXRecordDecl *Definition = Record->getDefinition())
    Record = Definition;
  if (!Record->isLambda()) {
    if (const TypeModel *Model = model(Record))
      return ofModel(Record, *Model);
    if (const CXXRecordDecl *Base = handleBase(Record))
      return shape(compat::recordType(Context, Base));
    if (Shape S = ofStructure(Record))
      return S;
  }
  // Iterators stand for their container. Of the standard library's classes
  // those that own something have a model.
  if (Record->isInStdNamespace() || isIterator(Record))
    return {};
  return objectOf(Record);
}

static std::optional<Hold> holdOf(TypeRole Role) {
  switch (Role) {
  case TypeRole::Strong:
  case TypeRole::Root:
    return Hold::Strong;
  case TypeRole::Weak:
    return Hold::Weak;
  case TypeRole::Unique:
    return Hold::Unique;
  default:
    return std::nullopt;
  }
}

static Shape handleTo(QualType Pointee, Hold Holds) {
  Shape S;
  S.Kind = ShapeKind::Handle;
  S.Holds = Holds;
  S.Pointee = Pointee;
  return S;
}

/// What a handle with a model points to: a template argument. One that is no
/// template says it by what it gives access to. Null: not known.
static QualType modelledPointee(const CXXRecordDecl *Record,
                                const TypeModel &Model) {
  const auto *Spec = specialization(Record);
  if (!Spec)
    return Record->hasDefinition() ? accessedType(Record) : QualType();
  auto Types = typeArguments(Spec);
  unsigned Index = Model.Arguments.empty() ? 0 : Model.Arguments.front();
  return Index < Types.size() ? Types[Index] : QualType();
}

Shape TypeShapes::ofModel(const CXXRecordDecl *Record,
                          const TypeModel &Model) const {
  std::optional<Hold> Holds = holdOf(Model.Role);
  if (Holds || Model.Role == TypeRole::Raw) {
    QualType Pointee = modelledPointee(Record, Model);
    if (Pointee.isNull())
      return {};
    // The sole owner of an array has what a container of its elements has.
    if (Context.getAsArrayType(Pointee) && Holds == Hold::Unique &&
        shape(Pointee))
      return shape(Pointee);
    if (const auto *Array = Context.getAsArrayType(Pointee))
      Pointee = Array->getElementType();
    return Holds ? handleTo(Pointee, *Holds) : pointerTo(Pointee);
  }
  if (Model.Role == TypeRole::Opaque)
    return {};
  // A counting base that is a template is written for each class of objects;
  // one that is none is what handles to any object point to.
  if (Model.Role == TypeRole::Counted)
    return specialization(Record) ? Shape() : objectOf(Record);
  return carrier(Record, Model.Role, Model.Many, Model.Arguments);
}

Shape TypeShapes::carrier(const CXXRecordDecl *Record, TypeRole Role, bool Many,
                          llvm::ArrayRef<unsigned> Arguments) const {
  Shape S;
  S.Kind = ShapeKind::Carrier;
  S.Many = Many || Role == TypeRole::Container;
  S.Callable = Role == TypeRole::Function;
  S.Erased = Role == TypeRole::Erased;
  if (S.Callable || S.Erased)
    return S;
  if (const auto *Spec = specialization(Record)) {
    auto Types = typeArguments(Spec);
    for (unsigned I = 0; I != Types.size(); ++I)
      if ((Arguments.empty() || llvm::is_contained(Arguments, I)) &&
          !Types[I].isNull() && shape(Types[I]))
        S.Held.push_back(Types[I]);
  }
  return S.Held.empty() ? Shape() : S;
}

Shape TypeShapes::ofStructure(const CXXRecordDecl *Record) const {
  if (!Record->hasDefinition())
    return {};
  std::optional<StructuralRole> Judged = judgeByStructure(Record);
  if (!Judged)
    return {};
  if (std::optional<Hold> Holds = holdOf(Judged->Role))
    return handleTo(Judged->Pointee, *Holds);
  if (Judged->Role == TypeRole::Raw)
    return pointerTo(Judged->Pointee);
  return carrier(Record, Judged->Role, /*Many=*/false, {});
}

const CXXRecordDecl *TypeShapes::target(QualType Type) const {
  const Shape &S = shape(Type);
  if (S.is(ShapeKind::Object))
    return S.Record;
  if (!S.is(ShapeKind::Pointer) && !S.is(ShapeKind::Handle))
    return nullptr;
  const Shape &Pointee = shape(S.Pointee);
  return Pointee.is(ShapeKind::Object) ? Pointee.Record : nullptr;
}

bool TypeShapes::pointsToCell(const Shape &S) const {
  if (!S.is(ShapeKind::Pointer) && !S.is(ShapeKind::Handle))
    return false;
  const Shape &Pointee = shape(S.Pointee);
  return Pointee && !Pointee.is(ShapeKind::Object);
}

bool TypeShapes::isPlace(QualType Type) const {
  const Shape &S = shape(Type);
  return S && !S.is(ShapeKind::Object);
}

ParamMode TypeShapes::paramMode(QualType Type) const {
  if (!shape(Type))
    return ParamMode::None;
  bool Refers = Type->isLValueReferenceType() || Type->isPointerType();
  bool Writable = Refers && !Type->getPointeeType().isConstQualified();
  return Writable && isPlace(Type->getPointeeType()) ? ParamMode::Place
                                                     : ParamMode::Value;
}

} // namespace refcycle::analyzer
