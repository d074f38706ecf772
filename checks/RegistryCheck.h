// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registries whose entries never end; the page for users is
// docs/checks/refcycle-registry.md.

#ifndef REFCYCLE_CHECKS_REGISTRYCHECK_H
#define REFCYCLE_CHECKS_REGISTRYCHECK_H

#include "Check.h"
#include "findings/Finding.h"

namespace refcycle::analyzer {

/// Reports containers as old as the program that own what only its own
/// destructor takes out again.
class RegistryCheck final : public Check {
public:
  llvm::StringRef name() const override { return "refcycle-registry"; }
  llvm::StringRef summary() const override {
    return "Reports registries whose entries leave in their own destructor "
           "only.";
  }
  bool reports(const CycleWitness &) const override { return false; }
  std::string message(const CycleWitness &) const override { return ""; }
};

/// What a registry leak is for the user.
Finding describe(const RegistryLeak &Leak);

} // namespace refcycle::analyzer

#endif
