// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The commands that look for no cycles: what this program is and knows, and
// what the project's own files say.

#ifndef REFCYCLE_CLI_QUERIES_H
#define REFCYCLE_CLI_QUERIES_H

#include "cli/Console.h"
#include "cli/ExitCode.h"
#include "cli/Options.h"

namespace refcycle::analyzer {

ExitCode printHelp(const Options &Opts, Console &Terminal);
ExitCode printVersion(const Options &Opts, Console &Terminal);
/// Those that --checks selects.
ExitCode listChecks(const Options &Opts, Console &Terminal);
ExitCode listHandles(const Options &Opts, Console &Terminal);
ExitCode dumpConfig(const Options &Opts, Console &Terminal);
/// Writes a rule into the suppressions file.
ExitCode suppress(const Options &Opts, Console &Terminal);
/// Sources are parsed only if the configuration does not answer.
ExitCode explainHandle(const Options &Opts, Console &Terminal);

} // namespace refcycle::analyzer

#endif
