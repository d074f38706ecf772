// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountBodies.h.

#include "extract/counts/CountBodies.h"
#include "extract/Names.h"
#include "clang/AST/Expr.h"

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

const CXXRecordDecl *headerOf(const CXXRecordDecl *Record) {
  Record = Record->getDefinition();
  if (!Record || Record->getNumBases() || Record->isPolymorphic() ||
      Record->field_empty())
    return nullptr;
  const CXXRecordDecl *First =
      Record->field_begin()->getType()->getAsCXXRecordDecl();
  return First && !isOfLibrary(First) ? First : nullptr;
}

const Expr *objectOfHeader(const Expr *AddressOf) {
  const auto *Op = dyn_cast<UnaryOperator>(AddressOf);
  const auto *Member =
      Op && Op->getOpcode() == UO_AddrOf
          ? dyn_cast<MemberExpr>(Op->getSubExpr()->IgnoreParens())
          : nullptr;
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  if (!Field || !Member->isArrow() || Field->getFieldIndex() != 0)
    return nullptr;
  const auto *Class = dyn_cast<CXXRecordDecl>(Field->getParent());
  return Class && headerOf(Class) ? Member->getBase() : nullptr;
}

} // namespace refcycle::analyzer
