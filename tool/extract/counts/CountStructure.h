// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a class counts references to its objects. Judged by bodies; a method
// whose body is not here is judged by its name if the class has both of a known
// pair of names.

#ifndef REFCYCLE_EXTRACT_COUNTSTRUCTURE_H
#define REFCYCLE_EXTRACT_COUNTSTRUCTURE_H

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <vector>

namespace refcycle::analyzer {

enum class CountStep : uint8_t {
  None,
  Retain,  ///< Adds one.
  Release, ///< Takes one away.
};

/// What is known about the counting of one translation unit's classes; every
/// function is judged once.
class CountStructure {
public:
  /// What a method does to the count of its object, or a free function with one
  /// argument to that of its argument.
  CountStep step(const clang::FunctionDecl *Function) const;
  /// The same for one call.
  CountStep step(const clang::CallExpr *Call) const;

  /// Does the name say that it counts? Any other function that does nothing
  /// but count is a use of counting (`void onDone() { unref(); }`).
  static bool isNamedStep(const clang::FunctionDecl *Function);

  /// Does the class, or a base, count its references by itself?
  bool counts(const clang::CXXRecordDecl *Record) const;
  /// The same, or do free functions count them?
  bool isCounted(const clang::CXXRecordDecl *Record) const;
  /// Do all its objects start with a count of one? False if not known.
  bool startsAtOne(const clang::CXXRecordDecl *Record) const;
  /// Does this object? Also if its initializer list says so.
  bool startsAtOne(const clang::CXXNewExpr *New) const;
  /// The field of the class, or of a base, that counts; null: not known.
  const clang::FieldDecl *counterFor(const clang::CXXRecordDecl *Record) const;

  /// The answer of \p Judge for a declaration, which is asked once; false while
  /// it is being asked. All questions about one declaration must be the same.
  bool judgedOnce(const clang::Decl *D, llvm::function_ref<bool()> Judge) const;

private:
  CountStep judge(const clang::FunctionDecl *Function) const;
  CountStep pairStep(const clang::FunctionDecl *Function) const;
  void indexFreeFunctions(const clang::DeclContext *Context) const;
  /// Those of its namespace with one argument, a pointer or reference to it.
  llvm::ArrayRef<const clang::FunctionDecl *>
  freeFunctionsOf(const clang::CXXRecordDecl *Class) const;

  mutable llvm::DenseMap<const clang::FunctionDecl *, CountStep> Steps;
  mutable llvm::DenseMap<const clang::Decl *, bool> Judged;
  mutable llvm::SmallPtrSet<const clang::DeclContext *, 4> Indexed;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *,
                         std::vector<const clang::FunctionDecl *>>
      FreeFunctions;
};

} // namespace refcycle::analyzer

#endif
