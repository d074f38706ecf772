// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One method per command; each is its stages, one call and one sentence each.

#include "cli/Driver.h"
#include "base/QualifiedName.h"
#include "cli/Console.h"
#include "cli/Extraction.h"
#include "cli/Fixes.h"
#include "cli/Judgement.h"
#include "cli/Options.h"
#include "cli/Plan.h"
#include "cli/Settings.h"
#include "cli/Suppress.h"
#include "cli/Verify.h"
#include "cli/Views.h"
#include "cli/Workers.h"
#include "config/PrintModels.h"
#include "evidence/Evidence.h"
#include "extract/ClangInstallation.h"
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
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <chrono>
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
  ExitCode extract();
  ExitCode layouts();
  ExitCode link();
  ExitCode explainHandle();
  ExitCode suppress();
  ExitCode listChecks();
  ExitCode listHandles();
  ExitCode dumpConfig();
  ExitCode help();
  ExitCode version();
  ExitCode verify();

  Error prepare(llvm::StringRef ProjectRoot,
                const std::vector<std::string> &SystemDirectories);
  Error addFactsFile(const std::string &Path);
  void take(ExtractedUnit Unit);
  ExitCode conclude();
  void withholdFixes(std::vector<Finding> &Findings) const;
  Error fix();
  ExitCode showGraph(const OwnershipGraph &Whole);
  void printReport(Format Kind, raw_ostream &OS, bool Color) const;
  Error writeOutputs();
  ExitCode explain(const std::vector<Finding> &All);

  ExitCode printed(llvm::function_ref<void(raw_ostream &, bool Color)> Write,
                   ExitCode Otherwise = ExitCode::Clean);
  ExitCode failure(Error Problem) {
    Terminal.error(std::move(Problem));
    return ExitCode::Failure;
  }
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

ExitCode Driver::run() {
  static constexpr std::pair<Command, ExitCode (Driver::*)()> Handlers[] = {
      {Command::Check, &Driver::check},
      {Command::DumpConfig, &Driver::dumpConfig},
      {Command::Explain, &Driver::check},
      {Command::ExplainHandle, &Driver::explainHandle},
      {Command::Extract, &Driver::extract},
      {Command::Graph, &Driver::check},
      {Command::Help, &Driver::help},
      {Command::Layouts, &Driver::layouts},
      {Command::Link, &Driver::link},
      {Command::ListChecks, &Driver::listChecks},
      {Command::ListHandles, &Driver::listHandles},
      {Command::Stats, &Driver::check},
      {Command::Suppress, &Driver::suppress},
      {Command::Verify, &Driver::verify},
      {Command::Version, &Driver::version},
  };
  for (auto [What, Handler] : Handlers)
    if (What == Opts.What)
      return (this->*Handler)();
  llvm_unreachable("a command without a handler");
}

ExitCode Driver::help() {
  return printed(
      [](raw_ostream &OS, bool) { OS << helpText(availableCores()); });
}

ExitCode Driver::version() {
  return printed([](raw_ostream &OS, bool) {
    OS << "refcycle " REFCYCLE_VERSION " (" << clangVersion() << ")\n";
  });
}

ExitCode Driver::listChecks() {
  return printed([](raw_ostream &OS, bool) {
    for (const Check *C : allChecks())
      OS << llvm::left_justify(C->name(), 30) << C->summary() << '\n';
  });
}

/// What one unit only declares, another may define.
static void dropUndefined(std::set<HandleVerdict> &Verdicts) {
  std::erase_if(Verdicts, [&](const HandleVerdict &V) {
    return !V.IsDefined && llvm::any_of(Verdicts, [&](const HandleVerdict &W) {
      return W.IsDefined && W.Name == V.Name;
    });
  });
}

/// Sources are parsed only if the configuration does not answer.
ExitCode Driver::explainHandle() {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return failure(Project.takeError());
  ModelTable Models = mergeInto(builtinModels(), *Project);
  std::set<HandleVerdict> Verdicts;
  if (!Models.type(withoutTemplateArguments(Opts.Subject))) {
    Expected<Plan> P = makePlan(Opts);
    if (!P)
      return failure(P.takeError());
    Expected<bool> Finished =
        extractAll(*P, Models, Opts, Terminal, [&](ExtractedUnit U) {
          Verdicts.insert(U.Facts.Verdicts.begin(), U.Facts.Verdicts.end());
        });
    if (!Finished)
      return failure(Finished.takeError());
    dropUndefined(Verdicts);
  }
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  if (!printHandle(Opts.Subject, Models, Verdicts, OS))
    return failure(llvm::createStringError(
        "no class '" + Opts.Subject +
        "' in what was parsed; a template counts when it is instantiated"));
  return printed([&](raw_ostream &Out, bool) { Out << Text; });
}

static TuFacts factsOf(const IncompleteTu &Tu) {
  TuFacts Facts;
  Facts.MainFile = Tu.File;
  Facts.Status = TuStatus::Failed;
  Facts.Reason = Tu.Reason;
  return Facts;
}

ExitCode Driver::layouts() {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return failure(Project.takeError());
  Expected<Plan> P = makePlan(Opts);
  if (!P)
    return failure(P.takeError());
  for (const IncompleteTu &Tu : P->Unusable)
    take({factsOf(Tu)});
  CountLayouts All;
  Expected<bool> Finished =
      extractAll(*P, mergeInto(builtinModels(), *Project), Opts, Terminal,
                 [&](ExtractedUnit U) {
                   addLayouts(All, std::move(U.Facts.Layouts));
                   take(std::move(U));
                 });
  if (!Finished)
    return failure(Finished.takeError());
  Interrupted = !*Finished;
  return printed([&](raw_ostream &OS, bool) { printLayouts(All, OS); },
                 statusOfUnits());
}

ExitCode Driver::listHandles() {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return failure(Project.takeError());
  return printed([&](raw_ostream &OS, bool) {
    printHandles(mergeInto(builtinModels(), *Project), OS, Opts.Subject);
  });
}

ExitCode Driver::dumpConfig() {
  Expected<Config> Project = readConfig(Opts, rootOf(Opts));
  if (!Project)
    return failure(Project.takeError());
  return printed([&](raw_ostream &OS, bool) {
    printConfig(*Project, mergeInto(builtinModels(), *Project), OS);
  });
}

ExitCode Driver::suppress() {
  Expected<std::string> File = addSuppression(Opts, rootOf(Opts));
  if (!File)
    return failure(File.takeError());
  Terminal.remark("added a rule to " + *File);
  return ExitCode::Clean;
}

ExitCode
Driver::printed(llvm::function_ref<void(raw_ostream &, bool Color)> Write,
                ExitCode Otherwise) {
  if (Error E = Terminal.write(Opts.Outputs.front().File, Write))
    return failure(std::move(E));
  return Otherwise;
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
    return failure(P.takeError());
  Terminal.planRemarks(*P);
  if (Opts.Stage == Emit::Commands)
    return printed([&](raw_ostream &OS, bool) { printCommands(*P, OS); });
  if (Error E = prepare(P->ProjectRoot, P->SystemDirectories))
    return failure(std::move(E));

  SawAllUses =
      !P->OtherVariants && (Opts.HasFixedCommand || Opts.Inputs.empty());

  // Each unit becomes facts, in a process of its own.
  for (const IncompleteTu &Tu : P->Unusable)
    take({factsOf(Tu)});
  Expected<bool> Finished =
      extractAll(*P, Set.Models, Opts, Terminal,
                 [&](ExtractedUnit U) { take(std::move(U)); });
  if (!Finished)
    return failure(Finished.takeError());
  Interrupted = !*Finished;

  // No unit is parsed from here on.
  return conclude();
}

ExitCode Driver::link() {
  if (Error E = prepare(rootOf(Opts), {}))
    return failure(std::move(E));
  for (const std::string &Path : Opts.Inputs)
    if (Error E = addFactsFile(Path))
      return failure(std::move(E));
  return conclude();
}

static void printDependency(llvm::StringRef Path, raw_ostream &OS) {
  for (char C : Path) {
    if (C == ' ' || C == '#')
      OS << '\\';
    OS << C;
    if (C == '$')
      OS << C;
  }
}

/// In the language of make, as build tools expect it.
static void writeDepFile(llvm::StringRef Target,
                         llvm::ArrayRef<std::string> Files,
                         llvm::StringRef ProjectRoot, raw_ostream &OS) {
  printDependency(Target, OS);
  OS << ':';
  for (const std::string &File : Files) {
    llvm::SmallString<256> Path(File);
    llvm::sys::path::make_absolute(ProjectRoot, Path);
    OS << " \\\n  ";
    printDependency(Path, OS);
  }
  OS << '\n';
}

ExitCode Driver::verify() {
  if (Error E = prepare(rootOf(Opts), {}))
    return failure(std::move(E));
  Expected<VerifyOutcome> Outcome = verifyProgram(Opts);
  if (!Outcome)
    return failure(Outcome.takeError());
  Result = Outcome->Result;
  for (Finding &F : Result.Findings) {
    F.Known = Set.Old.knows(F);
    Outcome->Known += F.Known;
  }
  Predicted = std::move(Outcome->Static);
  if (Error E = writeOutputs())
    return failure(std::move(E));
  Terminal.verified(*Outcome);
  if (Outcome->Leaked > Outcome->Known && Opts.Fail != FailOn::Never)
    return ExitCode::Findings;
  return Outcome->Incomplete ? ExitCode::Failure : ExitCode::Clean;
}

/// A facts file is an output of the build: it is there if and only if it says
/// something about the unit.
ExitCode Driver::extract() {
  Expected<Plan> P = makePlan(Opts);
  if (!P)
    return failure(P.takeError());
  Expected<Config> Project = readConfig(Opts, P->ProjectRoot);
  if (!Project)
    return failure(Project.takeError());
  TuFacts Facts;
  for (const IncompleteTu &Tu : P->Unusable)
    Facts = factsOf(Tu);
  Expected<bool> Finished =
      extractAll(*P, mergeInto(builtinModels(), *Project), Opts, Terminal,
                 [&](ExtractedUnit U) { Facts = std::move(U.Facts); });
  if (!Finished)
    return failure(Finished.takeError());
  if (!*Finished) {
    Terminal.error("interrupted; '" + Opts.Outputs.front().File +
                   "' is not written");
    return ExitCode::Interrupted;
  }
  if (Facts.MainFile.empty())
    return failure(llvm::createStringError("'" + Opts.Inputs.front() +
                                           "' is not a C++ source"));
  if (Facts.Status == TuStatus::Failed && !Opts.AllowIncomplete)
    return failure(
        llvm::createStringError(Facts.MainFile + ": " + Facts.Reason));
  std::vector<std::string> Files = std::move(Facts.FilesRead);
  Facts.FilesRead.clear(); // Facts of equal code are equal, wherever it stands.
  ExitCode Status =
      printed([&](raw_ostream &OS, bool) { writeFacts(Facts, OS); });
  if (Opts.DepFile.empty() || Status != ExitCode::Clean)
    return Status;
  if (Error E = Terminal.write(Opts.DepFile, [&](raw_ostream &OS, bool) {
        writeDepFile(Opts.Outputs.front().File, Files, P->ProjectRoot, OS);
      }))
    return failure(std::move(E));
  return Status;
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
  std::vector<Note> Problems;
  for (const auto &[Where, Message] : P.Problems)
    Problems.push_back({Message, Where});
  for (SuppressionRule &Rule : rulesInSource(P)) {
    SourceRef Where = Rule.Where;
    if (Error E = Rules.add(std::move(Rule), today()))
      Problems.push_back({llvm::toString(std::move(E)), Where});
  }
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

ExitCode Driver::conclude() {
  llvm::sort(Result.Incomplete,
             [](auto &A, auto &B) { return A.File < B.File; });
  if (Opts.Stage == Emit::Facts)
    return printed(
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
    return printed([&](raw_ostream &OS,
                       bool) { printStats(Program, Seen, All, Result, OS); },
                   statusOfUnits());
  Expected<Scope> Where = Scope::create(Rules);
  if (!Where)
    return failure(Where.takeError());
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

  Result.Findings = std::move(J.Shown);
  Chosen = chooseFixes(Result.Findings);
  Result.Edits = Chosen.Edits;
  Result.Suppressed = std::move(J.Suppressed);
  Result.StaleRules = Narrowing.Accepted.staleRules(sawAll());
  Result.Types = Seen.Graph.size();
  Result.Edges = Seen.Graph.edgeCount();
  if (Interrupted)
    Terminal.remark("interrupted; the report has what was done until then");
  if (Error E = writeOutputs())
    return failure(std::move(E));
  if (Opts.Fix && !Interrupted)
    if (Error E = fix())
      return failure(std::move(E));
  if (sawAll())
    for (const std::string &Unmet : UnmetRules)
      Terminal.remark(Set.Project.File + ": " + Unmet);
  Terminal.summary(Result, {J.Weaker, J.Known, J.Gone, Opts.MinConfidence});
  if (statusOfUnits() != ExitCode::Clean)
    return statusOfUnits();
  return J.Fails ? ExitCode::Findings : ExitCode::Clean;
}

ExitCode Driver::showGraph(const OwnershipGraph &Whole) {
  Expected<OwnershipGraph> Graph = chooseGraph(Whole, Opts);
  if (!Graph)
    return failure(Graph.takeError());
  return printed(
      [&](raw_ostream &OS, bool) {
        if (Opts.Outputs.front().Kind == Format::Dot)
          writeDot(*Graph, OS);
        else
          print(*Graph, OS);
      },
      statusOfUnits());
}

Error Driver::writeOutputs() {
  for (const OutputSpec &Output : Opts.Outputs)
    if (Error E = Terminal.write(Output.File, [&](raw_ostream &OS, bool Color) {
          printReport(Output.Kind, OS, Color);
        }))
      return E;
  if (Interrupted) // Half of a project is nothing to compare with.
    return Error::success();
  if (!Opts.WriteBaselineFile.empty())
    if (Error E =
            Terminal.write(Opts.WriteBaselineFile, [&](raw_ostream &OS, bool) {
              writeBaseline(Result.Findings, OS);
            }))
      return E;
  if (!Opts.WriteDiffBaseFile.empty())
    return Terminal.write(Opts.WriteDiffBaseFile,
                          [&](raw_ostream &OS, bool) { State.write(OS); });
  return Error::success();
}

/// Whatever its confidence and wherever it stands: the user has its id.
ExitCode Driver::explain(const std::vector<Finding> &All) {
  auto Found = llvm::find_if(
      All, [&](const Finding &F) { return F.Id == Opts.Subject; });
  if (Found == All.end())
    return failure(llvm::createStringError(
        "no finding has the id '" + Opts.Subject +
        "' now; --min-confidence=possible --format=json shows all ids"));
  return printed([&](raw_ostream &OS, bool Color) {
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
      return Predicted->printJson(Result.Findings, OS);
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
  Expected<Options> Opts = parseOptions(Words);
  if (Opts)
    return Driver(*Opts).run();
  Console(Options()).error(Opts.takeError());
  return ExitCode::Failure;
}

} // namespace refcycle::analyzer
