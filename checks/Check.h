// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a check is: a name, a sentence, and a function from evidence to
// findings. Checks see no syntax, no configuration and no files.

#ifndef REFCYCLE_CHECKS_CHECK_H
#define REFCYCLE_CHECKS_CHECK_H

#include "evidence/Evidence.h"
#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace refcycle::analyzer {

/// One question about the evidence. Stateless; lives for the whole program.
class Check {
public:
  virtual ~Check() = default;
  /// "refcycle-members".
  virtual llvm::StringRef name() const = 0;
  /// One sentence for `refcycle list-checks`.
  virtual llvm::StringRef summary() const = 0;
  /// Does this cycle belong to this check? Checks are asked in table order and
  /// the first that says yes reports it.
  virtual bool reports(const CycleWitness &W) const = 0;
  /// What a user reads first: who keeps whom alive, and by which slot.
  virtual std::string message(const CycleWitness &W) const = 0;
};

} // namespace refcycle::analyzer

#endif
