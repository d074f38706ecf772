// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that the user wrote besides the command line: configuration,
// suppressions, baseline. Read and checked before the first source is parsed,
// since a malformed file should cost no minutes.

#ifndef REFCYCLE_CLI_SETTINGS_H
#define REFCYCLE_CLI_SETTINGS_H

#include "checks/AllChecks.h"
#include "cli/DiffBase.h"
#include "cli/Options.h"
#include "config/Config.h"
#include "policy/Baseline.h"
#include "policy/Suppressions.h"
#include <string>

namespace refcycle::analyzer {

struct Settings {
  Config Project;    ///< The `.refcycle.yaml` in force, or an empty one.
  ModelTable Models; ///< Presets with those of the project in their place.
  CheckOptions Checks;
  Suppressions Accepted;
  Baseline Old;
  std::optional<DiffBase> Base; ///< None: nothing to compare with.
};

/// Reads what \p Opts names, and the files in \p ProjectRoot or above it that
/// it does not. The error names the file and the place in it.
llvm::Expected<Settings> readSettings(const Options &Opts,
                                      llvm::StringRef ProjectRoot);

/// The configuration alone.
llvm::Expected<Config> readConfig(const Options &Opts,
                                  llvm::StringRef ProjectRoot);

/// The suppressions file that \p Opts names, or else the nearest one. Empty:
/// there is none.
std::string suppressionsPath(const Options &Opts, llvm::StringRef ProjectRoot);

} // namespace refcycle::analyzer

#endif
