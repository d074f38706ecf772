// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings that a team has decided to live with for now. Ids are made of class
// and field names, so a baseline survives moved lines and renamed files.

#ifndef REFCYCLE_POLICY_BASELINE_H
#define REFCYCLE_POLICY_BASELINE_H

#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <set>
#include <string>
#include <vector>

namespace refcycle::analyzer {

class Baseline {
public:
  /// Reads what writeBaseline() wrote, or any JSON report of ours. The error
  /// says what is wrong, with line and column where it is not JSON.
  static llvm::Expected<Baseline> parse(llvm::StringRef Text);

  bool knows(const Finding &F) const { return Ids.count(F.Id) != 0; }

  /// How many of its findings are not among \p All any more.
  unsigned countGone(const std::vector<Finding> &All) const;

private:
  std::set<std::string> Ids;
};

/// One line per finding, sorted by id, with what a reviewer needs to
/// recognise it: made to be kept under version control.
void writeBaseline(const std::vector<Finding> &All, llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
