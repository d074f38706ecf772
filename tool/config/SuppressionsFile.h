// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The file of findings that a team accepts, as plain values. Which findings a
// rule covers, and whether one is stale, is decided in tool/policy.

#ifndef REFCYCLE_CONFIG_SUPPRESSIONSFILE_H
#define REFCYCLE_CONFIG_SUPPRESSIONSFILE_H

#include "base/SourceRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// One rule. It covers a finding that meets every criterion it states; it
/// states at least one. Empty strings and lists: no such criterion. Type, Path
/// and Check are globs.
struct SuppressionRule {
  /// Consecutive hops, `Class::field` globs: "Parent::kids -> Child::parent"
  /// is {"Parent::kids", "Child::parent"}.
  std::vector<std::string> Cycle;
  std::string Type;
  std::string Path;
  std::string Check;
  std::string Confidence; ///< "possible", "probable" or "definite".
  std::string Id;
  std::string Reason; ///< Never empty.
  /// The last day on which the rule counts.
  std::optional<std::chrono::year_month_day> Expires;
  /// Of rules that stand in the source: the warning, the store that closes the
  /// cycle or the edge to weaken is in one of them. Empty: no such criterion.
  std::vector<SourceLines> Lines;
  bool InSource = false;
  SourceRef Where; ///< Of the rule itself, for reports about stale ones.
};

constexpr const char *SuppressionsFileName = ".refcycle-suppressions.yaml";

/// Parses a list of rules. The error names file, line and column and what was
/// expected there. An empty file has no rules.
llvm::Expected<std::vector<SuppressionRule>>
parseSuppressions(llvm::StringRef Yaml, llvm::StringRef FileName);

llvm::Expected<std::vector<SuppressionRule>>
loadSuppressions(llvm::StringRef Path);

/// "2026-01-31", nothing else; nullopt for anything that is no day.
std::optional<std::chrono::year_month_day> parseDate(llvm::StringRef Text);

/// Writes Rule as one element of such a list: appended to the file, it is one
/// rule more. Reads back as the same rule, except for Where.
void writeSuppression(const SuppressionRule &Rule, llvm::raw_ostream &Out);

} // namespace refcycle::analyzer

#endif
