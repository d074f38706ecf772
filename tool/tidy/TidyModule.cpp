// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks inside clang-tidy: clang-tidy -load librefcycle_tidy.so
// -checks=refcycle-*. Each translation unit is a program of its own here, so
// cycles through several are not seen; configuration and NOLINT are
// clang-tidy's. Annotations in the source count; the check refcycle-annotations
// says which of them are wrong or expired.

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

struct UnitResult {
  std::vector<Finding> Findings;
  /// Of annotations: what is wrong with them, and which acceptances expired.
  std::vector<Note> Problems;
};

UnitResult analyse(ASTContext &Tree) {
  ExtractOptions Options;
  Options.ProjectRoot = NoRoot;
  Linker Link;
  Link.add(factsOfTree(Tree, Options));
  LinkedProgram Program = Link.finish();
  applyRules(Config(), Program);
  Suppressions Accepted;
  UnitResult Result;
  Result.Problems = Accepted.addAll(rulesInSource(Program), today());
  for (const auto &[Where, Message] : Program.Problems)
    Result.Problems.push_back({Message, Where});
  Result.Findings = runChecks(gatherEvidence(Program));
  llvm::erase_if(Result.Findings,
                 [&](const Finding &F) { return Accepted.find(F); });
  // One unit cannot tell which of them are unused.
  llvm::append_range(Result.Problems, Accepted.staleRules(/*SawAll=*/false));
  return Result;
}

/// What is known of the unit at hand, made once for all checks.
class CurrentUnit {
public:
  const UnitResult &result(ASTContext &Tree) {
    if (!Result)
      Result = analyse(Tree);
    return *Result;
  }
  void forget() { Result.reset(); }

private:
  std::optional<UnitResult> Result;
};

/// What the checks have in common: one call for the whole unit.
class UnitCheck : public tidy::ClangTidyCheck {
public:
  UnitCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
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
    report(Unit->result(*Result.Context), *Result.SourceManager);
  }

protected:
  virtual void report(const UnitResult &Result, SourceManager &Sources) = 0;

  static SourceLocation locate(const SourceRef &Loc, SourceManager &Sources) {
    auto File = Sources.getFileManager().getOptionalFileRef(Loc.File);
    return File ? Sources.translateFileLineCol(&File->getFileEntry(), Loc.Line,
                                               Loc.Column)
                : SourceLocation();
  }

  llvm::StringRef Name; ///< clang-tidy owns it as long as the check lives.

private:
  std::shared_ptr<CurrentUnit> Unit;
};

/// One of our checks.
class CycleCheck : public UnitCheck {
  using UnitCheck::UnitCheck;

  void report(const UnitResult &Result, SourceManager &Sources) override {
    for (const Finding &F : Result.Findings)
      if (F.Check == Name && F.Level >= Confidence::Probable)
        report(F, Sources);
  }

  void report(const Finding &F, SourceManager &Sources) {
    // clang-tidy adds the name of the check. No message is a format: names in
    // it may have any character.
    diag(locate(F.Loc, Sources), "%0") << F.Message;
    for (const Hop &H : F.Cycle)
      diag(locate(H.Loc, Sources), "'%0' owns '%1' through '%2'",
           DiagnosticIDs::Note)
          << H.From << H.To << H.Via;
    if (F.ClosingStore != F.Loc)
      diag(locate(F.ClosingStore, Sources), "this store closes the cycle",
           DiagnosticIDs::Note);
  }
};

/// What the program says about annotations on standard error.
class AnnotationCheck : public UnitCheck {
  using UnitCheck::UnitCheck;

  void report(const UnitResult &Result, SourceManager &Sources) override {
    for (const Note &Problem : Result.Problems)
      diag(locate(Problem.Loc, Sources), "%0") << Problem.Message;
  }
};

class TidyModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    auto Unit = std::make_shared<CurrentUnit>();
    for (const Check *C : allChecks())
      add<CycleCheck>(Factories, C->name(), Unit);
    add<AnnotationCheck>(Factories, "refcycle-annotations", Unit);
  }

private:
  template <typename Check>
  static void add(tidy::ClangTidyCheckFactories &Factories,
                  llvm::StringRef Name,
                  const std::shared_ptr<CurrentUnit> &Unit) {
    Factories.registerCheckFactory(
        Name, [Unit](llvm::StringRef Name, tidy::ClangTidyContext *Context) {
          return std::make_unique<Check>(Name, Context, Unit);
        });
  }
};

} // namespace
} // namespace refcycle::analyzer

static clang::tidy::ClangTidyModuleRegistry::Add<refcycle::analyzer::TidyModule>
    Registration("refcycle-module", "Finds reference cycles.");
