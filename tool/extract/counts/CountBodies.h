// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small questions about declarations that all who judge counting by bodies ask.

#ifndef REFCYCLE_EXTRACT_COUNTBODIES_H
#define REFCYCLE_EXTRACT_COUNTBODIES_H

#include "clang/AST/DeclCXX.h"

namespace refcycle::analyzer {

/// The body that was instantiated, else the one that is written in the
/// template. Null: only declared here, or not read.
const clang::FunctionDecl *bodyOf(const clang::FunctionDecl *Function);

/// The identifier; empty: none, as of an operator.
inline llvm::StringRef plainName(const clang::NamedDecl *D) {
  return D && D->getIdentifier() ? D->getName() : llvm::StringRef();
}

/// The class of the first field of a struct without bases and virtual
/// functions, which C code uses as a base (`&panel->object`); null: none.
const clang::CXXRecordDecl *headerOf(const clang::CXXRecordDecl *Record);
/// Is it the address of such a field, and so that of the whole object?
/// \returns the pointer to the object, else null.
const clang::Expr *objectOfHeader(const clang::Expr *AddressOf);

/// Calls \p Visit for a class and all its bases, until it says true.
template <typename Visitor>
bool anyOfBases(const clang::CXXRecordDecl *Record, Visitor Visit) {
  Record = Record->getDefinition();
  if (!Record)
    return false;
  if (Visit(Record))
    return true;
  return llvm::any_of(Record->bases(),
                      [&](const clang::CXXBaseSpecifier &Base) {
                        const clang::CXXRecordDecl *Class =
                            Base.getType()->getAsCXXRecordDecl();
                        return Class && anyOfBases(Class, Visit);
                      });
}

} // namespace refcycle::analyzer

#endif
