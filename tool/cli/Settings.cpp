// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Settings.h"
#include "base/ProjectPath.h"
#include "config/SuppressionsFile.h"
#include "policy/CheckGlobs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static Expected<CheckOptions> chooseChecks(const std::string &List) {
  Expected<CheckGlobs> Globs = CheckGlobs::create(List);
  if (!Globs)
    return Globs.takeError();
  CheckOptions Result;
  for (const Check *C : allChecks())
    if (Globs->matches(C->name()))
      Result.Enabled.push_back(C->name().str());
  llvm::sort(Result.Enabled);
  if (Result.Enabled.empty() && List != "*")
    return llvm::createStringError("--checks=" + List +
                                   " selects no check; see refcycle "
                                   "list-checks");
  return Result;
}

/// What Format::parse() makes of a whole file.
template <typename Format>
static Expected<Format> readWith(const std::string &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createFileError(File, Buffer.getError());
  Expected<Format> Read = Format::parse((*Buffer)->getBuffer());
  if (!Read)
    return llvm::createFileError(File, Read.takeError());
  return Read;
}

Expected<Config> readConfig(const Options &Opts, StringRef ProjectRoot) {
  if (!Opts.ConfigFile.empty())
    return loadConfig(Opts.ConfigFile);
  if (std::optional<std::string> Found = findConfig(ProjectRoot))
    return loadConfig(*Found);
  return Config();
}

std::string suppressionsPath(const Options &Opts, StringRef ProjectRoot) {
  if (!Opts.SuppressionsFile.empty())
    return Opts.SuppressionsFile;
  return findUpwards(ProjectRoot, SuppressionsFileName).value_or("");
}

static Expected<Suppressions> readSuppressions(const std::string &File,
                                               StringRef ProjectRoot) {
  if (File.empty())
    return Suppressions();
  Expected<std::vector<SuppressionRule>> Rules = loadSuppressions(File);
  if (!Rules)
    return Rules.takeError();
  // Reports name files of the project without the root.
  for (SuppressionRule &Rule : *Rules)
    Rule.Where.File = projectPath(Rule.Where.File, ProjectRoot);
  return Suppressions::create(std::move(*Rules), today());
}

/// Moves the value of \p From to \p To, or hands its error on.
template <typename T> static Error take(Expected<T> From, T &To) {
  if (!From)
    return From.takeError();
  To = std::move(*From);
  return Error::success();
}

Expected<Settings> readSettings(const Options &Opts, StringRef ProjectRoot) {
  Settings Result;
  if (Error E = take(chooseChecks(Opts.Checks), Result.Checks))
    return E;
  if (Error E = take(readConfig(Opts, ProjectRoot), Result.Project))
    return E;
  Result.Models = mergeInto(builtinModels(), Result.Project);
  std::string Accepted = suppressionsPath(Opts, ProjectRoot);
  if (Error E = take(readSuppressions(Accepted, ProjectRoot), Result.Accepted))
    return E;
  if (!Opts.BaselineFile.empty())
    if (Error E = take(readWith<Baseline>(Opts.BaselineFile), Result.Old))
      return E;
  if (!Opts.DiffBaseFile.empty())
    if (Error E =
            take(readWith<DiffBase>(Opts.DiffBaseFile), Result.Base.emplace()))
      return E;
  return Result;
}

} // namespace refcycle::analyzer
