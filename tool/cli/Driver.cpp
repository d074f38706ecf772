// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One method per command; each is its stages, one call and one sentence each.

#include "cli/Driver.h"
#include "checks/AllChecks.h"
#include "cli/Console.h"
#include "cli/Extraction.h"
#include "cli/Judgement.h"
#include "cli/Options.h"
#include "cli/Plan.h"
#include "cli/Verify.h"
#include "cli/Workers.h"
#include "evidence/Evidence.h"
#include "extract/ClangInstallation.h"
#include "facts/FactsFile.h"
#include "facts/FactsText.h"
#include "facts/LinkedProgram.h"
#include "graph/TextGraph.h"
#include "link/Linker.h"
#include "policy/Baseline.h"
#include "policy/CheckGlobs.h"
#include "report/Dot.h"
#include "report/Json.h"
#include "report/Sarif.h"
#include "report/Text.h"
#include "report/Words.h"
#include "verify/Observation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include <chrono>

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
  ExitCode verify();

  Error prepare(const std::vector<std::string> &SystemDirectories);
  Error chooseChecks();
  Error readBaseline();
  Error readScope(const std::vector<std::string> &SystemDirectories);
  Error addFactsFile(const std::string &Path);
  void take(TuFacts Facts);
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
  ExitCode interrupted() {
    Terminal.error("interrupted; nothing is reported");
    return ExitCode::Interrupted;
  }
  /// What the units alone say, whatever is found in them.
  ExitCode statusOfUnits() const {
    return Result.Failed && !Opts.AllowIncomplete ? ExitCode::Failure
                                                  : ExitCode::Clean;
  }

  const Options &Opts;
  Console Terminal;
  CheckOptions Checks;
  ScopeRules Rules;
  Baseline Accepted;
  Linker Link;
  std::optional<StaticFindings> Predicted; ///< Of verify --findings.
  Report Result;         ///< Before linking: what is known of the units.
  std::string FactsText; ///< For --emit=facts.
  std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
};
} // namespace

static void listChecks(raw_ostream &OS) {
  for (const Check *C : allChecks())
    OS << llvm::left_justify(C->name(), 30) << C->summary() << '\n';
}

ExitCode Driver::run() {
  switch (Opts.What) {
  case Command::Check:
  case Command::Explain:
    return check();
  case Command::Extract:
    return extract();
  case Command::Link:
    return link();
  case Command::Verify:
    return verify();
  case Command::ListChecks:
    return printed([](raw_ostream &OS, bool) { listChecks(OS); });
  case Command::Help:
    return printed(
        [](raw_ostream &OS, bool) { OS << helpText(availableCores()); });
  case Command::Version:
    return printed([](raw_ostream &OS, bool) {
      OS << "refcycle " REFCYCLE_VERSION " (" << clangVersion() << ")\n";
    });
  }
  return ExitCode::Failure;
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
  if (Error E = prepare(P->SystemDirectories))
    return failure(std::move(E));

  // Each unit becomes facts, in a process of its own.
  for (const IncompleteTu &Tu : P->Unusable)
    take(factsOf(Tu));
  if (!extractAll(*P, Opts, Terminal, [&](TuFacts F) { take(std::move(F)); }))
    return interrupted();

  // No unit is parsed from here on.
  return conclude();
}

ExitCode Driver::link() {
  if (Error E = prepare({}))
    return failure(std::move(E));
  for (const std::string &Path : Opts.Inputs)
    if (Error E = addFactsFile(Path))
      return failure(std::move(E));
  return conclude();
}

ExitCode Driver::verify() {
  if (Error E = readBaseline())
    return failure(std::move(E));
  Expected<VerifyOutcome> Outcome = verifyProgram(Opts);
  if (!Outcome)
    return failure(Outcome.takeError());
  Result = Outcome->Result;
  for (Finding &F : Result.Findings) {
    F.Known = Accepted.knows(F);
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
  TuFacts Facts;
  for (const IncompleteTu &Tu : P->Unusable)
    Facts = factsOf(Tu);
  if (!extractAll(*P, Opts, Terminal, [&](TuFacts F) { Facts = std::move(F); }))
    return interrupted();
  if (Facts.MainFile.empty())
    return failure(llvm::createStringError("'" + Opts.Inputs.front() +
                                           "' is not a C++ source"));
  if (Facts.Status == TuStatus::Failed && !Opts.AllowIncomplete)
    return failure(
        llvm::createStringError(Facts.MainFile + ": " + Facts.Reason));
  return printed([&](raw_ostream &OS, bool) { writeFacts(Facts, OS); });
}

/// Everything that can be wrong with the options, before the first source is
/// parsed: a malformed pattern should cost no minutes.
Error Driver::prepare(const std::vector<std::string> &SystemDirectories) {
  if (Error E = chooseChecks())
    return E;
  if (Error E = readScope(SystemDirectories))
    return E;
  return readBaseline();
}

Error Driver::readBaseline() {
  if (Opts.BaselineFile.empty())
    return Error::success();
  auto Buffer = llvm::MemoryBuffer::getFile(Opts.BaselineFile);
  if (!Buffer)
    return llvm::createFileError(Opts.BaselineFile, Buffer.getError());
  Expected<Baseline> Read = Baseline::parse((*Buffer)->getBuffer());
  if (!Read)
    return llvm::createFileError(Opts.BaselineFile, Read.takeError());
  Accepted = std::move(*Read);
  return Error::success();
}

Error Driver::chooseChecks() {
  Expected<CheckGlobs> Globs = CheckGlobs::create(Opts.Checks);
  if (!Globs)
    return Globs.takeError();
  for (const Check *C : allChecks())
    if (Globs->matches(C->name()))
      Checks.Enabled.push_back(C->name().str());
  llvm::sort(Checks.Enabled);
  if (Checks.Enabled.empty() && Opts.Checks != "*")
    return llvm::createStringError("--checks=" + Opts.Checks +
                                   " selects no check; see refcycle "
                                   "list-checks");
  return Error::success();
}

Error Driver::readScope(const std::vector<std::string> &SystemDirectories) {
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
  take(std::move(*Facts));
  return Error::success();
}

void Driver::take(TuFacts Facts) {
  ++Result.TranslationUnits;
  bool Failed = Facts.Status == TuStatus::Failed;
  Result.Failed += Failed;
  if (Facts.Status != TuStatus::Ok)
    Result.Incomplete.push_back({Facts.MainFile, Failed, Facts.Reason});
  Rules.MainFiles.push_back(Facts.MainFile);
  if (Opts.Stage == Emit::Facts) {
    llvm::raw_string_ostream OS(FactsText);
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
    return printed([&](raw_ostream &OS, bool) { OS << FactsText; },
                   statusOfUnits());

  // The facts of all units become one program, ...
  LinkedProgram Program = Link.finish();
  // ... its stores become evidence of cycles, ...
  Evidence Seen = gatherEvidence(Program);
  if (Opts.Stage == Emit::Graph)
    return printed([&](raw_ostream &OS, bool) { printGraph(Seen.Graph, OS); },
                   statusOfUnits());
  // ... and what the checks make of it is narrowed to what was asked for.
  std::vector<Finding> All = runChecks(Seen, Checks);
  if (Opts.What == Command::Explain)
    return explain(All);
  Expected<Scope> Where = Scope::create(Rules);
  if (!Where)
    return failure(Where.takeError());
  Judgement J =
      judge(std::move(All), *Where, commentsOf(Program), Accepted, Opts);

  Result.Findings = std::move(J.Shown);
  Result.Types = Seen.Graph.size();
  Result.Edges = Seen.Graph.edgeCount();
  if (Error E = writeOutputs())
    return failure(std::move(E));
  Terminal.summary(Result, {J.Weaker, J.Known, J.Gone, Opts.MinConfidence});
  if (statusOfUnits() == ExitCode::Failure)
    return ExitCode::Failure;
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
  if (Opts.WriteBaselineFile.empty())
    return Error::success();
  return Terminal.write(Opts.WriteBaselineFile, [&](raw_ostream &OS, bool) {
    writeBaseline(Result.Findings, OS);
  });
}

/// Whatever its confidence and wherever it stands: the user has its id.
ExitCode Driver::explain(const std::vector<Finding> &All) {
  auto Found = llvm::find_if(
      All, [&](const Finding &F) { return F.Id == Opts.FindingId; });
  if (Found == All.end())
    return failure(llvm::createStringError(
        "no finding has the id '" + Opts.FindingId +
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
  Result.push_back({VerifyCheck, "Objects that kept each other alive in a run"});
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
