// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A weak handle is known by its model or by its name, and belongs to a counted
// one if a method of either has the other as a parameter or result: `lock()`,
// `shared_ptr(const weak_ptr &)`. So `boost::weak_ptr` is not taken for that of
// `boost::intrusive_ptr`.

#include "extract/WeakKinds.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace refcycle::analyzer {

/// The template, or the class if it is of none.
static const Decl *templateOf(const CXXRecordDecl *Record) {
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    return Spec->getSpecializedTemplate()->getCanonicalDecl();
  if (const ClassTemplateDecl *Template = Record->getDescribedClassTemplate())
    return Template->getCanonicalDecl();
  return Record->getCanonicalDecl();
}

static const CXXRecordDecl *patternOf(const Decl *D) {
  if (const auto *Template = dyn_cast<ClassTemplateDecl>(D))
    return Template->getTemplatedDecl()->getDefinition();
  const auto *Record = dyn_cast<CXXRecordDecl>(D);
  return Record ? Record->getDefinition() : nullptr;
}

static const Decl *namedBy(QualType Type) {
  Type = Type.getNonReferenceType().getCanonicalType();
  if (const CXXRecordDecl *Record = Type->getAsCXXRecordDecl())
    return templateOf(Record);
  const auto *Spec = Type->getAs<TemplateSpecializationType>();
  const TemplateDecl *Template =
      Spec ? Spec->getTemplateName().getAsTemplateDecl() : nullptr;
  return Template ? Template->getCanonicalDecl() : nullptr;
}

/// Does a method of \p Class take \p What or return it?
static bool mentions(const CXXRecordDecl *Class, const Decl *What) {
  if (!Class)
    return false;
  return llvm::any_of(Class->decls(), [What](const Decl *D) {
    const FunctionDecl *Method = D->getAsFunction();
    return Method &&
           (namedBy(Method->getReturnType()) == What ||
            llvm::any_of(Method->parameters(), [What](const ParmVarDecl *P) {
              return namedBy(P->getType()) == What;
            }));
  });
}

bool WeakKinds::isWeak(const NamedDecl *D) const {
  const auto *Template = dyn_cast<ClassTemplateDecl>(D);
  const auto *Record =
      Template ? Template->getTemplatedDecl() : dyn_cast<CXXRecordDecl>(D);
  if (!Record || !Record->getIdentifier())
    return false;
  if (const TypeModel *Model = Shapes.model(Record))
    return Model->Role == TypeRole::Weak;
  return Record->getName().contains_insensitive("weak");
}

bool WeakKinds::search(const CXXRecordDecl *Handle) {
  const Decl *Strong = templateOf(Handle);
  auto IsPartner = [&](const Decl *D) {
    const auto *Named = dyn_cast<NamedDecl>(D);
    return Named && isWeak(Named) &&
           (mentions(patternOf(D), Strong) ||
            mentions(patternOf(Strong), D->getCanonicalDecl()));
  };
  const DeclContext *Around = Handle->getEnclosingNamespaceContext();
  if (const auto *Namespace = dyn_cast<NamespaceDecl>(Around))
    return llvm::any_of(Namespace->redecls(), [&](const NamespaceDecl *Part) {
      return llvm::any_of(Part->decls(), IsPartner);
    });
  return llvm::any_of(Around->decls(), IsPartner);
}

bool WeakKinds::has(const CXXRecordDecl *Handle) {
  if (Handle->isInStdNamespace())
    return true;
  auto [It, New] = Known.try_emplace(templateOf(Handle), false);
  if (!New)
    return It->second;
  bool Found = search(Handle);
  // A class that is nothing but a handle of another kind, with that one's name.
  if (!Found && Handle->hasDefinition())
    Found = llvm::any_of(Handle->bases(), [&](const CXXBaseSpecifier &Base) {
      const CXXRecordDecl *Of = Base.getType()->getAsCXXRecordDecl();
      return Of && Shapes.shape(Base.getType()).is(ShapeKind::Handle) &&
             has(Of);
    });
  return Known[templateOf(Handle)] = Found;
}

} // namespace refcycle::analyzer
