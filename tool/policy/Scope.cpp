// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/Scope.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace refcycle::analyzer {

using llvm::StringRef;

/// Where headers of others stand on the systems that we run on. A project
/// below one of them is found by its relative paths.
static constexpr StringRef WellKnownSystemDirectories[] = {
    "/usr", "/opt", "/nix/store", "/Library", "/Applications"};

static bool isBelow(StringRef File, StringRef Directory) {
  Directory = Directory.rtrim('/');
  return File.size() > Directory.size() && File.starts_with(Directory) &&
         File[Directory.size()] == '/';
}

static bool isBelowAny(StringRef File,
                       llvm::ArrayRef<std::string> Directories) {
  return llvm::any_of(Directories,
                      [&](StringRef D) { return isBelow(File, D); });
}

static bool isWellKnown(StringRef File) {
  return llvm::any_of(WellKnownSystemDirectories,
                      [&](StringRef D) { return isBelow(File, D); });
}

bool isGeneratedName(StringRef File) {
  static constexpr StringRef Starts[] = {"moc_", "ui_", "qrc_",
                                         "mocs_compilation", "lex.yy."};
  static constexpr StringRef Ends[] = {
      ".moc",     ".pb.h",      ".pb.cc",       ".pb.cpp", "_generated.h",
      ".capnp.h", ".capnp.c++", ".tab.h",       ".tab.hh", ".tab.cc",
      ".tab.cpp", ".thrift.h",  ".qmltypes.cpp"};
  StringRef Name = llvm::sys::path::filename(File);
  return llvm::any_of(Starts,
                      [&](StringRef S) { return Name.starts_with(S); }) ||
         llvm::any_of(Ends, [&](StringRef S) { return Name.ends_with(S); });
}

llvm::Expected<Scope> Scope::create(const ScopeRules &Rules) {
  Scope Result;
  Result.MainFiles.insert_range(Rules.MainFiles);
  Result.OwnFiles = Rules.OwnFiles;
  Result.SystemDirectories = Rules.SystemDirectories;
  Result.ShowGenerated = Rules.ShowGenerated;
  if (!Rules.HeaderFilter.empty()) {
    Result.HeaderFilter.emplace(Rules.HeaderFilter);
    std::string Problem;
    if (!Result.HeaderFilter->isValid(Problem))
      return llvm::createStringError("header filter '" + Rules.HeaderFilter +
                                     "': " + Problem);
  }
  for (const std::string &Glob : Rules.Exclude) {
    auto Pattern = llvm::GlobPattern::create(Glob);
    if (!Pattern)
      return llvm::createStringError(
          "exclude '" + Glob + "': " + llvm::toString(Pattern.takeError()));
    Result.Exclude.push_back(std::move(*Pattern));
  }
  return Result;
}

bool Scope::covers(StringRef File) const {
  if (File.empty())
    return false;
  if (llvm::any_of(Exclude, [&](auto &Glob) { return Glob.match(File); }))
    return false;
  if (!ShowGenerated && isGeneratedName(File))
    return false;
  if (MainFiles.contains(File))
    return true;
  if (HeaderFilter)
    return HeaderFilter->match(File);
  // Those that -I names as well are nobody's own code.
  if (isWellKnown(File))
    return false;
  return OwnFiles.contains(File.str()) || !isBelowAny(File, SystemDirectories);
}

bool Scope::covers(const Finding &F) const {
  if (covers(F.Loc.File) || covers(F.ClosingStore.File))
    return true;
  return F.Weaken < F.Cycle.size() && covers(F.Cycle[F.Weaken].Loc.File);
}

} // namespace refcycle::analyzer
