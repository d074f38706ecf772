// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What copying and destroying an object of a class does to the objects behind
// its pointers. Read by HandleStructure.h, which says what it means.

#ifndef REFCYCLE_EXTRACT_HANDLETOUCHES_H
#define REFCYCLE_EXTRACT_HANDLETOUCHES_H

#include "clang/AST/DeclCXX.h"

namespace refcycle::analyzer {

/// Handles are small; a class with more fields is something else.
inline constexpr unsigned MostFields = 4;

/// The class as written: its template's pattern if it is an instantiation.
const clang::CXXRecordDecl *patternOf(const clang::CXXRecordDecl *Record);
/// Null: none is declared.
const clang::CXXConstructorDecl *
copyConstructor(const clang::CXXRecordDecl *Record);
/// CXXRecordDecl::getDestructor() finds none in a class template's pattern.
const clang::CXXDestructorDecl *destructor(const clang::CXXRecordDecl *Record);
/// The written definition of a class type, also of a dependent one like
/// `Base<T>`. Null: not a class, or incomplete.
const clang::CXXRecordDecl *classOf(clang::QualType Type);
unsigned countFields(const clang::CXXRecordDecl *Record);
bool hasPointerField(const clang::CXXRecordDecl *Record);
/// Is there nothing that the function may do out of sight? Null does nothing.
bool isBodyKnown(const clang::FunctionDecl *Function);

/// What a body does to the objects behind the class's pointers.
struct Touches {
  bool CallsPointee = false;  ///< Calls a method of it or passes it on.
  bool CallsCallable = false; ///< Calls a function object with one argument.
  bool ChangesCount = false;  ///< Increments or decrements something behind a
                              ///< pointer: the pointee or a control block.
  bool DeletesPointee = false;
  bool DeletesOther = false;
  bool Allocates = false;
  bool HasUnknown = false; ///< A base or field copies or destroys elsewhere.
};

enum class SpecialMember : uint8_t { Copy, Destroy };

/// What the special member of \p Class, a written pattern, does, those of bases
/// and small fields included. Cost: linear in their bodies and in what they
/// call in the same class.
Touches touchesOf(const clang::CXXRecordDecl *Class, clang::QualType Pointee,
                  SpecialMember Which);

} // namespace refcycle::analyzer

#endif
