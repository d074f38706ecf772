// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// refcycle-members; the page for users is docs/checks/refcycle-members.md.

#ifndef REFCYCLE_CHECKS_MEMBERSCHECK_H
#define REFCYCLE_CHECKS_MEMBERSCHECK_H

#include "Check.h"

namespace refcycle::analyzer {

/// Reports objects whose members keep each other alive.
///
/// The plain case: typed handles, containers and parts. Last in the table,
/// becausen/// it takes what no other check wants.
class MembersCheck final : public Check {
public:
  llvm::StringRef name() const override { return "refcycle-members"; }
  llvm::StringRef summary() const override {
    return "Reports objects whose members keep each other alive.";
  }
  bool reports(const CycleWitness &W) const override;
  std::string message(const CycleWitness &W) const override;
};

} // namespace refcycle::analyzer

#endif
