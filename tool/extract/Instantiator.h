// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instantiates what the bodies of library functions would have made the
// compiler instantiate, had they not been skipped: the constructor of a class
// template that only std::make_shared calls, or its virtual functions.

#ifndef REFCYCLE_EXTRACT_INSTANTIATOR_H
#define REFCYCLE_EXTRACT_INSTANTIATOR_H

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace clang {
class Sema;
}

namespace refcycle::analyzer {

/// Only for code of the program: templates of system headers stay skipped.
/// Errors in what is instantiated are not reported; it then has no body.
/// Without a Sema, for a tree that somebody else parsed with all bodies,
/// nothing is instantiated, and arguments are counted instead of resolved.
class Instantiator {
public:
  explicit Instantiator(clang::Sema *S) : S(S) {}

  /// Gives a member of a class template its body, and a constructed class the
  /// bodies of its virtual functions. Each function once.
  void define(const clang::FunctionDecl *Function);

  /// Gives an instance of a class template its members, as the body of a
  /// factory that is skipped would have done.
  void complete(const clang::CXXRecordDecl *Record);

  /// The constructor that the language picks for these arguments; null if there
  /// is none. Constructor templates are instantiated.
  const clang::CXXConstructorDecl *
  constructorFor(const clang::CXXRecordDecl *Record,
                 llvm::ArrayRef<const clang::Expr *> Arguments);

  /// How often something was instantiated; what was walked before may have more
  /// members now.
  unsigned count() const { return Count; }

private:
  clang::Sema *S; ///< Null: none.
  llvm::SmallPtrSet<const clang::Decl *, 16> Seen;
  unsigned Count = 0;
};

} // namespace refcycle::analyzer

#endif
