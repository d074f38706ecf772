// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the declarations of a translation unit that are the user's own and
// hands each body to a BodyWalker. Library code is passed over here.

#ifndef REFCYCLE_EXTRACT_TUWALKER_H
#define REFCYCLE_EXTRACT_TUWALKER_H

#include "config/Models.h"
#include "extract/FactsBuilder.h"
#include "extract/counts/CountStructure.h"
#include "llvm/ADT/DenseSet.h"

namespace refcycle::analyzer {

class BodyWalker;

class TuWalker {
public:
  TuWalker(FactsBuilder &Facts, const ModelTable &Models)
      : Facts(Facts), Models(Models) {}

  /// Visits classes, functions and instantiations of everything in the unit
  /// that does not stand in a system header, in source order; then again, as
  /// long as that makes more instantiations.
  void run();

private:
  void walk(const clang::DeclContext *Context);
  void walkDecl(const clang::Decl *D);
  void walkRecord(const clang::CXXRecordDecl *Record);
  void walkFunction(const clang::FunctionDecl *Function);
  void walkVariable(const clang::VarDecl *Variable);
  void walkNested(const BodyWalker &Walker);

  FactsBuilder &Facts;
  const ModelTable &Models;
  llvm::DenseSet<const clang::Decl *> Done;        ///< Functions, variables.
  llvm::DenseSet<const clang::Decl *> DoneRecords; ///< Of this round.
  CountStructure Counts;
};

} // namespace refcycle::analyzer

#endif
