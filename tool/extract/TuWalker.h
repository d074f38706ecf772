// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the declarations of a translation unit that are the user's own and
// hands each body to a BodyWalker. Library code is passed over here.

#ifndef REFCYCLE_EXTRACT_TUWALKER_H
#define REFCYCLE_EXTRACT_TUWALKER_H

#include "config/Models.h"
#include "extract/CountStructure.h"
#include "extract/FactsBuilder.h"
#include "llvm/ADT/DenseSet.h"

namespace refcycle::analyzer {

class BodyWalker;

class TuWalker {
public:
  TuWalker(FactsBuilder &Facts, const ModelTable &Models)
      : Facts(Facts), Models(Models) {}

  /// Visits classes, functions and instantiations of everything in Context
  /// that does not stand in a system header, in source order.
  void walk(const clang::DeclContext *Context);

private:
  void walkDecl(const clang::Decl *D);
  void walkRecord(const clang::CXXRecordDecl *Record);
  void walkFunction(const clang::FunctionDecl *Function);
  void walkVariable(const clang::VarDecl *Variable);
  void walkNested(const BodyWalker &Walker);
  bool isSystem(const clang::Decl *D) const;

  FactsBuilder &Facts;
  const ModelTable &Models;
  CountStructure Counts;
  llvm::DenseSet<const clang::Decl *> Done;
};

} // namespace refcycle::analyzer

#endif
