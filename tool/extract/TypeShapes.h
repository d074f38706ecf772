// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a C++ type means for ownership: nothing, an object, a pointer, a handle
// or a carrier of other values. Models answer for libraries, structure answers
// for the rest. Knows types only, no expressions.

#ifndef REFCYCLE_EXTRACT_TYPESHAPES_H
#define REFCYCLE_EXTRACT_TYPESHAPES_H

#include "config/Models.h"
#include "extract/Names.h"
#include "facts/Fact.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"

namespace refcycle::analyzer {

enum class ShapeKind : uint8_t {
  None,    ///< Numbers, strings, enums: no ownership goes through it.
  Object,  ///< A class of the program: an object with slots of its own.
  Pointer, ///< Raw pointer, or a class that behaves like one and owns nothing.
  Handle,  ///< Strong, weak or unique handle.
  Carrier, ///< A value made of other values: container, optional, function.
};

/// What one type means. References and const are looked through.
struct Shape {
  ShapeKind Kind = ShapeKind::None;
  Hold Holds = Hold::Raw;                       ///< Handle only.
  bool Many = false;                            ///< Carrier: container.
  bool Callable = false;                        ///< Carrier: owns a callable.
  bool Erased = false;                          ///< Carrier: owns anything.
  const clang::CXXRecordDecl *Record = nullptr; ///< Object: its class.
  clang::QualType Pointee;                      ///< Pointer and Handle.
  llvm::SmallVector<clang::QualType, 2> Held;   ///< Carrier.

  bool is(ShapeKind K) const { return Kind == K; }
  explicit operator bool() const { return Kind != ShapeKind::None; }
};

/// Shapes of one translation unit's types, each computed once.
class TypeShapes {
public:
  TypeShapes(const clang::ASTContext &Context, const Names &TheNames,
             const ModelTable &Models)
      : Context(Context), TheNames(TheNames), Models(Models) {}

  const Shape &shape(clang::QualType Type) const;

  /// The model that names this class, or null: that of the project, then what
  /// an annotation says, then the preset.
  const TypeModel *model(const clang::CXXRecordDecl *Record) const;

  /// The class that a pointer, handle or object refers to; null if it is not a
  /// class of the program (`shared_ptr<int>`, `shared_ptr<void>`).
  const clang::CXXRecordDecl *target(clang::QualType Type) const;

  /// Does the pointee of this pointer or handle hold values itself, as in
  /// `shared_ptr<function<void()>>`? Then the pointee is a heap cell.
  bool pointsToCell(const Shape &S) const;

  /// Does an lvalue of this type denote a place that values are stored to?
  bool isPlace(clang::QualType Type) const;

  /// How the callee sees an argument for a parameter of this type.
  ParamMode paramMode(clang::QualType Type) const;

private:
  Shape compute(clang::QualType Type) const;
  Shape ofFunction(const clang::FunctionProtoType *Called) const;
  Shape ofRecord(const clang::CXXRecordDecl *Record) const;
  const clang::CXXRecordDecl *
  handleBase(const clang::CXXRecordDecl *Record) const;
  Shape ofModel(const clang::CXXRecordDecl *Record,
                const TypeModel &Model) const;
  Shape ofStructure(const clang::CXXRecordDecl *Record) const;
  Shape carrier(const clang::CXXRecordDecl *Record, TypeRole Role, bool Many,
                llvm::ArrayRef<unsigned> Arguments) const;

  const clang::ASTContext &Context;
  const Names &TheNames;
  const ModelTable &Models;
  mutable llvm::DenseMap<const void *, std::unique_ptr<Shape>> Cache;
  /// Of annotated classes. Null: not annotated.
  mutable llvm::DenseMap<const clang::Decl *, std::unique_ptr<TypeModel>>
      Annotated;
};

} // namespace refcycle::analyzer

#endif
