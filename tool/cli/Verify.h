// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verify command: a program is run, what it leaked becomes a report.

#ifndef REFCYCLE_CLI_VERIFY_H
#define REFCYCLE_CLI_VERIFY_H

#include "cli/Options.h"
#include "findings/Finding.h"
#include "verify/StaticFindings.h"
#include "llvm/Support/Error.h"

namespace refcycle::analyzer {

/// What verify has to say.
struct VerifyOutcome {
  Report Result; ///< Findings to show: leaks first of all.
  std::optional<StaticFindings> Static; ///< Of --findings, with statuses; then
                                        ///< Result has only what they miss.
  std::vector<Finding> Held;            ///< Cycles that something still holds.
  std::vector<std::string> Remarks; ///< For stderr: what could not be checked.
  size_t Leaked = 0;                ///< Cycles that did, predicted or not.
  size_t Known = 0;                 ///< Of them, those in the baseline.
  bool Incomplete = false;          ///< The program or a check failed.
};

/// Runs the words after `--`.
llvm::Expected<VerifyOutcome> verifyProgram(const Options &Opts);

} // namespace refcycle::analyzer

#endif
