// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What stands at which offset of an object, bases and fields of fields
// included. For the verifier.

#ifndef REFCYCLE_EXTRACT_OBJECTLAYOUT_H
#define REFCYCLE_EXTRACT_OBJECTLAYOUT_H

#include "extract/TypeShapes.h"
#include "facts/ClassLayout.h"
#include "clang/AST/DeclCXX.h"
#include <optional>
#include <vector>

namespace refcycle::analyzer {

/// Of a base in a class; virtual bases have none.
std::optional<int64_t> baseOffset(const clang::ASTContext &Context,
                                  const clang::CXXRecordDecl *Class,
                                  const clang::CXXRecordDecl *Base);

int64_t fieldOffset(const clang::ASTContext &Context,
                    const clang::FieldDecl *Field);

/// Can it be laid out? Whatever has an error in it cannot.
bool isLaidOut(const clang::CXXRecordDecl *Record);

/// A handle at an offset, and what it points to.
using PlacedHandle = std::pair<uint32_t, clang::QualType>;

/// Adds the pointers and truth values of a class to \p Into, at their places
/// in the whole; gives its strong handles.
std::vector<PlacedHandle> collectWords(const clang::ASTContext &Context,
                                       const TypeShapes &Shapes,
                                       const clang::CXXRecordDecl *Record,
                                       ClassLayout &Into);

} // namespace refcycle::analyzer

#endif
