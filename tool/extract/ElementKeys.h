// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tells the elements of a container apart, across functions: constants,
// and parameters that are handed on. Value numbering (ElementValues.h) does the
// same inside one body, for any index.

#ifndef REFCYCLE_EXTRACT_ELEMENTKEYS_H
#define REFCYCLE_EXTRACT_ELEMENTKEYS_H

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <optional>
#include <string>

namespace refcycle::analyzer {

/// Reads the keys in one body.
class ElementKeys {
public:
  /// \p Function is null for the initialiser of a variable.
  ElementKeys(const clang::FunctionDecl *Function, clang::ASTContext &Context);

  /// A number or string that the compiler knows, the same for the same key of
  /// one container; nothing for all else.
  std::optional<std::string> constant(const clang::Expr *Key) const;
  /// The parameter that \p Key names, if it is what the caller passed still.
  /// Cost: one search through the body, for the first that is not const.
  const clang::ParmVarDecl *parameter(const clang::Expr *Key);
  /// Can a parameter of this type be a key? Numbers and strings.
  static bool canBeKey(clang::QualType Parameter);

private:
  bool isChanged(const clang::ParmVarDecl *Parameter);

  const clang::FunctionDecl *Function;
  clang::ASTContext &Context;
  /// The parameters of which the body does more than read the value.
  std::optional<llvm::SmallPtrSet<const clang::ParmVarDecl *, 4>> Changed;
};

} // namespace refcycle::analyzer

#endif
