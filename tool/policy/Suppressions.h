// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which findings the rules of a suppressions file cover, and which of the
// rules are dead. How the file is spelled is not known here.

#ifndef REFCYCLE_POLICY_SUPPRESSIONS_H
#define REFCYCLE_POLICY_SUPPRESSIONS_H

#include "config/SuppressionsFile.h"
#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace refcycle::analyzer {

class Suppressions {
public:
  /// Fails on a malformed glob, naming the rule's place. A rule whose last day
  /// lies before \p Today covers nothing.
  static llvm::Expected<Suppressions> create(std::vector<SuppressionRule> Rules,
                                             std::chrono::year_month_day Today);

  /// One more rule, behind the others. Fails as create() does, without a place.
  llvm::Error add(SuppressionRule Rule, std::chrono::year_month_day Today);

  /// Adds those that can be understood. Returns what is wrong with the others.
  std::vector<Note> addAll(std::vector<SuppressionRule> Rules,
                           std::chrono::year_month_day Today);

  /// The first rule that covers \p F, which counts as used from now on; null:
  /// none does.
  const SuppressionRule *find(const Finding &F);

  /// What a user should know about the rules, in the order of the file: those
  /// that expired and, with \p SawAll, those that covered nothing.
  std::vector<Note> staleRules(bool SawAll) const;

private:
  using Glob = std::optional<llvm::GlobPattern>; ///< None: not stated.
  struct Item {
    SuppressionRule Rule;
    std::vector<llvm::GlobPattern> Cycle;
    Glob Type, Path, Check;
    bool Expired = false;
    bool Used = false;
  };

  static llvm::Error compile(Item &I);
  static bool matches(const Item &I, const Finding &F);

  /// Each in a place of its own: a GlobPattern refers to the rule's text.
  std::vector<std::unique_ptr<Item>> Items;
};

/// The day of the system's clock, in UTC.
std::chrono::year_month_day today();

} // namespace refcycle::analyzer

#endif
