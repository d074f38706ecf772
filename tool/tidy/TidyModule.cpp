// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks inside clang-tidy: clang-tidy -load librefcycle_tidy.so
// -checks=refcycle-*. Each translation unit is a program of its own here, so
// cycles through several are not seen; configuration and NOLINT are
// clang-tidy's. Annotations in the source count.

#include "checks/AllChecks.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "evidence/Evidence.h"
#include "extract/Extractor.h"
#include "link/Linker.h"
#include "link/ProjectRules.h"
#include "policy/Suppressions.h"
#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"

namespace refcycle::analyzer {
namespace {

using namespace clang;

/// Matches no file's beginning: paths in findings stay as clang has them.
constexpr const char *NoRoot = "/dev/null";

std::vector<Finding> analyse(ASTContext &Tree) {
  ExtractOptions Options;
  Options.ProjectRoot = NoRoot;
  Linker Link;
  Link.add(factsOfTree(Tree, Options));
  LinkedProgram Program = Link.finish();
  applyRules(Config(), Program);
  Suppressions Accepted;
  for (SuppressionRule &Rule : rulesInSource(Program))
    llvm::consumeError(Accepted.add(std::move(Rule), today()));
  std::vector<Finding> Found = runChecks(gatherEvidence(Program));
  llvm::erase_if(Found, [&](const Finding &F) { return Accepted.find(F); });
  return Found;
}

/// The findings of the unit at hand, made once for all checks.
class CurrentUnit {
public:
  const std::vector<Finding> &findings(ASTContext &Tree) {
    if (!Found)
      Found = analyse(Tree);
    return *Found;
  }
  void forget() { Found.reset(); }

private:
  std::optional<std::vector<Finding>> Found;
};

class TidyCheck : public tidy::ClangTidyCheck {
public:
  TidyCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
            std::shared_ptr<CurrentUnit> Unit)
      : ClangTidyCheck(Name, Context), Name(Name), Unit(std::move(Unit)) {}

  bool isLanguageVersionSupported(const LangOptions &Language) const override {
    return Language.CPlusPlus;
  }
  void registerMatchers(ast_matchers::MatchFinder *Finder) override {
    Finder->addMatcher(ast_matchers::translationUnitDecl(), this);
  }
  void onStartOfTranslationUnit() override { Unit->forget(); }

  void check(const ast_matchers::MatchFinder::MatchResult &Result) override {
    for (const Finding &F : Unit->findings(*Result.Context))
      if (F.Check == Name && F.Level >= Confidence::Probable)
        report(F, *Result.SourceManager);
  }

private:
  void report(const Finding &F, SourceManager &Sources) {
    // clang-tidy adds the name of the check.
    diag(locate(F.Loc, Sources), F.Message);
    for (const Hop &H : F.Cycle)
      diag(locate(H.Loc, Sources), "'%0' owns '%1' through '%2'",
           DiagnosticIDs::Note)
          << H.From << H.To << H.Via;
    if (F.ClosingStore != F.Loc)
      diag(locate(F.ClosingStore, Sources), "this store closes the cycle",
           DiagnosticIDs::Note);
  }

  static SourceLocation locate(const SourceRef &Loc, SourceManager &Sources) {
    auto File = Sources.getFileManager().getOptionalFileRef(Loc.File);
    return File ? Sources.translateFileLineCol(&File->getFileEntry(), Loc.Line,
                                               Loc.Column)
                : SourceLocation();
  }

  llvm::StringRef Name; ///< clang-tidy owns it as long as the check lives.
  std::shared_ptr<CurrentUnit> Unit;
};

class TidyModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    auto Unit = std::make_shared<CurrentUnit>();
    for (const Check *C : allChecks())
      Factories.registerCheckFactory(
          C->name(),
          [Unit](llvm::StringRef Name, tidy::ClangTidyContext *Context) {
            return std::make_unique<TidyCheck>(Name, Context, Unit);
          });
  }
};

} // namespace
} // namespace refcycle::analyzer

static clang::tidy::ClangTidyModuleRegistry::Add<refcycle::analyzer::TidyModule>
    Registration("refcycle-module", "Finds reference cycles.");
