// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the exit status means; scripts depend on it.

#ifndef REFCYCLE_CLI_EXITCODE_H
#define REFCYCLE_CLI_EXITCODE_H

namespace refcycle::analyzer {

enum class ExitCode : int {
  Clean = 0,         ///< Nothing at or above --fail-on.
  Findings = 1,      ///< Something at or above it.
  Failure = 2,       ///< Could not do the job; wins over Findings.
  Interrupted = 130, ///< Stopped by Ctrl-C, as shells expect: 128 + SIGINT.
};

} // namespace refcycle::analyzer

#endif
