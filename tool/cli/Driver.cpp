// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One method per command that needs a whole program; each is its stages, one
// call and one sentence each.

#include "cli/Driver.h"
#include "cli/Console.h"
#include "cli/ExtractStep.h"
#include "cli/Extraction.h"
#include "cli/Fixes.h"
#include "cli/Judgement.h"
#include "cli/Options.h"
#include "cli/OutputFile.h"
#include "cli/Plan.h"
#include "cli/Queries.h"
#include "cli/Settings.h"
#include "cli/Verify.h"
#include "cli/Views.h"
#include "evidence/Evidence.h"
#include "facts/ClassLayout.h"
#include "facts/FactsFile.h"
#include "facts/FactsText.h"
#include "facts/LinkedProgram.h"
#include "findings/Words.h"
#include "graph/TextGraph.h"
#include "link/Linker.h"
#include "link/ProjectRules.h"
#include "report/CiFormats.h"
#include "report/Dot.h"
#include "report/Explain.h"
#include "report/FixesYaml.h"
#include "report/Json.h"
#include "report/Sarif.h"
#include "report/Text.h"
#include "verify/Observation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <chrono>
#include <csignal>
#include <map>
#include <set>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::raw_ostream;

namespace {
class Driver {
public:
  explicit Driver(const Options &Opts) : Opts(Opts), Terminal(Opts) {}

  ExitCode run();

private:
  ExitCode check();
  ExitCode layouts();
  ExitCode link();
  ExitCode verify();

  Error prepare(llvm::StringRef ProjectRoot,
                const std::vector<std::string> &SystemDirectories);
  Error addFactsFile(const std::string &Path);
  void take(ExtractedUnit Unit);
  Expected<Judgement> narrow(const LinkedProgram &Program,
                             std::vector<Finding> All);
  ExitCode report(Judgement J);
  ExitCode conclude();
  void withholdFixes(std::vector<Finding> &Findings) const;
  Error fix();
  ExitCode showGraph(const OwnershipGraph &Whole);
  void printReport(Format Kind, raw_ostream &OS, bool Color) const;
  Error writeOutputs();
  ExitCode explain(const std::vector<Finding> &All);

  /// Was there anything that the run could have missed by its options?
  bool sawAll() const {
    return !Result.Failed && Opts.Checks == "*" &&
           (Opts.HasFixedCommand || Opts.What == Command::Link ||
            Opts.Inputs.empty());
  }
  /// What the units alone say, whatever is found in them.
  ExitCode statusOfUnits() const {
    if (Interrupted)
      return ExitCode::Interrupted;
    return Result.Failed && !Opts.AllowIncomplete ? ExitCode::Failure
                                                  : ExitCode::Clean;
  }

  const Options &Opts;
  Console Terminal;
  Settings Set;
  ScopeRules Rules;
  Linker Link;
  std::string ProjectRoot;
  ChosenFixes Chosen;
  unsigned Programs = 0;    ///< Units with a main(); linking keeps one.
  bool SawAllUses = true;   ///< No unit was left out that could use a field.
  bool Interrupted = false; ///< Units that were not done count as failed.
  std::optional<StaticFindings> Predicted; ///< Of verify --findings.
  Report Result; ///< Before linking: what is known of the units.
  std::map<std::string, std::string> FactsTexts; ///< For --emit=facts, by unit.
  DiffBase State;                                ///< Of this run.
  std::vector<std::string> UnmetRules; ///< As applyRules() returns them.
  std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
};
} // namespace

/// Everything that the options name and this run would write.
static Error checkOutputs(const Options &Opts) {
  // A file may stand beside the cache, in a folder that is made for both.
  // Whether that was possible is said when the cache is opened.
  if (!Opts.CacheDirectory.empty())
    llvm::sys::fs::create_directories(Opts.CacheDirectory);
  std::vector<std::string> Files{Opts.WriteBaselineFile, Opts.WriteDiffBaseFile,
                                 Opts.DepFile};
  for (const OutputSpec &Output : Opts.Outputs)
    Files.push_back(Output.File);
  for (const std::string &File : Files)
    if (!File.empty() && File != "-")
      if (Error E = checkWritable(File))
        return E;
  return Error::success();
}

ExitCode Driver::run() {
  if (Error E = checkOutputs(Opts))
    return Terminal.fail(std::move(E));
  switch (Opts.What) {
  case Command::Check:
  case Command::Explain:
  case Command::Graph:
  case Command::Stats:
    return check();
  case Command::DumpConfig:
    return dumpConfig(Opts, Terminal);
  case Command::ExplainHandle:
    return explainHandle(Opts, Terminal);
  case Command::Extract:
    return extractStep(Opts, Terminal);
  case Command::Help:
    return printHelp(Opts, Terminal);
  case Command::Layouts:
    return layouts();
  case Command::Link:
    return link();
  case Command::ListChecks:
    return listChecks(Opts, Terminal);
  case Command::ListHandles:
    return listHandles(Opts, Terminal);
  case Command::Suppress:
    return suppress(Opts, Terminal);
  case Command::Verify:
    return verify();
  case Command::Version:
    return printVersion(Opts, Terminal);
  }
  llvm_unreachable("a command without a handler");
}

ExitCode Driver::layouts() {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return Terminal.fail(Project.takeError());
  Expected<Plan> P = makePlan(Opts);
  if (!P)
    return Terminal.fail(P.takeError());
  CountLayouts All;
  Expected<bool> Finished =
      extractAll(*P, mergeInto(builtinModels(), *Project), Opts, Terminal,
                 [&](ExtractedUnit U) {
                   addLayouts(All, std::move(U.Facts.Layouts));
                   take(std::move(U));
                 });
  if (!Finished)
    return Terminal.fail(Finished.takeError());
  Interrupted = !*Finished;
  return Terminal.print([&](raw_ostream &OS, bool) { printLayouts(All, OS); },
                        statusOfUnits());
}

static void printCommands(const Plan &P, raw_ostream &OS) {
  for (const PlannedTu &Unit : P.Units) {
    OS << Unit.Name << '\n';
    OS << "  in " << Unit.Command.Directory << '\n';
    OS << "  " << llvm::join(Unit.Command.Arguments, " ") << '\n';
    for (const std::string &Word : Unit.Dropped)
      OS << "  left out: " << Word << '\n';
  }
  for (const IncompleteTu &Tu : P.Unusable)
    OS << Tu.File << "\n  not analysed: " << Tu.Reason << '\n';
  for (const std::string &Entry : P.Skipped)
    OS << "skipped: " << Entry << '\n';
}

ExitCode Driver::check() {
  // Command line and database become a list of units to parse.
  Expected<Plan> P = makePlan(Opts);
  if (!P)
    return Terminal.fail(P.takeError());
  Terminal.planRemarks(*P);
  if (Opts.Stage == Emit::Commands)
    return Terminal.print(
        [&](raw_ostream &OS, bool) { printCommands(*P, OS); });
  if (Error E = prepare(P->ProjectRoot, P->SystemDirectories))
    return Terminal.fail(std::move(E));

  SawAllUses =
      !P->OtherVariants && (Opts.HasFixedCommand || Opts.Inputs.empty());

  // Each unit becomes facts, in a process of its own.
  Expected<bool> Finished =
      extractAll(*P, Set.Models, Opts, Terminal,
                 [&](ExtractedUnit U) { take(std::move(U)); });
  if (!Finished)
    return Terminal.fail(Finished.takeError());
  Interrupted = !*Finished;

  // No unit is parsed from here on.
  return conclude();
}

ExitCode Driver::link() {
  if (Error E = prepare(rootOf(Opts), {}))
    return Terminal.fail(std::move(E));
  for (const std::string &Path : Opts.Inputs)
    if (Error E = addFactsFile(Path))
      return Terminal.fail(std::move(E));
  return conclude();
}

ExitCode Driver::verify() {
  if (Error E = prepare(rootOf(Opts), {}))
    return Terminal.fail(std::move(E));
  Expected<VerifyOutcome> Outcome = verifyProgram(Opts);
  if (!Outcome)
    return Terminal.fail(Outcome.takeError());
  Result = Outcome->Result;
  for (Finding &F : Result.Findings) {
    F.Known = Set.Old.knows(F);
    Outcome->Known += F.Known;
  }
  Predicted = std::move(Outcome->Static);
  if (Error E = writeOutputs())
    return Terminal.fail(std::move(E));
  Terminal.verified(*Outcome);
  if (Outcome->Leaked > Outcome->Known && Opts.Fail != FailOn::Never)
    return ExitCode::Findings;
  return Outcome->Incomplete ? ExitCode::Failure : ExitCode::Clean;
}

/// Everything that can be wrong with what the user wrote.
Error Driver::prepare(llvm::StringRef Root,
                      const std::vector<std::string> &SystemDirectories) {
  ProjectRoot = Root.str();
  Expected<Settings> Read = readSettings(Opts, Root);
  if (!Read)
    return Read.takeError();
  Set = std::move(*Read);
  Rules.SystemDirectories = SystemDirectories;
  Rules.HeaderFilter = Opts.HeaderFilter;
  Rules.Exclude = Opts.Exclude;
  Rules.ShowGenerated = Opts.ShowGenerated;
  return Scope::create(Rules).takeError();
}

Error Driver::addFactsFile(const std::string &Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return llvm::createFileError(Path, Buffer.getError());
  Expected<TuFacts> Facts = readFacts((*Buffer)->getBuffer());
  if (!Facts)
    return llvm::createFileError(Path, Facts.takeError());
  take({std::move(*Facts)});
  return Error::success();
}

/// The files with something that the unit does not take for the system's.
static void addOwnFiles(const TuFacts &Facts, std::set<std::string> &Into) {
  std::set<StringId> Files;
  for (const Record &R : Facts.Records)
    if (!R.has(RecordFlag::System))
      Files.insert(R.Loc.File);
  for (const Function &F : Facts.Functions)
    if (!F.has(FunctionFlag::System))
      Files.insert(F.Loc.File);
  for (StringId File : Files)
    Into.insert(Facts.text(File));
}

void Driver::take(ExtractedUnit Unit) {
  TuFacts &Facts = Unit.Facts;
  Programs += llvm::any_of(Facts.Functions, [](const Function &F) {
    return F.has(FunctionFlag::Main) && F.has(FunctionFlag::HasBody);
  });
  ++Result.TranslationUnits;
  bool Failed = Facts.Status == TuStatus::Failed;
  Result.Failed += Failed;
  if (Facts.Status != TuStatus::Ok)
    Result.Incomplete.push_back(
        {Facts.MainFile, Failed, Facts.Reason, std::move(Unit.Reproduce)});
  Rules.MainFiles.push_back(Facts.MainFile);
  addOwnFiles(Facts, Rules.OwnFiles);
  if (Opts.Stage == Emit::Facts) {
    llvm::raw_string_ostream OS(FactsTexts[Facts.MainFile]);
    print(Facts, OS);
  } else {
    Link.add(std::move(Facts));
  }
}

static std::vector<CommentedLines> commentsOf(const LinkedProgram &P) {
  std::vector<CommentedLines> Result;
  for (const SuppressedLines &S : P.Suppressions)
    Result.push_back({{S.File, S.Line, S.LastLine}, S.Check});
  return Result;
}

/// Adds what annotations accept to \p Rules. Returns what is wrong with any
/// annotation, sorted.
static std::vector<Note> acceptAnnotated(const LinkedProgram &P,
                                         Suppressions &Rules) {
  std::vector<Note> Problems = Rules.addAll(rulesInSource(P), today());
  for (const auto &[Where, Message] : P.Problems)
    Problems.push_back({Message, Where});
  llvm::sort(Problems, [](const Note &A, const Note &B) {
    return std::tie(A.Loc, A.Message) < std::tie(B.Loc, B.Message);
  });
  return Problems;
}

/// A unit that was not analysed may use the field in a way that a weak handle
/// does not allow.
void Driver::withholdFixes(std::vector<Finding> &Findings) const {
  if (SawAllUses && Programs <= 1)
    return;
  for (Finding &F : Findings)
    if (F.Fix && F.Fix->Refused.empty())
      F.Fix = Weakening{F.Fix->Slot,
                        {},
                        {},
                        SawAllUses ? "several programs were analysed as one"
                                   : "only a part of the project was analysed",
                        {}};
}

Error Driver::fix() {
  Expected<unsigned> Files = applyFixes(Result.Edits, ProjectRoot);
  if (!Files)
    return Files.takeError();
  Terminal.fixed(Chosen, *Files);
  return Error::success();
}

/// The findings that are shown, and what became of the others.
Expected<Judgement> Driver::narrow(const LinkedProgram &Program,
                                   std::vector<Finding> All) {
  Expected<Scope> Where = Scope::create(Rules);
  if (!Where)
    return Where.takeError();
  Result.Problems = acceptAnnotated(Program, Set.Accepted);
  Policy Narrowing{std::move(*Where), commentsOf(Program),
                   std::move(Set.Accepted), std::move(Set.Old),
                   std::move(Set.Base)};
  if (Narrowing.Base || !Opts.WriteDiffBaseFile.empty())
    State = DiffBase::of(Program, All);
  Judgement J = judge(std::move(All), Narrowing, Opts);
  if (Narrowing.Base)
    for (Finding &F : J.Shown)
      if (!F.Known)
        llvm::append_range(F.Notes,
                           State.changesFor(F, *Narrowing.Base, Program));
  Result.StaleRules = Narrowing.Accepted.staleRules(sawAll());
  return J;
}

/// Outputs, fixes and remarks for \p J.
ExitCode Driver::report(Judgement J) {
  Result.Findings = std::move(J.Shown);
  Chosen = chooseFixes(Result.Findings);
  Result.Edits = Chosen.Edits;
  Result.Suppressed = std::move(J.Suppressed);
  if (Interrupted)
    Terminal.remark("interrupted; the report has what was done until then");
  if (Error E = writeOutputs())
    return Terminal.fail(std::move(E));
  if (Opts.Fix && !Interrupted)
    if (Error E = fix())
      return Terminal.fail(std::move(E));
  if (sawAll())
    for (const std::string &Unmet : UnmetRules)
      Terminal.remark(Set.Project.File + ": " + Unmet);
  Terminal.summary(Result, {J.Weaker, J.Known, J.Gone, Opts.MinConfidence});
  if (statusOfUnits() != ExitCode::Clean)
    return statusOfUnits();
  return J.Fails ? ExitCode::Findings : ExitCode::Clean;
}

ExitCode Driver::conclude() {
  llvm::sort(Result.Incomplete,
             [](auto &A, auto &B) { return A.File < B.File; });
  if (Opts.Stage == Emit::Facts)
    return Terminal.print(
        [&](raw_ostream &OS, bool) {
          for (const auto &[Unit, Text] : FactsTexts)
            OS << Text;
        },
        statusOfUnits());

  // The facts of all units become one program, ...
  LinkedProgram Program = Link.finish();
  UnmetRules = applyRules(Set.Project, Program);
  // ... its stores become evidence of cycles, ...
  Evidence Seen = gatherEvidence(Program);
  if (Opts.Stage == Emit::Graph || Opts.What == Command::Graph)
    return showGraph(Seen.Graph);
  // ... and what the checks make of it is narrowed to what was asked for.
  std::vector<Finding> All = runChecks(Seen, Set.Checks);
  withholdFixes(All);
  if (Opts.What == Command::Explain)
    return explain(All);
  if (Opts.What == Command::Stats)
    return Terminal.print(
        [&](raw_ostream &OS, bool) {
          printStats(Program, Seen, All, Result, OS);
        },
        statusOfUnits());
  Result.Types = Seen.Graph.size();
  Result.Edges = Seen.Graph.edgeCount();
  Expected<Judgement> J = narrow(Program, std::move(All));
  if (!J)
    return Terminal.fail(J.takeError());
  return report(std::move(*J));
}

ExitCode Driver::showGraph(const OwnershipGraph &Whole) {
  Expected<OwnershipGraph> Graph = chooseGraph(Whole, Opts);
  if (!Graph)
    return Terminal.fail(Graph.takeError());
  return Terminal.print(
      [&](raw_ostream &OS, bool) {
        if (Opts.Outputs.front().Kind == Format::Dot)
          writeDot(*Graph, OS);
        else
          print(*Graph, OS);
      },
      statusOfUnits());
}

/// One that cannot be written does not keep the others from it.
Error Driver::writeOutputs() {
  Error Problems = Error::success();
  auto Write = [&](const std::string &File, auto Print) {
    Problems =
        llvm::joinErrors(std::move(Problems), Terminal.write(File, Print));
  };
  for (const OutputSpec &Output : Opts.Outputs)
    Write(Output.File, [&](raw_ostream &OS, bool Color) {
      printReport(Output.Kind, OS, Color);
    });
  if (Interrupted) // Half of a project is nothing to compare with.
    return Problems;
  if (!Opts.WriteBaselineFile.empty())
    Write(Opts.WriteBaselineFile,
          [&](raw_ostream &OS, bool) { writeBaseline(Result.Findings, OS); });
  if (!Opts.WriteDiffBaseFile.empty())
    Write(Opts.WriteDiffBaseFile,
          [&](raw_ostream &OS, bool) { State.write(OS); });
  return Problems;
}

/// Whatever its confidence and wherever it stands: the user has its id.
ExitCode Driver::explain(const std::vector<Finding> &All) {
  auto Found = llvm::find_if(
      All, [&](const Finding &F) { return F.Id == Opts.Subject; });
  if (Found == All.end())
    return Terminal.fail(llvm::createStringError(
        "no finding has the id '" + Opts.Subject +
        "' now; --min-confidence=possible --format=json shows all ids"));
  return Terminal.print([&](raw_ostream &OS, bool Color) {
    writeExplanation(*Found, {Color}, OS);
  });
}

static std::vector<RuleText> rules() {
  std::vector<RuleText> Result;
  for (const Check *C : allChecks())
    Result.push_back({C->name().str(), C->summary().str()});
  Result.push_back(
      {VerifyCheck, "Objects that kept each other alive in a run"});
  llvm::sort(Result, [](auto &A, auto &B) { return A.Id < B.Id; });
  return Result;
}

/// As they stand in a document.
static llvm::json::Array asJson(const std::vector<Finding> &Findings) {
  Report Only;
  Only.Findings = Findings;
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  writeJson(Only, {/*Seconds=*/0}, OS);
  llvm::json::Value Document = llvm::cantFail(llvm::json::parse(Text));
  return std::move(*Document.getAsObject()->getArray("findings"));
}

void Driver::printReport(Format Kind, raw_ostream &OS, bool Color) const {
  std::chrono::duration<double> Elapsed =
      std::chrono::steady_clock::now() - Start;
  switch (Kind) {
  case Format::Text:
    if (Predicted)
      Predicted->printText(OS);
    return writeText(Result, {Color}, OS);
  case Format::Json:
    if (Predicted)
      return Predicted->printJson(asJson(Result.Findings), OS);
    return writeJson(Result, {Opts.Timing ? Elapsed.count() : 0}, OS);
  case Format::Sarif:
    return writeSarif(
        Result,
        {rules(), !Opts.BaselineFile.empty() || !Opts.DiffBaseFile.empty()},
        OS);
  case Format::Dot:
    return writeDot(Result, OS);
  case Format::Fixes:
    return writeFixes(Result.Edits, ProjectRoot, OS);
  case Format::Summary:
    return writeSummary(Result, OS);
  case Format::Github:
    return writeGithub(Result, OS);
  case Format::Gitlab:
    return writeGitlab(Result, OS);
  }
}

ExitCode runRefcycle(llvm::ArrayRef<const char *> Words) {
  // Who reads the first lines only must not keep a baseline from being written.
  std::signal(SIGPIPE, SIG_IGN);
  Expected<Options> Opts = parseOptions(Words);
  ExitCode Status =
      Opts ? Driver(*Opts).run() : Console(Options()).fail(Opts.takeError());
  llvm::errs().clear_error(); // Nobody is left to be told.
  return Status;
}

} // namespace refcycle::analyzer
