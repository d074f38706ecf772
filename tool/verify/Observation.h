// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Records become findings: the same values that checks make, so that they are
// counted, printed and matched in the same way.

#ifndef REFCYCLE_VERIFY_OBSERVATION_H
#define REFCYCLE_VERIFY_OBSERVATION_H

#include "findings/Finding.h"
#include "verify/FieldNames.h"
#include "verify/VerifyRecord.h"

namespace refcycle::analyzer {

/// The check that findings of a run stand under.
inline constexpr const char *VerifyCheck = "refcycle-verify";

/// Turns records into findings: equal cycles of several processes are one.
class Observations {
public:
  /// \p ProjectRoot: places below it are shown relative to it.
  explicit Observations(std::string ProjectRoot) : Root(std::move(ProjectRoot)) {}

  void add(const VerifyRecord &Record);

  /// Cycles that leaked, sorted by reportsBefore.
  std::vector<Finding> leaked() const { return sorted(Leaked); }
  /// Cycles that something outside still holds; no bugs yet.
  std::vector<Finding> held() const { return sorted(Held); }

private:
  Finding finding(const VerifyRecord &Record, const KnotGroup &Group);
  std::vector<Hop> hops(const VerifyRecord &Record, const EdgeClass &E);
  static std::vector<Finding> sorted(std::vector<Finding> All);

  std::string Root;
  FieldNames Names;
  std::vector<Finding> Leaked, Held;
};

} // namespace refcycle::analyzer

#endif
