// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Semantic analysis after the end of the translation unit.

#include "extract/Instantiator.h"
#include "extract/Names.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Sema/EnterExpressionEvaluationContext.h"
#include "clang/Sema/Initialization.h"
#include "clang/Sema/Scope.h"
#include "clang/Sema/Sema.h"

using namespace clang;

namespace refcycle::analyzer {

namespace {
/// The program compiles without what is tried here, so nobody wants to hear.
class Silence {
public:
  explicit Silence(DiagnosticsEngine &Diagnostics)
      : Diagnostics(Diagnostics),
        Before(Diagnostics.getSuppressAllDiagnostics()) {
    Diagnostics.setSuppressAllDiagnostics(true);
  }
  ~Silence() { Diagnostics.setSuppressAllDiagnostics(Before); }

private:
  DiagnosticsEngine &Diagnostics;
  bool Before;
};

/// The parser took its outermost scope with it, and left a pointer to it. What
/// is instantiated afterwards may still need one: builtins are declared there
/// when they are met, such as `__builtin_memcpy` for the assignment of a class
/// with an array.
class OutermostScope {
public:
  explicit OutermostScope(Sema &S)
      : S(S), Before(S.TUScope),
        Unit(nullptr, Scope::DeclScope, S.getDiagnostics()) {
    Unit.setEntity(S.Context.getTranslationUnitDecl());
    S.TUScope = &Unit;
  }
  ~OutermostScope() { S.TUScope = Before; }

private:
  Sema &S;
  Scope *Before;
  Scope Unit;
};
} // namespace

void Instantiator::define(const FunctionDecl *Function) {
  if (!S || !Function->isTemplateInstantiation() || isOfLibrary(Function) ||
      !Seen.insert(Function->getCanonicalDecl()).second)
    return;
  Silence Quiet(S->getDiagnostics());
  OutermostScope Around(*S);
  auto *Mutable = const_cast<FunctionDecl *>(Function);
  SourceLocation Loc = Function->getLocation();
  if (!Function->isDefined()) {
    S->InstantiateFunctionDefinition(Loc, Mutable, /*Recursive=*/true);
    ++Count;
  }
  if (auto *Ctor = dyn_cast<CXXConstructorDecl>(Mutable);
      Ctor && Ctor->getParent()->isDynamicClass()) {
    S->MarkVTableUsed(Loc, Ctor->getParent(), /*DefinitionRequired=*/true);
    Count += S->DefineUsedVTables();
  }
  S->PerformPendingInstantiations();
}

void Instantiator::complete(const CXXRecordDecl *Record) {
  if (!S || Record->hasDefinition() || isOfLibrary(Record))
    return;
  Silence Quiet(S->getDiagnostics());
  QualType Type = S->Context.getCanonicalTagType(Record);
  if (S->isCompleteType(Record->getLocation(), Type))
    ++Count;
}

/// The only one that takes so many arguments and is no copy; null: none, or
/// several.
static const CXXConstructorDecl *constructorByCount(const CXXRecordDecl *Record,
                                                    size_t Count) {
  const CXXConstructorDecl *Found = nullptr;
  for (const CXXConstructorDecl *Ctor : Record->ctors()) {
    if (Ctor->isDeleted() || Ctor->isCopyOrMoveConstructor() ||
        Count < Ctor->getMinRequiredArguments() || Count > Ctor->getNumParams())
      continue;
    if (Found)
      return nullptr;
    Found = Ctor;
  }
  return Found;
}

const CXXConstructorDecl *
Instantiator::constructorFor(const CXXRecordDecl *Record,
                             llvm::ArrayRef<const Expr *> Arguments) {
  if (!S)
    return constructorByCount(Record, Arguments.size());
  Silence Quiet(S->getDiagnostics());
  OutermostScope Around(*S);
  Sema::SFINAETrap Trap(*S);
  EnterExpressionEvaluationContext Evaluated(
      *S, Sema::ExpressionEvaluationContext::PotentiallyEvaluated);
  llvm::SmallVector<Expr *, 4> Given;
  for (const Expr *Argument : Arguments)
    Given.push_back(const_cast<Expr *>(Argument));
  QualType Type = S->Context.getCanonicalTagType(Record);
  SourceLocation Loc =
      Arguments.empty() ? Record->getLocation() : Arguments[0]->getExprLoc();
  InitializedEntity Entity = InitializedEntity::InitializeTemporary(Type);
  InitializationKind Kind = InitializationKind::CreateDirect(Loc, Loc, Loc);
  InitializationSequence Sequence(*S, Entity, Kind, Given);
  if (!Sequence)
    return nullptr;
  for (const auto &Step : Sequence.steps())
    if (Step.Kind == InitializationSequence::SK_ConstructorInitialization)
      return dyn_cast<CXXConstructorDecl>(Step.Function.Function);
  return nullptr;
}

} // namespace refcycle::analyzer
