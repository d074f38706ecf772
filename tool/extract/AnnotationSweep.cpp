// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/AnnotationSweep.h"
#include "base/QualifiedName.h"
#include "config/SuppressionsFile.h"
#include "extract/Annotations.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;

namespace {

class Sweep : public ConstDynamicRecursiveASTVisitor {
public:
  explicit Sweep(FactsBuilder &Facts)
      : Facts(Facts), Sources(Facts.context().getSourceManager()) {}

  bool TraverseDecl(const Decl *D) override;
  bool VisitDecl(const Decl *D) override;
  bool VisitAttributedStmt(const AttributedStmt *S) override;

private:
  void report(SourceLocation Where, Error Problem) {
    Facts.addProblem(Where, llvm::toString(std::move(Problem)));
  }
  Error check(const Decl *D, const Annotation &A) const;
  Error accept(const Decl *D, const Annotation &A);
  Error readAcceptance(const Annotation &A, SourceAcceptance &Into);
  void limitTo(SourceRange Range, SourceAcceptance &Into) const;
  const FunctionDecl *Callee = nullptr; ///< Whose parameters are visited.

  FactsBuilder &Facts;
  const SourceManager &Sources;
};

} // namespace

/// Where an annotation may stand, in words; empty: it stands there.
static StringRef misplaced(const Decl *D, Mark What) {
  switch (What) {
  case Mark::Type:
    return isa<CXXRecordDecl>(D) ? "" : "a class";
  case Mark::Function:
    return isa<FunctionDecl>(D) ? "" : "a function";
  case Mark::Breaks:
  case Mark::Retains:
  case Mark::Releases:
    return isa<CXXMethodDecl>(D) ? "" : "a method";
  case Mark::NoEscape:
  case Mark::KeptBy:
    return isa<ParmVarDecl>(D) ? "" : "a parameter";
  case Mark::Owning:
  case Mark::NonOwning:
  case Mark::Acyclic:
    return isa<FieldDecl>(D) ? "" : "a field";
  case Mark::Suppress:
    return isa<CXXRecordDecl, FieldDecl, FunctionDecl, VarDecl>(D) &&
                   !isa<ParmVarDecl>(D)
               ? ""
               : "a class, field, function, variable or statement";
  }
  llvm_unreachable("a mark without a place");
}

bool Sweep::TraverseDecl(const Decl *D) {
  if (!D || (!isa<TranslationUnitDecl>(D) &&
             Sources.isInSystemHeader(D->getLocation())))
    return true;
  const FunctionDecl *Outer = Callee;
  if (const auto *Function = dyn_cast<FunctionDecl>(D))
    Callee = Function;
  bool Go = ConstDynamicRecursiveASTVisitor::TraverseDecl(D);
  Callee = Outer;
  return Go;
}

bool Sweep::VisitDecl(const Decl *D) {
  if (!D->hasAttrs())
    return true;
  for (const Attr *A : D->attrs()) {
    std::optional<llvm::Expected<Annotation>> Read = readAnnotation(A);
    if (!Read || A->isImplicit())
      continue;
    if (const auto *Inherited = dyn_cast<InheritableAttr>(A);
        Inherited && Inherited->isInherited())
      continue; // Seen where it was written.
    if (!*Read)
      report(A->getLocation(), Read->takeError());
    else if (StringRef Where = misplaced(D, (*Read)->What); !Where.empty())
      report(A->getLocation(),
             llvm::createStringError("this annotation says nothing here, "
                                     "expected it on " +
                                     Where));
    else if (Error E = (*Read)->What == Mark::Suppress ? accept(D, **Read)
                                                       : check(D, **Read))
      report(A->getLocation(), std::move(E));
  }
  return true;
}

/// Annotated statements can only be accepted.
bool Sweep::VisitAttributedStmt(const AttributedStmt *S) {
  for (const Attr *A : S->getAttrs()) {
    std::optional<llvm::Expected<Annotation>> Read = readAnnotation(A);
    if (!Read)
      continue;
    SourceAcceptance Rule;
    if (!*Read)
      report(A->getLocation(), Read->takeError());
    else if ((*Read)->What != Mark::Suppress)
      report(A->getLocation(),
             llvm::createStringError("this annotation says nothing here, "
                                     "expected it on a declaration"));
    else if (Error E = readAcceptance(**Read, Rule))
      report(A->getLocation(), std::move(E));
    else {
      limitTo(S->getSubStmt()->getSourceRange(), Rule);
      Facts.addAcceptance(Rule);
    }
  }
  return true;
}

Error Sweep::check(const Decl *D, const Annotation &A) const {
  switch (A.What) {
  case Mark::Type:
    return typeModelOf(A).takeError();
  case Mark::Function:
    return functionRoleOf(A).takeError();
  case Mark::KeptBy:
    return Callee ? keeperOf(A, Callee).takeError()
                  : llvm::createStringError(
                        "this annotation says nothing here, expected it on a "
                        "parameter of a function");
  case Mark::Owning:
  case Mark::NonOwning:
  case Mark::Acyclic: {
    QualType Type = cast<FieldDecl>(D)->getType();
    if (!Type->isDependentType() && !Facts.shapes().shape(Type))
      return llvm::createStringError(
          "this annotation says nothing here, expected it on a field that "
          "holds or points to an object");
    return Error::success();
  }
  default:
    return Error::success();
  }
}

/// To the lines of \p Range.
void Sweep::limitTo(SourceRange Range, SourceAcceptance &Into) const {
  FactLoc First = Facts.loc(Range.getBegin()), Last = Facts.loc(Range.getEnd());
  Into.File = First.File;
  Into.Line = First.Line;
  Into.LastLine = std::max(First.Line, Last.Line);
}

/// A rule matches names as globs.
static std::string escaped(StringRef Name) {
  std::string Result;
  for (char C : Name) {
    if (StringRef("\\*?[]{}!").contains(C))
      Result += '\\';
    Result += C;
  }
  return Result;
}

Error Sweep::readAcceptance(const Annotation &A, SourceAcceptance &Into) {
  if (A.Arguments.empty() || A.Arguments[0].trim().empty())
    return llvm::createStringError(
        "expected the name of a check, or a glob, as a string literal");
  if (A.Arguments.size() < 2 || A.Arguments[1].trim().empty())
    return llvm::createStringError("expected a reason in words after the "
                                   "check: why is this accepted?");
  if (A.Arguments.size() > 2 && !parseDate(A.Arguments[2]))
    return llvm::createStringError(
        "expected a date, such as \"2026-01-31\", after the reason");
  if (A.Arguments.size() > 3)
    return llvm::createStringError("expected nothing after the date");
  Into.Where = Facts.loc(A.Loc);
  Into.Check = Facts.string(A.Arguments[0].trim());
  Into.Reason = Facts.string(A.Arguments[1].trim());
  Into.Expires = Facts.string(A.Arguments.size() > 2 ? A.Arguments[2] : "");
  Into.Type = Into.Field = Into.File = Facts.string("");
  return Error::success();
}

Error Sweep::accept(const Decl *D, const Annotation &A) {
  SourceAcceptance Rule;
  if (Error E = readAcceptance(A, Rule))
    return E;
  auto NameOf = [&](const NamedDecl *Named) {
    return escaped(withoutTemplateArguments(Facts.names().display(Named)));
  };
  if (const auto *Record = dyn_cast<CXXRecordDecl>(D)) {
    Rule.Type = Facts.string(NameOf(Record));
  } else if (const auto *Field = dyn_cast<FieldDecl>(D)) {
    const auto *Owner = dyn_cast<CXXRecordDecl>(Field->getParent());
    if (!Owner)
      return Error::success(); // Of a C struct: no cycle goes through it.
    Rule.Field = Facts.string(NameOf(Owner) + "::" + escaped(Field->getName()));
  } else if (const auto *Function = dyn_cast<FunctionDecl>(D)) {
    // The body may stand far from the declaration, but in the same unit.
    const FunctionDecl *Body = Function->getDefinition();
    limitTo((Body ? Body : Function)->getSourceRange(), Rule);
  } else {
    limitTo(D->getSourceRange(), Rule);
  }
  Facts.addAcceptance(Rule);
  return Error::success();
}

void sweepAnnotations(FactsBuilder &Facts) {
  const IdentifierTable &Words = Facts.context().Idents;
  if (Words.find("annotate") != Words.end())
    Sweep(Facts).TraverseDecl(Facts.context().getTranslationUnitDecl());
}

} // namespace refcycle::analyzer
