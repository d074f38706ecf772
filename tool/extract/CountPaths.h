// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Paths of one function on which a count that was taken is not given back.

#ifndef REFCYCLE_EXTRACT_COUNTPATHS_H
#define REFCYCLE_EXTRACT_COUNTPATHS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace refcycle::analyzer {

/// Is there a path from \p Start to the end of the function that passes no
/// statement for which \p Releases says true? A branch that tests \p Pointer
/// for null is taken as not null, and one that is decided by the same words as
/// a branch around \p Start is taken as it was there. \p Pointer may be null.
/// Cost: linear in the control-flow graph.
bool leavesWithoutRelease(
    const clang::FunctionDecl *Function, clang::ASTContext &Context,
    const clang::Stmt *Start, const clang::VarDecl *Pointer,
    llvm::function_ref<bool(const clang::Stmt *)> Releases);

} // namespace refcycle::analyzer

#endif
