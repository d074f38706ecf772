// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One method per command; each is its stages, one call and one sentence each.

#include "cli/Driver.h"
#include "cli/Console.h"
#include "cli/Extraction.h"
#include "cli/Judgement.h"
#include "cli/Options.h"
#include "cli/Plan.h"
#include "cli/Settings.h"
#include "cli/Suppress.h"
#include "cli/Workers.h"
#include "config/PrintModels.h"
#include "evidence/Evidence.h"
#include "extract/ClangInstallation.h"
#include "facts/FactsFile.h"
#include "facts/FactsText.h"
#include "facts/LinkedProgram.h"
#include "graph/TextGraph.h"
#include "link/Linker.h"
#include "link/ProjectRules.h"
#include "report/Dot.h"
#include "report/Json.h"
#include "report/Sarif.h"
#include "report/Text.h"
#include "report/Words.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include <chrono>
#include <map>

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
  ExitCode link();
  ExitCode suppress();
  ExitCode listChecks();
  ExitCode listHandles();
  ExitCode dumpConfig();
  ExitCode help();
  ExitCode version();

  Error prepare(llvm::StringRef ProjectRoot,
                const std::vector<std::string> &SystemDirectories);
  Error addFactsFile(const std::string &Path);
  void take(ExtractedUnit Unit);
  ExitCode conclude();
  void printGraph(const OwnershipGraph &Graph, raw_ostream &OS) const;
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
  bool Interrupted = false; ///< Units that were not done count as failed.
  Report Result;         ///< Before linking: what is known of the units.
  std::map<std::string, std::string> FactsTexts; ///< For --emit=facts, by unit.
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
      {Command::Extract, &Driver::extract},
      {Command::Help, &Driver::help},
      {Command::Link, &Driver::link},
      {Command::ListChecks, &Driver::listChecks},
      {Command::ListHandles, &Driver::listHandles},
      {Command::Suppress, &Driver::suppress},
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
}

static TuFacts factsOf(const IncompleteTu &Tu) {
  TuFacts Facts;
  Facts.MainFile = Tu.File;
  Facts.Status = TuStatus::Failed;
  Facts.Reason = Tu.Reason;
  return Facts;
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
  return printed([&](raw_ostream &OS, bool) { writeFacts(Facts, OS); });
}

/// Everything that can be wrong with what the user wrote.
Error Driver::prepare(llvm::StringRef ProjectRoot,
                      const std::vector<std::string> &SystemDirectories) {
  Expected<Settings> Read = readSettings(Opts, ProjectRoot);
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

void Driver::take(ExtractedUnit Unit) {
  TuFacts &Facts = Unit.Facts;
  ++Result.TranslationUnits;
  bool Failed = Facts.Status == TuStatus::Failed;
  Result.Failed += Failed;
  if (Facts.Status != TuStatus::Ok)
    Result.Incomplete.push_back({Facts.MainFile, Failed, Facts.Reason,
                                 std::move(Unit.Reproduce)});
  Rules.MainFiles.push_back(Facts.MainFile);
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
    Result.push_back({S.File, S.Line, S.LastLine, S.Check});
  return Result;
}

ExitCode Driver::conclude() {
  llvm::sort(Result.Incomplete, [](auto &A, auto &B) { return A.File < B.File; });
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
  if (Opts.Stage == Emit::Graph)
    return printed([&](raw_ostream &OS, bool) { printGraph(Seen.Graph, OS); },
                   statusOfUnits());
  // ... and what the checks make of it is narrowed to what was asked for.
  std::vector<Finding> All = runChecks(Seen, Set.Checks);
  if (Opts.What == Command::Explain)
    return explain(All);
  Expected<Scope> Where = Scope::create(Rules);
  if (!Where)
    return failure(Where.takeError());
  Policy Narrowing{std::move(*Where), commentsOf(Program),
                   std::move(Set.Accepted), std::move(Set.Old)};
  Judgement J = judge(std::move(All), Narrowing, Opts);

  Result.Findings = std::move(J.Shown);
  Result.Suppressed = std::move(J.Suppressed);
  Result.StaleRules = Narrowing.Accepted.staleRules(sawAll());
  Result.Types = Seen.Graph.size();
  Result.Edges = Seen.Graph.edgeCount();
  if (Interrupted)
    Terminal.remark("interrupted; the report has what was done until then");
  if (Error E = writeOutputs())
    return failure(std::move(E));
  if (sawAll())
    for (const std::string &Unmet : UnmetRules)
      Terminal.remark(Set.Project.File + ": " + Unmet);
  Terminal.summary(Result, {J.Weaker, J.Known, J.Gone, Opts.MinConfidence});
  if (statusOfUnits() != ExitCode::Clean)
    return statusOfUnits();
  return J.Fails ? ExitCode::Findings : ExitCode::Clean;
}

void Driver::printGraph(const OwnershipGraph &Graph, raw_ostream &OS) const {
  if (Opts.Output == Format::Dot)
    writeDot(Graph, OS);
  else
    print(Graph, OS);
}

Error Driver::writeOutputs() {
  for (const OutputSpec &Output : Opts.Outputs)
    if (Error E = Terminal.write(Output.File, [&](raw_ostream &OS, bool Color) {
          printReport(Output.Kind, OS, Color);
        }))
      return E;
  // Half of a project makes no baseline.
  if (Opts.WriteBaselineFile.empty() || Interrupted)
    return Error::success();
  return Terminal.write(Opts.WriteBaselineFile, [&](raw_ostream &OS, bool) {
    writeBaseline(Result.Findings, OS);
  });
}

/// Whatever its confidence and wherever it stands: the user has its id.
ExitCode Driver::explain(const std::vector<Finding> &All) {
  auto Found = llvm::find_if(
      All, [&](const Finding &F) { return F.Id == Opts.Subject; });
  if (Found == All.end())
    return failure(llvm::createStringError(
        "no finding has the id '" + Opts.Subject +
        "' now; --min-confidence=possible --format=json shows all ids"));
  Report One;
  One.Findings = {*Found};
  return printed([&](raw_ostream &OS, bool Color) {
    writeText(One, {Color}, OS);
    OS << "confidence: " << wordFor(Found->Level) << '\n';
    for (const std::string &Reason : Found->Reasons)
      OS << "  " << Reason << '\n';
  });
}

static std::vector<RuleText> rules() {
  std::vector<RuleText> Result;
  for (const Check *C : allChecks())
    Result.push_back({C->name().str(), C->summary().str()});
  llvm::sort(Result, [](auto &A, auto &B) { return A.Id < B.Id; });
  return Result;
}

void Driver::printReport(Format Kind, raw_ostream &OS, bool Color) const {
  std::chrono::duration<double> Elapsed =
      std::chrono::steady_clock::now() - Start;
  switch (Kind) {
  case Format::Text:
    return writeText(Result, {Color}, OS);
  case Format::Json:
    return writeJson(Result, {Opts.Timing ? Elapsed.count() : 0}, OS);
  case Format::Sarif:
    return writeSarif(Result, {rules(), !Opts.BaselineFile.empty()}, OS);
  case Format::Dot:
    return writeDot(Result, OS);
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
