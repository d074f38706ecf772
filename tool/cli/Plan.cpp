// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Plan.h"
#include "base/ProjectPath.h"
#include "extract/ClangInstallation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"
#include <glob.h>
#include <map>
#include <optional>
#include <set>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

static std::string workingDirectory() {
  llvm::SmallString<256> Directory;
  fs::current_path(Directory);
  return Directory.str().str();
}

static std::string absolutePath(StringRef File) {
  llvm::SmallString<256> Path(File);
  fs::make_absolute(Path);
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  StringRef Clean = Path;
  while (Clean.size() > 1 && Clean.consume_back("/"))
    ;
  return Clean.str();
}

static bool isGlob(StringRef Word) {
  return Word.find_first_of("*?[{") != StringRef::npos && !fs::exists(Word);
}

static bool isBelow(StringRef File, StringRef Directory) {
  return File.consume_front(Directory) && File.starts_with("/");
}

std::string rootOf(const Options &Opts) {
  return Opts.ProjectRoot.empty() ? workingDirectory()
                                  : absolutePath(Opts.ProjectRoot);
}

namespace {

/// Everything between the words of the user and the list of commands.
class Planner {
public:
  explicit Planner(const Options &Opts) : Opts(Opts) {}

  Expected<Plan> run();

private:
  Error readFixed();
  Error readDatabase();
  Expected<std::string> databasePath() const;
  Error select(const CompileDatabase &Database);
  Error selectOne(const CompileDatabase &Database, const std::string &Word,
                  std::vector<bool> &Taken);
  void decideRoot(const std::vector<CompileCommand> &Known);
  void adjustAll();
  void take(AdjustedCommand Adjusted);
  void skip(unsigned &Count, StringRef File, StringRef Reason);
  void reject(StringRef File, const llvm::Twine &Reason);
  void collect();

  std::string nameOf(StringRef File) const {
    return projectPath(File, Result.ProjectRoot);
  }

  const Options &Opts;
  Plan Result;
  std::string DatabaseFile;               ///< Empty: there is none.
  std::vector<CompileCommand> Wanted;     ///< In the order of the input.
  std::vector<std::string> Commandless;   ///< Sources that no command is for.
  std::map<std::string, PlannedTu> Units; ///< By name.
  std::map<std::string, std::string> Unusable; ///< File to reason.
  std::set<std::string> SystemDirectories;
};

} // namespace

Expected<Plan> Planner::run() {
  if (Error E = Opts.HasFixedCommand ? readFixed() : readDatabase())
    return std::move(E);
  for (const std::string &File : Commandless)
    reject(File, fs::exists(File)
                     ? "no compiler call for it in " + nameOf(DatabaseFile)
                     : std::string("the file does not exist"));
  adjustAll();
  if (Units.empty() && Unusable.empty())
    return llvm::createStringError(
        "there is no C++ source to analyse in " +
        (DatabaseFile.empty() ? "the command line" : DatabaseFile));
  collect();
  return std::move(Result);
}

/// Files of the disk that match; `*` does not match a slash here.
static std::vector<std::string> filesMatching(const std::string &Pattern) {
  std::vector<std::string> Files;
  glob_t Found;
  if (::glob(Pattern.c_str(), GLOB_BRACE, nullptr, &Found) == 0)
    Files.assign(Found.gl_pathv, Found.gl_pathv + Found.gl_pathc);
  ::globfree(&Found);
  return Files;
}

Error Planner::readFixed() {
  std::string Here = workingDirectory();
  for (const std::string &Word : Opts.Inputs) {
    std::vector<std::string> Files{Word};
    if (isGlob(Word)) {
      Files = filesMatching(Word);
      if (Files.empty())
        return llvm::createStringError("no file matches '" + Word + "'");
    }
    for (const std::string &File : Files)
      Wanted.push_back(fixedCommand(Here, File, Opts.FixedCommand));
  }
  decideRoot(Wanted);
  return Error::success();
}

Expected<std::string> Planner::databasePath() const {
  if (!Opts.DatabaseDirectory.empty()) {
    llvm::SmallString<256> Path(Opts.DatabaseDirectory);
    if (fs::is_directory(Path))
      path::append(Path, "compile_commands.json");
    if (!fs::exists(Path))
      return llvm::createStringError(
          "no compilation database '" + Path +
          "'; CMake writes one with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, and "
          "-p names it or its folder");
    return Path.str().str();
  }
  std::string Here = workingDirectory(), Found;
  if (!Opts.Inputs.empty())
    Found = findCompileDatabase(
        path::parent_path(absolutePath(Opts.Inputs.front())));
  if (Found.empty())
    Found = findCompileDatabase(Here);
  if (Found.empty())
    return llvm::createStringError(
        "no compile_commands.json in " + Here +
        " or above it; say -p DIR, or give the compiler options after --");
  return Found;
}

Error Planner::readDatabase() {
  Expected<std::string> Path = databasePath();
  if (!Path)
    return Path.takeError();
  Expected<CompileDatabase> Database = loadCompileDatabase(*Path);
  if (!Database)
    return Database.takeError();
  DatabaseFile = Database->Path;
  decideRoot(Database->Commands);
  return select(*Database);
}

Error Planner::select(const CompileDatabase &Database) {
  if (Opts.Inputs.empty()) {
    Wanted = Database.Commands;
    return Error::success();
  }
  std::vector<bool> Taken(Database.Commands.size());
  for (const std::string &Word : Opts.Inputs)
    if (Error E = selectOne(Database, Word, Taken))
      return E;
  for (size_t I = 0; I != Taken.size(); ++I)
    if (Taken[I])
      Wanted.push_back(Database.Commands[I]);
  return Error::success();
}

static bool isHeaderName(StringRef Path) {
  static constexpr StringRef Extensions[] = {".h",   ".hh",  ".hpp", ".hxx",
                                             ".h++", ".inl", ".ipp", ".tcc"};
  return llvm::is_contained(Extensions, path::extension(Path));
}

/// A header has no command of its own. The source that is most likely to
/// include it has the same name, or stands nearest; null: it is no header, or
/// there is no C++ source.
static const CompileCommand *lenderFor(StringRef Header,
                                       const CompileDatabase &Database) {
  if (!isHeaderName(Header) || !fs::exists(Header))
    return nullptr;
  const CompileCommand *Best = nullptr;
  std::pair<bool, size_t> BestRank;
  for (const CompileCommand &Command : Database.Commands) {
    if (path::extension(Command.File) == ".c")
      continue;
    auto [End, Ignored] = llvm::mismatch(Header, StringRef(Command.File));
    std::pair Rank(path::stem(Header) == path::stem(Command.File),
                   size_t(End - Header.begin()));
    if (!Best || Rank > BestRank) {
      Best = &Command;
      BestRank = Rank;
    }
  }
  return Best;
}

static CompileCommand borrow(const CompileCommand &From, StringRef Header) {
  CompileCommand Result = From;
  Result.File = Header.str();
  Result.Arguments.insert(Result.Arguments.end(), {"-x", "c++"});
  return Result;
}

/// A word is a source, a folder of sources, or a glob on absolute paths.
Error Planner::selectOne(const CompileDatabase &Database,
                         const std::string &Word, std::vector<bool> &Taken) {
  std::string Path = absolutePath(Word);
  bool Glob = isGlob(Word), Folder = fs::is_directory(Path), Any = false;
  std::optional<llvm::GlobPattern> Pattern;
  if (Glob) {
    auto Parsed = llvm::GlobPattern::create(Path);
    if (!Parsed)
      return llvm::createStringError(
          "'" + Word + "': " + llvm::toString(Parsed.takeError()));
    Pattern = std::move(*Parsed);
  }
  for (size_t I = 0; I != Taken.size(); ++I) {
    StringRef File = Database.Commands[I].File;
    if (Glob ? Pattern->match(File) : File == Path || isBelow(File, Path))
      Taken[I] = Any = true;
  }
  if (!Any && (Glob || Folder))
    return llvm::createStringError("no source of " + Database.Path +
                                   " matches '" + Word + "'");
  if (Any)
    return Error::success();
  if (const CompileCommand *Similar = lenderFor(Path, Database))
    Wanted.push_back(borrow(*Similar, Path));
  else
    Commandless.push_back(Path);
  return Error::success();
}

/// The deepest folder that holds every file of \p Files.
static std::string commonDirectory(const std::vector<StringRef> &Files) {
  StringRef Common = path::parent_path(Files.front());
  for (StringRef File : Files)
    while (!Common.empty() && Common != "/" && !isBelow(File, Common))
      Common = path::parent_path(Common);
  return Common.str();
}

/// The current directory if all sources lie below it; else the deepest folder
/// that holds them and the database, since users also run us from the build
/// folder; but never a folder like /home, which would mean nothing.
void Planner::decideRoot(const std::vector<CompileCommand> &Known) {
  Result.ProjectRoot = rootOf(Opts);
  if (!Opts.ProjectRoot.empty())
    return;
  std::vector<StringRef> Files;
  for (const CompileCommand &Command : Known)
    Files.push_back(Command.File);
  if (!DatabaseFile.empty())
    Files.push_back(DatabaseFile);
  if (Files.empty())
    return;
  std::string Common = commonDirectory(Files);
  if (Common == Result.ProjectRoot || isBelow(Common, Result.ProjectRoot))
    return;
  if (StringRef(Common).count('/') >= 2)
    Result.ProjectRoot = Common;
}

void Planner::reject(StringRef File, const llvm::Twine &Reason) {
  Unusable.try_emplace(nameOf(File), Reason.str());
}

void Planner::skip(unsigned &Count, StringRef File, StringRef Reason) {
  ++Count;
  Result.Skipped.push_back(nameOf(File) + ": " + Reason.str());
}

void Planner::adjustAll() {
  CommandTweaks Tweaks{Opts.ExtraArgsBefore, Opts.ExtraArgs,
                       resourceDirectory()};
  for (const CompileCommand &Command : Wanted) {
    AdjustedCommand Adjusted = adjustCommand(Command, Tweaks);
    bool Exists = fs::exists(Command.File);
    // A C source may be gone, but not what the user named.
    if (Adjusted.Kind == AdjustedCommand::Verdict::NotCxx &&
        (Exists || !Opts.HasFixedCommand))
      skip(Result.NotCxx, Command.File, Adjusted.Reason);
    else if (Adjusted.Kind == AdjustedCommand::Verdict::Unsupported)
      reject(Command.File, Adjusted.Reason);
    else if (Exists)
      take(std::move(Adjusted));
    else
      reject(Command.File, "the file does not exist; if the build makes it, "
                           "build first");
  }
}

/// Of several commands for one file, the first one stays.
void Planner::take(AdjustedCommand Adjusted) {
  for (const std::string &Directory : systemDirectories(Adjusted.Command))
    SystemDirectories.insert(nameOf(Directory));
  std::string Name = nameOf(Adjusted.Command.File);
  auto [It, IsNew] = Units.try_emplace(Name);
  if (IsNew)
    It->second = {Name, std::move(Adjusted.Command),
                  std::move(Adjusted.Dropped)};
  else if (It->second.Command.Arguments == Adjusted.Command.Arguments)
    skip(Result.Repeated, Adjusted.Command.File, "the same command again");
  else
    skip(Result.OtherVariants, Adjusted.Command.File,
         "an earlier command for it counts");
}

void Planner::collect() {
  llvm::sort(Result.Skipped);
  for (auto &[Name, Unit] : Units)
    Result.Units.push_back(std::move(Unit));
  for (auto &[File, Reason] : Unusable)
    Result.Unusable.push_back({File, /*Failed=*/true, Reason});
  Result.SystemDirectories.assign(SystemDirectories.begin(),
                                  SystemDirectories.end());
}

Expected<Plan> makePlan(const Options &Opts) { return Planner(Opts).run(); }

} // namespace refcycle::analyzer
