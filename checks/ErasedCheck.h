// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// refcycle-erased; the page for users is docs/checks/refcycle-erased.md.

#ifndef REFCYCLE_CHECKS_ERASEDCHECK_H
#define REFCYCLE_CHECKS_ERASEDCHECK_H

#include "Check.h"

namespace refcycle::analyzer {

/// Reports cycles through containers that hide what they hold.
///
/// The types do not name the cycle; only stores into any, shared_ptr<void>
/// orn/// heap cells show it.
class ErasedCheck final : public Check {
public:
  llvm::StringRef name() const override { return "refcycle-erased"; }
  llvm::StringRef summary() const override {
    return "Reports cycles through containers that hide what they hold.";
  }
  bool reports(const CycleWitness &W) const override;
  std::string message(const CycleWitness &W) const override;
};

} // namespace refcycle::analyzer

#endif
