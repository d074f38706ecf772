// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// refcycle-keep-alive; the page for users is
// docs/checks/refcycle-keep-alive.md.

#ifndef REFCYCLE_CHECKS_KEEPALIVECHECK_H
#define REFCYCLE_CHECKS_KEEPALIVECHECK_H

#include "Check.h"

namespace refcycle::analyzer {

/// Reports objects that hold a handle to themselves.
///
/// One hop, from an object to itself: an idiom where something resets the
/// handle, a leak where some way misses that.
class KeepAliveCheck final : public Check {
public:
  llvm::StringRef name() const override { return "refcycle-keep-alive"; }
  llvm::StringRef summary() const override {
    return "Reports objects that keep a handle or a count of themselves.";
  }
  bool reports(const CycleWitness &W) const override;
  std::string message(const CycleWitness &W) const override;
};

} // namespace refcycle::analyzer

#endif
