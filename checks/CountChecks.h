// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks for counts that are never given back, without a cycle; their pages
// for users are docs/checks/refcycle-adopt.md and its neighbours.

#ifndef REFCYCLE_CHECKS_COUNTCHECKS_H
#define REFCYCLE_CHECKS_COUNTCHECKS_H

#include "Check.h"
#include "findings/Finding.h"
#include "llvm/ADT/ArrayRef.h"

namespace refcycle::analyzer {

/// One group of count leaks with one cause and one kind of fix.
///
/// The checks differ in their name, their kinds and their words only, so they
/// are rows of one table. None of them reports a cycle.
class CountCheck final : public Check {
public:
  CountCheck(llvm::StringRef Name, llvm::StringRef Summary)
      : Name(Name), Summary(Summary) {}
  llvm::StringRef name() const override { return Name; }
  llvm::StringRef summary() const override { return Summary; }
  bool reports(const CycleWitness &) const override { return false; }
  std::string message(const CycleWitness &) const override { return ""; }

private:
  llvm::StringRef Name, Summary;
};

/// In the order of their names.
llvm::ArrayRef<const CountCheck *> countChecks();

/// What a count leak is for the user.
Finding describe(const CountLeak &Leak);

} // namespace refcycle::analyzer

#endif
