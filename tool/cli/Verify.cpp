// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Verify.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "verify/Observation.h"
#include "verify/RunProgram.h"

namespace refcycle::analyzer {

using llvm::Expected;
using llvm::Twine;

static std::string projectRoot(const Options &Opts) {
  llvm::SmallString<256> Root(Opts.ProjectRoot);
  if (llvm::sys::fs::make_absolute(Root))
    return "";
  return Root.str().rtrim('/').str();
}

/// A program that fails may have left before the code that leaks.
static void remarkOnEnd(const VerifiedRun &Run, VerifyOutcome &Outcome) {
  if (Run.Status < 0)
    Outcome.Remarks.push_back("the program was killed: " + Run.Problem);
  else if (Run.Status > 0)
    Outcome.Remarks.push_back(
        ("the program itself ended with status " + Twine(Run.Status)).str());
  Outcome.Incomplete |= Run.Status != 0;
}

static void remarkOnRecords(const VerifiedRun &Run, VerifyOutcome &Outcome) {
  bool Done = llvm::any_of(Run.Records, [](auto &R) { return R.Done; });
  if (Done)
    return;
  Outcome.Incomplete = true;
  if (Run.Status >= 0)
    Outcome.Remarks.push_back(
        Run.Records.empty()
            ? "nothing was checked: the program is linked statically, left by "
              "_exit(), or runs with other rights; link refcycle::verify"
            : "the check did not come to its end; the system may forbid its "
              "sandbox (seccomp)");
}

Expected<VerifyOutcome> verifyProgram(const Options &Opts) {
  Expected<std::string> Library = findVerifierLibrary();
  if (!Library)
    return Library.takeError();
  Expected<VerifiedRun> Run = runVerified(*Library, Opts.FixedCommand);
  if (!Run)
    return Run.takeError();
  VerifyOutcome Outcome;
  remarkOnEnd(*Run, Outcome);
  remarkOnRecords(*Run, Outcome);
  Observations Seen(projectRoot(Opts));
  for (const VerifyRecord &Record : Run->Records)
    Seen.add(Record);
  for (Finding &F : Seen.leaked()) {
    if (F.Level < Opts.MinConfidence)
      continue;
    Outcome.Leaks = true;
    Outcome.Result.Findings.push_back(std::move(F));
  }
  Outcome.Held = Seen.held();
  return std::move(Outcome);
}

} // namespace refcycle::analyzer
