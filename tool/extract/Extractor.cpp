// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Extractor.h. Runs clang's front end in this process.

#include "extract/Extractor.h"
#include "base/ProjectPath.h"
#include "extract/AnnotationSweep.h"
#include "extract/Annotations.h"
#include "extract/counts/CountLayouts.h"
#include "extract/FactsBuilder.h"
#include "extract/HandleGuess.h"
#include "extract/HandleStructure.h"
#include "extract/Rewrites.h"
#include "extract/SuppressingComments.h"
#include "extract/TuWalker.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Basic/DiagnosticSema.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Sema/SemaConsumer.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <set>

using namespace clang;

namespace refcycle::analyzer {

namespace {

/// Keeps the first error's text; prints nothing.
class ErrorKeeper : public DiagnosticConsumer {
public:
  std::string First;
  DiagnosticsEngine *Engine = nullptr; ///< Set when the parser starts.

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    // Going on after a runaway recursion can take for ever: each level may
    // start two more. The next one is the end.
    if (Info.getID() == diag::err_template_recursion_depth_exceeded && Engine)
      Engine->setFatalsAsError(false);
    if (Level < DiagnosticsEngine::Error || !First.empty())
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (Info.hasSourceManager() && Info.getLocation().isValid()) {
      const SourceManager &Sources = Info.getSourceManager();
      PresumedLoc Place = Sources.getPresumedLoc(Info.getLocation());
      if (Place.isValid())
        First = std::string(Place.getFilename()) + ":" +
                std::to_string(Place.getLine()) + ": ";
    }
    First += Text.str();
  }
};

/// Every file that the parser opened, those of the system as well.
class FileList : public DependencyCollector {
public:
  std::vector<std::string> Missing; ///< As spelled.

  bool needSystemDependencies() override { return true; }
  bool sawDependency(llvm::StringRef Name, bool, bool, bool,
                     bool IsMissing) override {
    if (IsMissing)
      Missing.push_back(Name.str());
    return !IsMissing && !Name.starts_with("<");
  }
};

void addSuppression(const CommentSpan &Span, const Names &TheNames,
                    FactsBuilder &Facts) {
  SourceRef First = TheNames.locate(Span.First);
  SourceRef Last = TheNames.locate(Span.Last);
  Facts.addSuppression(First.File, First.Line + Span.Offset,
                       Last.Line + Span.Offset, Span.Checks);
}

/// Says of every class that bears the name what it is taken for.
class HandleExplainer : public DynamicRecursiveASTVisitor {
public:
  HandleExplainer(llvm::StringRef Wanted, const Names &TheNames)
      : Wanted(Wanted), TheNames(TheNames) {
    ShouldVisitTemplateInstantiations = true;
  }

  std::set<HandleVerdict> Found;

  bool VisitCXXRecordDecl(CXXRecordDecl *Record) override {
    if (Record->isDependentContext() || Record->isLambda())
      return true;
    std::string Name = TheNames.display(Record);
    if (Wanted != TheNames.qualified(Record) && Wanted != Name)
      return true;
    if (!Record->isThisDeclarationADefinition() && Record->hasDefinition())
      return true;
    if (std::optional<TypeModel> Said = annotatedType(Record)) {
      Found.insert({std::move(Name),
                    roleName(Said->Role).str(),
                    {"an annotation says so; its structure is not asked"}});
      return true;
    }
    std::optional<StructuralRole> Role =
        Record->hasDefinition() ? judgeByStructure(Record) : std::nullopt;
    Found.insert({std::move(Name),
                  Role ? roleName(Role->Role).str() : "no handle",
                  explainStructure(Record), Record->hasDefinition()});
    return true;
  }

private:
  llvm::StringRef Wanted;
  const Names &TheNames;
};

TuFacts collectFacts(ASTContext &Context, const ExtractOptions &Options,
                     const SuppressingComments &Comments,
                     Instantiator &Templates) {
  const ModelTable &Models = Options.Models ? *Options.Models : builtinModels();
  Names TheNames(Context, Options.ProjectRoot);
  TypeShapes Shapes(Context, TheNames, Models);
  FactsBuilder Facts(Context, TheNames, Shapes, Templates);
  TuWalker(Facts, Models).run();
  collectRewrites(Facts, Models);
  for (const CommentSpan &Span : Comments.spans())
    addSuppression(Span, TheNames, Facts);
  sweepAnnotations(Facts);
  TuFacts Result = Facts.finish();
  Result.MainFile = TheNames.mainFile();
  if (!Options.ExplainedType.empty()) {
    HandleExplainer Explainer(Options.ExplainedType, TheNames);
    Explainer.TraverseAST(Context);
    Result.Verdicts.assign(Explainer.Found.begin(), Explainer.Found.end());
  }
  if (Options.Layouts)
    Result.Layouts = layoutsOf(Context, TheNames, Shapes);
  return Result;
}

class FactsConsumer : public SemaConsumer {
public:
  FactsConsumer(const ExtractOptions &Options,
                const SuppressingComments &Comments, TuFacts &Out)
      : Options(Options), Comments(Comments), Out(Out) {}

  void Initialize(ASTContext &Context) override {
    Sources = &Context.getSourceManager();
  }

  void InitializeSema(Sema &S) override { Templates.emplace(&S); }
  void ForgetSema() override { Templates.reset(); }

  /// Parsing is the cost of a run, and most of it is library code that says
  /// nothing about the program. What decides whether a class is a handle stays.
  bool shouldSkipFunctionBody(Decl *D) override {
    if (Options.ParseAllBodies || !Sources->isInSystemHeader(D->getLocation()))
      return false;
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      D = Template->getTemplatedDecl();
    const auto *Method = dyn_cast<CXXMethodDecl>(D);
    return !Method || !Guess.mayBeHandle(Method->getParent());
  }

  void HandleTranslationUnit(ASTContext &Context) override {
    Out = collectFacts(Context, Options, Comments, *Templates);
  }

private:
  const ExtractOptions &Options;
  const SuppressingComments &Comments;
  TuFacts &Out;
  const SourceManager *Sources = nullptr;
  HandleGuess Guess;
  std::optional<Instantiator> Templates;
};

class FactsAction : public ASTFrontendAction {
public:
  FactsAction(const ExtractOptions &Options, ErrorKeeper &Errors, TuFacts &Out)
      : Options(Options), Errors(Errors), Out(Out) {}

  /// refcycle/annotations.h says something to us only.
  bool BeginInvocation(CompilerInstance &Compiler) override {
    Compiler.getPreprocessorOpts().addMacroDef("__refcycle__=1");
    return true;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &Compiler,
                                                 llvm::StringRef) override {
    Compiler.getFrontendOpts().SkipFunctionBodies = !Options.ParseAllBodies;
    // After the twentieth error there is still something to analyse.
    Compiler.getDiagnostics().setErrorLimit(0);
    // Else clang writes "1 error generated." to our caller's stderr.
    Compiler.getDiagnosticOpts().ShowCarets = false;
    // A missing header must not end the instantiation of templates.
    Compiler.getDiagnostics().setFatalsAsError(true);
    Errors.Engine = &Compiler.getDiagnostics();
    Compiler.getPreprocessor().addCommentHandler(&Comments);
    if (Options.ListFiles)
      Files.attachToPreprocessor(Compiler.getPreprocessor());
    return std::make_unique<FactsConsumer>(Options, Comments, Out);
  }

  void EndSourceFileAction() override {
    if (!Options.ListFiles)
      return;
    for (const std::string &Name : Files.Missing)
      Out.FilesRead.push_back("/dev/null/" + Name);
    llvm::StringRef Directory =
        getCompilerInstance().getFileSystemOpts().WorkingDir;
    for (llvm::StringRef File : Files.getDependencies())
      Out.FilesRead.push_back(pathOf(File, Directory));
    llvm::sort(Out.FilesRead);
    Out.FilesRead.erase(llvm::unique(Out.FilesRead), Out.FilesRead.end());
  }

private:
  /// `..` stays: behind a symbolic link it leads elsewhere.
  std::string pathOf(llvm::StringRef File, llvm::StringRef Directory) const {
    llvm::SmallString<256> Path(File);
    llvm::sys::path::make_absolute(Directory, Path);
    llvm::sys::path::remove_dots(Path);
    return projectPath(Path, Options.ProjectRoot);
  }

  SuppressingComments Comments;
  FileList Files;
  const ExtractOptions &Options;
  ErrorKeeper &Errors;
  TuFacts &Out;
};

} // namespace

/// The compiler instance shares ownership of \p Files, so it is on the heap.
static TuFacts run(std::vector<std::string> Arguments,
                   llvm::IntrusiveRefCntPtr<FileManager> Files,
                   llvm::StringRef File, const ExtractOptions &Options) {
  TuFacts Facts;
  ErrorKeeper Errors;
  tooling::ToolInvocation Invocation(
      std::move(Arguments),
      std::make_unique<FactsAction>(Options, Errors, Facts), Files.get());
  Invocation.setDiagnosticConsumer(&Errors);
  bool Clean = Invocation.run();
  if (Facts.MainFile.empty()) {
    Facts.MainFile = File.str();
    Facts.Status = TuStatus::Failed;
    Facts.Reason = Errors.First.empty() ? "the compiler call was not understood"
                                        : Errors.First;
  } else if (!Clean || Errors.getNumErrors()) {
    Facts.Status = TuStatus::Errors;
    Facts.Reason = Errors.First;
  }
  return Facts;
}

TuFacts factsOfTree(ASTContext &Tree, const ExtractOptions &Options) {
  Instantiator None(nullptr);
  return collectFacts(Tree, Options, SuppressingComments(), None);
}

TuFacts extractFacts(const CompileCommand &Command,
                     const ExtractOptions &Options) {
  // A file system of our own, because its working directory is changed.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Disk =
      llvm::vfs::createPhysicalFileSystem();
  FileSystemOptions FileOptions;
  FileOptions.WorkingDir = Command.Directory;
  Disk->setCurrentWorkingDirectory(Command.Directory);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileOptions, Disk);
  return run(Command.Arguments, Files, Command.File, Options);
}

TuFacts extractFromText(llvm::StringRef Code,
                        llvm::ArrayRef<std::string> CompilerArguments,
                        const ExtractOptions &Options) {
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  std::string Path = Options.ProjectRoot + "/input.cpp";
  Memory->addFile(Path, 0, llvm::MemoryBuffer::getMemBuffer(Code));
  auto Overlay = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(
      llvm::vfs::createPhysicalFileSystem());
  Overlay->pushOverlay(Memory);
  auto Files =
      llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), Overlay);
  std::vector<std::string> Arguments{"clang++", "-fsyntax-only", "-w"};
  llvm::append_range(Arguments, CompilerArguments);
  Arguments.push_back(Path);
  return run(std::move(Arguments), Files, Path, Options);
}

} // namespace refcycle::analyzer
