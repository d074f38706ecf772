// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Queries.h"
#include "base/QualifiedName.h"
#include "checks/AllChecks.h"
#include "cli/Extraction.h"
#include "cli/Plan.h"
#include "cli/Settings.h"
#include "cli/Suppress.h"
#include "cli/Views.h"
#include "cli/Workers.h"
#include "config/PrintModels.h"
#include "extract/ClangInstallation.h"
#include "policy/CheckGlobs.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <set>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::raw_ostream;
using llvm::StringRef;

ExitCode printHelp(const Options &, Console &Terminal) {
  return Terminal.print(
      [](raw_ostream &OS, bool) { OS << helpText(availableCores()); });
}

ExitCode printVersion(const Options &, Console &Terminal) {
  return Terminal.print([](raw_ostream &OS, bool) {
    OS << "refcycle " REFCYCLE_VERSION " (" << clangVersion() << ")\n";
  });
}

ExitCode listChecks(const Options &Opts, Console &Terminal) {
  Expected<CheckGlobs> Globs = CheckGlobs::create(Opts.Checks);
  if (!Globs)
    return Terminal.fail(Globs.takeError());
  std::map<StringRef, StringRef> Summaries; // Sorted by name.
  for (const Check *C : allChecks())
    if (Globs->matches(C->name()))
      Summaries[C->name()] = C->summary();
  return Terminal.print([&](raw_ostream &OS, bool) {
    for (auto [Name, Summary] : Summaries)
      OS << llvm::left_justify(Name, 30) << Summary << '\n';
  });
}

/// What one unit only declares, another may define.
static void dropUndefined(std::set<HandleVerdict> &Verdicts) {
  std::erase_if(Verdicts, [&](const HandleVerdict &V) {
    return !V.IsDefined && llvm::any_of(Verdicts, [&](const HandleVerdict &W) {
      return W.IsDefined && W.Name == V.Name;
    });
  });
}

ExitCode explainHandle(const Options &Opts, Console &Terminal) {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return Terminal.fail(Project.takeError());
  ModelTable Models = mergeInto(builtinModels(), *Project);
  std::set<HandleVerdict> Verdicts;
  if (!Models.type(withoutTemplateArguments(Opts.Subject))) {
    Expected<Plan> P = makePlan(Opts);
    if (!P)
      return Terminal.fail(P.takeError());
    Expected<bool> Finished =
        extractAll(*P, Models, Opts, Terminal, [&](ExtractedUnit U) {
          Verdicts.insert(U.Facts.Verdicts.begin(), U.Facts.Verdicts.end());
        });
    if (!Finished)
      return Terminal.fail(Finished.takeError());
    dropUndefined(Verdicts);
  }
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  if (!printHandle(Opts.Subject, Models, Verdicts, OS))
    return Terminal.fail(llvm::createStringError(
        "no class '" + Opts.Subject +
        "' in what was parsed; a template counts when it is instantiated"));
  return Terminal.print([&](raw_ostream &Out, bool) { Out << Text; });
}

ExitCode listHandles(const Options &Opts, Console &Terminal) {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return Terminal.fail(Project.takeError());
  return Terminal.print([&](raw_ostream &OS, bool) {
    printHandles(mergeInto(builtinModels(), *Project), OS, Opts.Subject);
  });
}

ExitCode dumpConfig(const Options &Opts, Console &Terminal) {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return Terminal.fail(Project.takeError());
  return Terminal.print([&](raw_ostream &OS, bool) {
    printConfig(*Project, mergeInto(builtinModels(), *Project), OS);
  });
}

ExitCode suppress(const Options &Opts, Console &Terminal) {
  Expected<std::string> File = addSuppression(Opts, rootOf(Opts));
  if (!File)
    return Terminal.fail(File.takeError());
  Terminal.remark("added a rule to " + *File);
  return ExitCode::Clean;
}

} // namespace refcycle::analyzer
