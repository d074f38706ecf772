// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See TuWalker.h. Instantiations hang off their template, not off a context.

#include "extract/TuWalker.h"
#include "extract/BodyWalker.h"
#include "extract/counts/CountWalk.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace refcycle::analyzer {

void TuWalker::run() {
  unsigned Before;
  do {
    Before = Facts.templates().count();
    DoneRecords.clear();
    walk(Facts.context().getTranslationUnitDecl());
  } while (Facts.templates().count() != Before);
}

/// A copy: walking one instance may make another.
template <typename Template> static auto instancesOf(const Template *T) {
  auto All = T->specializations();
  using Instance = std::remove_reference_t<decltype(**All.begin())>;
  return std::vector<Instance *>(All.begin(), All.end());
}

void TuWalker::walk(const DeclContext *Context) {
  for (const Decl *D : Context->decls())
    walkDecl(D);
}

void TuWalker::walkDecl(const Decl *D) {
  if (isa<LinkageSpecDecl, ExportDecl>(D))
    return walk(cast<DeclContext>(D));
  if (D->isInvalidDecl() || isOfLibrary(D))
    return;
  if (const auto *Space = dyn_cast<NamespaceDecl>(D))
    return walk(Space);
  if (const auto *Function = dyn_cast<FunctionDecl>(D))
    return walkFunction(Function);
  if (const auto *Variable = dyn_cast<VarDecl>(D))
    return walkVariable(Variable);
  if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D)) {
    for (const FunctionDecl *Instance : instancesOf(Template))
      walkFunction(Instance);
  } else if (const auto *Template = dyn_cast<ClassTemplateDecl>(D)) {
    for (const auto *Instance : instancesOf(Template))
      walkRecord(Instance);
  } else if (const auto *Record = dyn_cast<CXXRecordDecl>(D)) {
    walkRecord(Record);
  } else if (const auto *Friend = dyn_cast<FriendDecl>(D)) {
    if (const NamedDecl *Befriended = Friend->getFriendDecl())
      walkDecl(Befriended);
  }
}

void TuWalker::walkRecord(const CXXRecordDecl *Record) {
  if (!Record->isThisDeclarationADefinition() || Record->isInvalidDecl() ||
      Record->isDependentContext() || !DoneRecords.insert(Record).second)
    return;
  QualType Type = Facts.context().getCanonicalTagType(Record);
  if (Facts.shapes().shape(Type).is(ShapeKind::Object)) {
    Facts.record(Record);
    // Function wrappers call it in a body that is skipped.
    if (const FunctionDecl *Call = callOperator(Record))
      Facts.templates().define(Call);
  }
  walk(Record);
}

void TuWalker::walkFunction(const FunctionDecl *Function) {
  const FunctionDecl *Definition = nullptr;
  if (!Function->hasBody(Definition) || Definition->isInvalidDecl() ||
      Definition->hasSkippedBody() || Definition->isConsteval())
    return;
  bool IsPattern = Definition->isDependentContext();
  const auto *Method = dyn_cast<CXXMethodDecl>(Definition);
  bool IsLambda = Method && Method->getParent()->isLambda();
  if ((IsPattern && !IsLambda) || !Done.insert(Definition).second)
    return;
  if (!IsPattern)
    walkCounts(Facts, Models, Counts, Definition);
  // A handle's own methods are known by what they mean; their bodies only say
  // how counting is done.
  if (Method && !Method->isStatic() && !IsLambda) {
    QualType Class = Facts.context().getCanonicalTagType(Method->getParent());
    if (Facts.shapes().isPlace(Class))
      return;
  }
  BodyWalker Walker(Facts, Models, Definition);
  Walker.run();
  walkNested(Walker);
}

/// Of the many constants only those matter that hold something or whose
/// initialiser calls something (`bool Registered = add([] {...});`).
void TuWalker::walkVariable(const VarDecl *Variable) {
  const Expr *Init = Variable->getInit();
  if (!Init || Variable->getDeclContext()->isDependentContext() ||
      Variable->getType()->isDependentType() || Variable->isConstexpr() ||
      isa<VarTemplatePartialSpecializationDecl>(Variable) ||
      Variable->getDescribedVarTemplate() || !Done.insert(Variable).second)
    return;
  if (!Facts.shapes().shape(Variable->getType()) &&
      !isa<CallExpr>(Init->IgnoreImplicit()))
    return;
  BodyWalker Walker(Facts, Models, Variable);
  Walker.runInitializer(Variable);
  walkNested(Walker);
}

void TuWalker::walkNested(const BodyWalker &Walker) {
  for (const CXXRecordDecl *Local : Walker.LocalClasses)
    walkRecord(Local);
  for (const FunctionDecl *Nested : Walker.NestedFunctions)
    walkFunction(Nested);
}

} // namespace refcycle::analyzer
