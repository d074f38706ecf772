// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// refcycle-closure; the page for users is docs/checks/refcycle-closure.md.

#ifndef REFCYCLE_CHECKS_CLOSURECHECK_H
#define REFCYCLE_CHECKS_CLOSURECHECK_H

#include "Check.h"

namespace refcycle::analyzer {

/// Reports closures that are kept, directly or not, by what they capture.
///
/// One hop leads through a lambda or a bind object: capturing a handle is no
/// fault,n/// being stored in something that the handle owns is.
class ClosureCheck final : public Check {
public:
  llvm::StringRef name() const override { return "refcycle-closure"; }
  llvm::StringRef summary() const override {
    return "Reports closures that are kept, directly or not, by what they "
           "capture.";
  }
  bool reports(const CycleWitness &W) const override;
  std::string message(const CycleWitness &W) const override;
};

} // namespace refcycle::analyzer

#endif
