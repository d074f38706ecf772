// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountBodies.h.

#include "extract/counts/CountBodies.h"

using namespace clang;

namespace refcycle::analyzer {

static const FunctionDecl *definitionOf(const FunctionDecl *Function) {
  const FunctionDecl *Definition = nullptr;
  return Function && Function->isDefined(Definition) && Definition->getBody() &&
                 !Definition->hasSkippedBody()
             ? Definition
             : nullptr;
}

const FunctionDecl *bodyOf(const FunctionDecl *Function) {
  if (const FunctionDecl *Definition = definitionOf(Function))
    return Definition;
  return definitionOf(Function->getTemplateInstantiationPattern());
}

} // namespace refcycle::analyzer
