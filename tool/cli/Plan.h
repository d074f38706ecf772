// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run will parse: the command line and the compilation database, made
// one sorted list. Looks at files' names and existence; parses no C++.

#ifndef REFCYCLE_CLI_PLAN_H
#define REFCYCLE_CLI_PLAN_H

#include "cli/Options.h"
#include "extract/AdjustCommand.h"
#include "findings/Finding.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct PlannedTu {
  std::string Name; ///< The source as reports spell it; see projectPath().
  CompileCommand Command;           ///< Adjusted.
  std::vector<std::string> Dropped; ///< As AdjustedCommand::Dropped.
};

struct Plan {
  std::string ProjectRoot;            ///< Absolute, without a slash at its end.
  std::vector<PlannedTu> Units;       ///< Sorted by name; each name once.
  std::vector<IncompleteTu> Unusable; ///< Sorted by file: no file, no command.
  std::vector<std::string> SystemDirectories; ///< As projectPath(); sorted.
  /// Entries that are not analysed, "file: reason"; sorted. The numbers below
  /// count them.
  std::vector<std::string> Skipped;
  unsigned NotCxx = 0;        ///< Entries for C, assembler and the like.
  unsigned Repeated = 0;      ///< Entries equal to another one.
  unsigned OtherVariants = 0; ///< Further entries of a file, with other
                              ///< options; the first one was taken.
};

/// The root of a run without sources: --project-root or the current directory.
std::string rootOf(const Options &Opts);

/// Fails if the user has to change something: no database, a broken one, a
/// source that matches nothing. Each message says what to do.
llvm::Expected<Plan> makePlan(const Options &Opts);

} // namespace refcycle::analyzer

#endif
