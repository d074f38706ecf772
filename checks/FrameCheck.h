// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// refcycle-frame; the page for users is docs/checks/refcycle-frame.md.

#ifndef REFCYCLE_CHECKS_FRAMECHECK_H
#define REFCYCLE_CHECKS_FRAMECHECK_H

#include "Check.h"

namespace refcycle::analyzer {

/// Reports coroutines and threads that hold what holds them.
///
/// A frame's parameters and variables own like members do.
class FrameCheck final : public Check {
public:
  llvm::StringRef name() const override { return "refcycle-frame"; }
  llvm::StringRef summary() const override {
    return "Reports coroutines and threads that hold what holds them.";
  }
  bool reports(const CycleWitness &W) const override;
  std::string message(const CycleWitness &W) const override;
};

} // namespace refcycle::analyzer

#endif
