// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls into clang whose spelling differs between versions. Moving to the next
// LLVM should be work in this file only.

#ifndef REFCYCLE_EXTRACT_CLANGCOMPAT_H
#define REFCYCLE_EXTRACT_CLANGCOMPAT_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/PrettyPrinter.h"
#include "clang/Basic/Version.inc"

static_assert(CLANG_VERSION_MAJOR == 22,
              "written for clang 22; check every function in this header");

namespace refcycle::analyzer::compat {

/// How names are printed for users: as they would write them.
inline clang::PrintingPolicy namePolicy(const clang::ASTContext &Context) {
  clang::PrintingPolicy Policy(Context.getLangOpts());
  Policy.SuppressInlineNamespace = llvm::to_underlying(
      clang::PrintingPolicy::SuppressInlineNamespaceMode::All);
  Policy.SuppressTagKeyword = true;
  Policy.SuppressDefaultTemplateArgs = true;
  Policy.AnonymousTagLocations = false;
  return Policy;
}

/// The canonical type of a class.
inline clang::QualType recordType(const clang::ASTContext &Context,
                                  const clang::CXXRecordDecl *Record) {
  return Context.getCanonicalTagType(Record);
}

} // namespace refcycle::analyzer::compat

#endif
