// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recognises handles, function wrappers and containers that no model names, by
// what their code does: copying increments, destroying decrements. The names
// of methods are never looked at.

#ifndef REFCYCLE_EXTRACT_HANDLESTRUCTURE_H
#define REFCYCLE_EXTRACT_HANDLESTRUCTURE_H

#include "config/Models.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// What the structure of a class says it is.
struct StructuralRole {
  TypeRole Role = TypeRole::Opaque;
  clang::QualType Pointee; ///< Of handles.
};

/// Judges a complete class. nullopt: an ordinary class, or not known.
///
/// A handle has one pointer that it can be dereferenced to. It is
///   Strong  if its copy constructor changes a count (of the pointee or of a
///           control block) and its destructor lets go of the pointee,
///           or both change a count of a control block and a constructor hands
///           the plain pointer that it is given on to the block's maker,
///   Weak    if both change a count but the pointee is never let go,
///   Unique  if it cannot be copied and its destructor lets go of the pointee,
///   Raw     if copying and destroying it leave the pointee alone.
/// Cost: linear in the bodies of the class's special members and what they
/// call in the same class.
std::optional<StructuralRole>
judgeByStructure(const clang::CXXRecordDecl *Record);

/// The same judgement in words: what was found, one fact each, in the order in
/// which it is asked. Ends with what speaks against a handle, or with what is
/// not known in this unit.
std::vector<std::string> explainStructure(const clang::CXXRecordDecl *Record);

/// What `->`, unary `*` or a conversion of a complete class gives access to.
/// Null: nothing.
clang::QualType accessedType(const clang::CXXRecordDecl *Record);

/// Can it be advanced? Iterators look like handles and are none.
bool isIterator(const clang::CXXRecordDecl *Record);

} // namespace refcycle::analyzer

#endif
