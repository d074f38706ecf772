// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a check is: a name, a sentence, and what it says about a cycle. Checks
// see evidence only: no syntax, no configuration, no files.

#ifndef REFCYCLE_CHECKS_CHECK_H
#define REFCYCLE_CHECKS_CHECK_H

#include "evidence/Evidence.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace refcycle::analyzer {

/// One kind of cycle. Stateless; lives for the whole program.
class Check {
public:
  virtual ~Check() = default;
  /// "refcycle-members".
  virtual llvm::StringRef name() const = 0;
  /// One sentence for `refcycle list-checks`.
  virtual llvm::StringRef summary() const = 0;
  /// Does this cycle belong to this check? Checks are asked in table order; the
  /// first that says yes reports the cycle.
  virtual bool reports(const CycleWitness &W) const = 0;
  /// What a user reads first: who keeps whom alive, and by which slot.
  virtual std::string message(const CycleWitness &W) const = 0;
};

} // namespace refcycle::analyzer

#endif
