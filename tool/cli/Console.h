// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the user is told on standard error, and where reports are written.

#ifndef REFCYCLE_CLI_CONSOLE_H
#define REFCYCLE_CLI_CONSOLE_H

#include "cli/ExitCode.h"
#include "cli/Fixes.h"
#include "cli/Options.h"
#include "cli/Plan.h"
#include "cli/Verify.h"
#include "findings/Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// What the summary says beyond the report itself.
struct Tally {
  unsigned Weaker = 0; ///< Findings below --min-confidence.
  unsigned Known = 0;  ///< Findings in the baseline.
  unsigned Gone = 0;   ///< Of the baseline, what is not found any more.
  Confidence MinConfidence = Confidence::Probable;
};

class Console {
public:
  explicit Console(const Options &Opts);

  /// "refcycle: error: ...", always printed.
  void error(llvm::Error Problem);
  void error(const llvm::Twine &Message);

  /// "refcycle: ...", unless --quiet.
  void remark(const llvm::Twine &Message);

  /// One line that each job overwrites, on a terminal only.
  void progress(llvm::StringRef Name, unsigned Finished, unsigned Count);
  void endProgress();

  /// Entries of the database that are not analysed, in numbers.
  void planRemarks(const Plan &P);
  /// Units that failed or had errors, then what was found. Says that there are
  /// no cycles only if every unit could be read.
  void summary(const Report &R, const Tally &T);
  /// What --fix did.
  void fixed(const ChosenFixes &Fixes, unsigned Files);
  /// What verify has to say beyond its report.
  void verified(const VerifyOutcome &Outcome);

  /// Calls \p Write with standard output (\p File is empty or `-`) or with a
  /// file, as writeFile() does. Colours are enabled if the user or the terminal
  /// wants them.
  llvm::Error
  write(const std::string &File,
        llvm::function_ref<void(llvm::raw_ostream &, bool Color)> Write);

  /// write() to the first output. Returns \p Otherwise, or what a failure to
  /// write means.
  ExitCode
  print(llvm::function_ref<void(llvm::raw_ostream &, bool Color)> Write,
        ExitCode Otherwise = ExitCode::Clean);
  /// Prints the error; what a command returns then.
  ExitCode fail(llvm::Error Problem);

private:
  void printFindings(const Report &R, const Tally &T);
  void places(const std::vector<Note> &All, llvm::StringRef What,
              llvm::StringRef Severity = "");
  void incomplete(const Report &R, bool Failed);

  const Options &Opts;
  bool ShowsProgress;
  bool ProgressShown = false;
};

} // namespace refcycle::analyzer

#endif
