// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Paths of one function on which something does not happen: a count that was
// taken is not given back.

#ifndef REFCYCLE_EXTRACT_COUNTPATHS_H
#define REFCYCLE_EXTRACT_COUNTPATHS_H

#include "clang/AST/Decl.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/Stmt.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace refcycle::analyzer {

/// The control-flow graph of one definition, built at the first question.
///
/// A branch that tests the pointer in question for null is taken as not null,
/// and one that is decided by the same words as a branch or loop around the
/// start is taken as it was there. Two branches that are decided by the same
/// words, or by constants that were assigned on the way, are taken together. A
/// value that no `case` names is no path, nor is one that ends the program. An
/// exception goes from its `throw` to the handler that takes its type; a call
/// throws what the called body throws by itself.
class CountPaths {
public:
  using StmtTest = llvm::function_ref<bool(const clang::Stmt *)>;
  using BranchTest = llvm::function_ref<bool(const clang::Stmt *Branch,
                                             const clang::Expr *Condition)>;

  CountPaths(const clang::FunctionDecl *Definition, clang::ASTContext &Context)
      : Definition(Definition), Context(Context) {}

  /// Is there a path from behind \p Start to the end of the function that
  /// passes no statement for which \p Stops says true? \p Pointer may be null.
  /// Cost: linear in the graph, times the ways in which its repeated conditions
  /// are decided; it gives up, and finds no path, after some thousand blocks.
  bool leaves(const clang::Stmt *Start, const clang::VarDecl *Pointer,
              StmtTest Stops) {
    return leavesAt(
               Start, Pointer, Stops,
               [](const clang::Stmt *, const clang::Expr *) { return true; })
        .has_value();
  }
  /// The same, with the place where such a path ends: its `return`, else the
  /// end of the body. \p Start may be null: the start of the function. Paths
  /// go through branches only for whose condition \p Crosses says true.
  std::optional<clang::SourceLocation> leavesAt(const clang::Stmt *Start,
                                                const clang::VarDecl *Pointer,
                                                StmtTest Stops,
                                                BranchTest Crosses);
  /// The same, through all branches, of a path that passes a statement for
  /// which \p Visits says true.
  std::optional<clang::SourceLocation>
  leavesAfter(const clang::Stmt *Start, const clang::VarDecl *Pointer,
              StmtTest Stops, StmtTest Visits);
  /// Does each path through the function pass a statement for which \p Stops
  /// says true, also those of values that no `case` names? False if not known.
  bool alwaysPasses(const clang::VarDecl *Pointer, StmtTest Stops);
  /// Is there a path from behind \p From to \p To that passes no statement for
  /// which \p Stops says true?
  bool reaches(const clang::Stmt *From, const clang::Stmt *To, StmtTest Stops);

private:
  const clang::CFG *graph();
  const clang::CFGBlock *blockOf(const clang::Stmt *S);
  class Search;

  const clang::FunctionDecl *Definition;
  clang::ASTContext &Context;
  bool Built = false;
  std::unique_ptr<clang::CFG> Graph;
  std::unique_ptr<clang::ParentMap> Parents;
  std::set<std::string> Repeated; ///< Conditions of more than one branch.
};

} // namespace refcycle::analyzer

#endif
