// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Console.h"
#include "cli/OutputFile.h"
#include "findings/Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

namespace refcycle::analyzer {

using llvm::errs;
using llvm::Twine;

/// More lines of one kind hide the rest of the message; the report has all.
static constexpr unsigned MaxListed = 10;

static std::string counted(unsigned Count, llvm::StringRef Singular) {
  return (Twine(Count) + " " + Singular + (Count == 1 ? "" : "s")).str();
}

Console::Console(const Options &Opts)
    : Opts(Opts),
      ShowsProgress(!Opts.Quiet && llvm::sys::Process::StandardErrHasColors()) {
}

void Console::error(const Twine &Message) {
  endProgress();
  errs() << "refcycle: error: " << Message << '\n';
}

void Console::error(llvm::Error Problem) {
  error(llvm::toString(std::move(Problem)));
}

void Console::remark(const Twine &Message) {
  endProgress();
  if (!Opts.Quiet)
    errs() << "refcycle: " << Message << '\n';
}

void Console::progress(llvm::StringRef Name, unsigned Finished,
                       unsigned Count) {
  if (!ShowsProgress)
    return;
  errs() << "\r\033[K[" << Finished << '/' << Count << "] " << Name;
  errs().flush();
  ProgressShown = true;
}

void Console::endProgress() {
  if (ProgressShown)
    errs() << "\r\033[K";
  ProgressShown = false;
}

/// The first response file of the command that could not be read, or null.
/// Module maps are left out on purpose.
static const std::string *unreadOptions(const PlannedTu &Unit) {
  auto Found = llvm::find_if(Unit.Dropped, [](llvm::StringRef Word) {
    return Word.starts_with("@") && !Word.ends_with(".modmap");
  });
  return Found == Unit.Dropped.end() ? nullptr : &*Found;
}

/// Options that are lost this way are most often include paths and macros.
static void remarkOnUnreadOptions(const Plan &P) {
  unsigned Count = 0;
  std::string Example;
  for (const PlannedTu &Unit : P.Units)
    if (const std::string *Word = unreadOptions(Unit))
      if (++Count == 1)
        Example = "'" + *Word + "' for " + Unit.Name;
  if (Count)
    errs() << "refcycle: " << counted(Count, "command")
           << " with options in a file that cannot be read, such as " << Example
           << "; build first, or keep these files (ninja -d keeprsp)\n";
}

void Console::planRemarks(const Plan &P) {
  if (Opts.Quiet)
    return;
  remarkOnUnreadOptions(P);
  if (P.NotCxx)
    errs() << "refcycle: skipped " << counted(P.NotCxx, "command")
           << " for other languages than C++\n";
  if (P.OtherVariants)
    errs() << "refcycle: skipped " << counted(P.OtherVariants, "command")
           << " for sources that have several; the first one counts\n";
  if (!P.Skipped.empty() && Opts.Stage != Emit::Commands)
    errs() << "refcycle: --emit=commands lists what was skipped or left out\n";
}

void Console::incomplete(const Report &R, bool Failed) {
  unsigned Count = 0;
  for (const IncompleteTu &Tu : R.Incomplete) {
    if (Tu.Failed != Failed || ++Count > MaxListed)
      continue;
    errs() << "refcycle: " << Tu.File << ": "
           << (Failed ? "failed: " : "analysed as far as it compiles: ")
           << Tu.Reason << '\n';
    if (!Tu.Reproduce.empty())
      errs() << "refcycle: to reproduce: " << Tu.Reproduce << '\n';
  }
  if (Count > MaxListed)
    errs() << "refcycle: and " << Count - MaxListed
           << " more; --format=json lists all\n";
}

void Console::places(const std::vector<Note> &All, llvm::StringRef What,
                     llvm::StringRef Severity) {
  unsigned Count = 0;
  for (const Note &Place : All)
    if (++Count <= MaxListed)
      errs() << "refcycle: " << Place.Loc.File << ':' << Place.Loc.Line << ':'
             << Place.Loc.Column << ": " << Severity << Place.Message << '\n';
  if (Count > MaxListed)
    errs() << "refcycle: and " << Count - MaxListed << " more such " << What
           << "; --format=json lists all\n";
}

void Console::printFindings(const Report &R, const Tally &T) {
  const char *Old = Opts.DiffBaseFile.empty() ? "baseline" : "diff base";
  unsigned Analysed = R.TranslationUnits - R.Failed;
  if (Analysed == 0)
    return;
  errs() << "refcycle: ";
  if (unsigned New = R.Findings.size() - T.Known)
    errs() << counted(New, T.Known ? "new finding" : "finding");
  else if (T.Known)
    errs() << "nothing new found";
  else if (R.Failed)
    errs() << "nothing found so far";
  else if (!R.Suppressed.empty())
    errs() << "nothing found that is not accepted";
  else
    errs() << "no cycles found";
  errs() << (R.Incomplete.size() > R.Failed ? " in what compiles of " : " in ")
         << counted(Analysed, "translation unit");
  if (!R.Suppressed.empty())
    errs() << "; " << R.Suppressed.size() << " suppressed";
  if (T.Known)
    errs() << "; " << T.Known << " known from the " << Old;
  if (T.Gone)
    errs() << "; " << T.Gone << " of the " << Old << " gone";
  if (T.Weaker)
    errs() << "; " << T.Weaker << " more below '" << wordFor(T.MinConfidence)
           << "' (see --min-confidence)";
  errs() << '\n';
}

void Console::summary(const Report &R, const Tally &T) {
  endProgress();
  if (Opts.Quiet)
    return;
  incomplete(R, /*Failed=*/false);
  incomplete(R, /*Failed=*/true);
  places(R.StaleRules, "suppressions");
  places(R.Problems, "annotations", "warning: ");
  printFindings(R, T);
  if (R.Failed)
    errs() << "refcycle: " << R.Failed << " of "
           << counted(R.TranslationUnits, "translation unit")
           << " failed, so cycles may be missing"
           << (Opts.AllowIncomplete ? "\n"
                                    : "; --allow-incomplete accepts that\n");
}

void Console::fixed(const ChosenFixes &Fixes, unsigned Files) {
  endProgress();
  if (Opts.Quiet)
    return;
  errs() << "refcycle: fixed " << counted(Fixes.Findings, "finding") << " in "
         << counted(Files, "file") << "; review the changes\n";
  if (Fixes.Left)
    errs() << "refcycle: not fixed, since it does not go together with these: "
           << counted(Fixes.Left, "finding") << "; run again\n";
}

void Console::verified(const VerifyOutcome &Outcome) {
  if (Opts.Quiet)
    return;
  for (const Finding &F : Outcome.Held)
    errs() << "refcycle: not garbage: " << F.Message << '\n';
  for (const std::string &Remark : Outcome.Remarks)
    errs() << "refcycle: " << Remark << '\n';
  errs() << "refcycle: ";
  if (size_t New = Outcome.Leaked - Outcome.Known)
    errs() << counted(New, Outcome.Known ? "new cycle" : "cycle")
           << " leaked\n";
  else if (Outcome.Known)
    errs() << "no new cycle leaked; " << Outcome.Known
           << " known from the baseline\n";
  else
    errs() << (Outcome.Incomplete ? "nothing found so far\n"
                                  : "no cycle leaked\n");
}

/// Colours where a terminal shows them and the user did not ask for none.
/// Source: https://no-color.org
static bool wantsColor(const Options &Opts) {
  if (Opts.Color != -1)
    return Opts.Color == 1;
  const char *Refused = std::getenv("NO_COLOR");
  return !(Refused && *Refused) && llvm::sys::Process::StandardOutHasColors();
}

static llvm::Error
writeToStandardOutput(llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  Write(llvm::outs());
  llvm::outs().flush();
  std::error_code Problem = llvm::outs().error();
  llvm::outs().clear_error(); // It would end the program.
  // A reader such as head has what it wanted.
  if (!Problem || Problem == std::errc::broken_pipe)
    return llvm::Error::success();
  return llvm::createStringError("cannot write to standard output: " +
                                 Problem.message());
}

llvm::Error Console::write(
    const std::string &File,
    llvm::function_ref<void(llvm::raw_ostream &, bool Color)> Write) {
  endProgress();
  bool Standard = File.empty() || File == "-";
  bool Color = Standard ? wantsColor(Opts) : Opts.Color == 1;
  auto WriteWith = [&](llvm::raw_ostream &OS) {
    OS.enable_colors(Color);
    Write(OS, Color);
  };
  return Standard ? writeToStandardOutput(WriteWith)
                  : writeFile(File, WriteWith);
}

ExitCode
Console::print(llvm::function_ref<void(llvm::raw_ostream &, bool Color)> Write,
               ExitCode Otherwise) {
  if (llvm::Error E = write(Opts.Outputs.front().File, Write))
    return fail(std::move(E));
  return Otherwise;
}

ExitCode Console::fail(llvm::Error Problem) {
  error(std::move(Problem));
  return ExitCode::Failure;
}

} // namespace refcycle::analyzer
