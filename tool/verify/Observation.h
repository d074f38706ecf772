// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Records become findings: the same values that checks make, so that they are
// counted, printed and matched in the same way.

#ifndef REFCYCLE_VERIFY_OBSERVATION_H
#define REFCYCLE_VERIFY_OBSERVATION_H

#include "findings/Finding.h"
#include "verify/AllocationSites.h"
#include "verify/FieldNames.h"
#include "verify/StaticFindings.h"
#include "verify/VerifyRecord.h"

namespace refcycle::analyzer {

/// The check that findings of a run stand under.
inline constexpr const char *VerifyCheck = "refcycle-verify";

/// Turns records into findings: equal cycles of several processes are one.
class Observations {
public:
  /// \p ProjectRoot: places below it are shown relative to it.
  /// \p Handles: classes that are handles beside the known libraries'.
  Observations(std::string ProjectRoot, std::vector<std::string> Handles)
      : Root(std::move(ProjectRoot)), Names(std::move(Handles)) {}

  void add(const VerifyRecord &Record);
  /// Of a check that was not the last one of its process: what was closed then,
  /// and what was weak.
  void addEarlier(const VerifyRecord &Record);

  /// All that was added; findings sorted by reportsBefore.
  RunFacts facts() const;

private:
  Finding finding(const VerifyRecord &Record, const KnotGroup &Group);
  std::vector<Hop> hops(const VerifyRecord &Record, const EdgeClass &E);
  std::string fieldsOf(const VerifyRecord &Record, const KnotGroup &Group,
                       llvm::ArrayRef<unsigned> Edges);
  void addCycle(const VerifyRecord &Record, const KnotGroup &Group,
                llvm::ArrayRef<unsigned> FixEdges, Finding &F);
  void addSites(const VerifyRecord &Record, const KnotGroup &Group, Finding &F);
  void addWeak(const VerifyRecord &Record);

  std::string Root;
  FieldNames Names;
  AllocationSites Sites;
  RunFacts All;
};

} // namespace refcycle::analyzer

#endif
