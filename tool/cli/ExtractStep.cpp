// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/ExtractStep.h"
#include "cli/Extraction.h"
#include "cli/Plan.h"
#include "cli/Settings.h"
#include "facts/FactsFile.h"
#include "llvm/Support/Path.h"

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::raw_ostream;

static void printDependency(llvm::StringRef Path, raw_ostream &OS) {
  for (char C : Path) {
    if (C == ' ' || C == '#')
      OS << '\\';
    OS << C;
    if (C == '$')
      OS << C;
  }
}

/// In the language of make, as build tools expect it.
static void writeDepFile(llvm::StringRef Target,
                         llvm::ArrayRef<std::string> Files,
                         llvm::StringRef ProjectRoot, raw_ostream &OS) {
  printDependency(Target, OS);
  OS << ':';
  for (const std::string &File : Files) {
    llvm::SmallString<256> Path(File);
    llvm::sys::path::make_absolute(ProjectRoot, Path);
    OS << " \\\n  ";
    printDependency(Path, OS);
  }
  OS << '\n';
}

ExitCode extractStep(const Options &Opts, Console &Terminal) {
  Expected<Plan> P = makePlan(Opts);
  if (!P)
    return Terminal.fail(P.takeError());
  Expected<Config> Project = readConfig(Opts, P->ProjectRoot);
  if (!Project)
    return Terminal.fail(Project.takeError());
  TuFacts Facts;
  Expected<bool> Finished =
      extractAll(*P, mergeInto(builtinModels(), *Project), Opts, Terminal,
                 [&](ExtractedUnit U) { Facts = std::move(U.Facts); });
  if (!Finished)
    return Terminal.fail(Finished.takeError());
  if (!*Finished) {
    Terminal.error("interrupted; '" + Opts.Outputs.front().File +
                   "' is not written");
    return ExitCode::Interrupted;
  }
  if (Facts.MainFile.empty())
    return Terminal.fail(llvm::createStringError("'" + Opts.Inputs.front() +
                                                 "' is not a C++ source"));
  if (Facts.Status == TuStatus::Failed && !Opts.AllowIncomplete)
    return Terminal.fail(
        llvm::createStringError(Facts.MainFile + ": " + Facts.Reason));
  std::vector<std::string> Files = std::move(Facts.FilesRead);
  Facts.FilesRead.clear(); // Facts of equal code are equal, wherever it stands.
  ExitCode Status =
      Terminal.print([&](raw_ostream &OS, bool) { writeFacts(Facts, OS); });
  if (Opts.DepFile.empty() || Status != ExitCode::Clean)
    return Status;
  if (Error E = Terminal.write(Opts.DepFile, [&](raw_ostream &OS, bool) {
        writeDepFile(Opts.Outputs.front().File, Files, P->ProjectRoot, OS);
      }))
    return Terminal.fail(std::move(E));
  return Status;
}

} // namespace refcycle::analyzer
