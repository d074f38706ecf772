// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In which files the user wants to hear about cycles. Asked after the checks:
// everything is analysed, because a cycle of the project may run through a
// library.

#ifndef REFCYCLE_POLICY_SCOPE_H
#define REFCYCLE_POLICY_SCOPE_H

#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Regex.h"
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct ScopeRules {
  /// Sources of the run, spelled as in SourceRef: always code of the project.
  std::vector<std::string> MainFiles{};
  /// Folders of system headers of any unit, spelled as in SourceRef.
  std::vector<std::string> SystemDirectories{};
  /// Files that some unit does not take for system headers. What is a library
  /// to one target is the code of another.
  std::set<std::string> OwnFiles{};
  std::string HeaderFilter{}; ///< Regular expression; empty: any header.
  std::vector<std::string> Exclude{}; ///< Globs.
  bool ShowGenerated = false;
};

class Scope {
public:
  /// Fails on a malformed glob or regular expression, naming it.
  static llvm::Expected<Scope> create(const ScopeRules &Rules);

  /// May a finding be reported in this file? Cost: a few string compares.
  bool covers(llvm::StringRef File) const;

  /// A finding counts if its closing store or the edge to weaken stands in a
  /// covered file: there the user can do something about it.
  bool covers(const Finding &F) const;

private:
  Scope() = default;

  llvm::StringSet<> MainFiles;
  std::set<std::string> OwnFiles;
  std::vector<std::string> SystemDirectories;
  std::optional<llvm::Regex> HeaderFilter;
  std::vector<llvm::GlobPattern> Exclude;
  bool ShowGenerated = false;
};

/// Does a generator usually write files of this name (moc, uic, rcc, protobuf,
/// flatbuffers, bison, flex)?
bool isGeneratedName(llvm::StringRef File);

} // namespace refcycle::analyzer

#endif
