// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Extraction.h"
#include "cli/FactsCache.h"
#include "cli/Workers.h"
#include "extract/Extractor.h"
#include "facts/FactsFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace refcycle::analyzer {

static TuFacts failedUnit(const std::string &Name, std::string Reason) {
  TuFacts Facts;
  Facts.MainFile = Name;
  Facts.Status = TuStatus::Failed;
  Facts.Reason = std::move(Reason);
  return Facts;
}

/// Bytes that no reader understands come from a worker that went wrong without
/// a crash; they cost that unit.
static TuFacts factsOf(const PlannedTu &Unit, JobResult Result) {
  if (!Result.Problem.empty())
    return failedUnit(Unit.Name, std::move(Result.Problem));
  llvm::Expected<TuFacts> Facts = readFacts(Result.Bytes);
  if (!Facts)
    return failedUnit(Unit.Name, llvm::toString(Facts.takeError()));
  Facts->MainFile = Unit.Name; // Also of units that were not understood.
  return std::move(*Facts);
}

static void printQuoted(llvm::StringRef Word, llvm::raw_ostream &OS) {
  bool Plain = !Word.empty() && llvm::all_of(Word, [](char C) {
    return llvm::isAlnum(C) || llvm::StringRef("-_./=+:,@%").contains(C);
  });
  if (Plain) {
    OS << Word;
    return;
  }
  OS << '\'';
  for (char C : Word)
    C == '\'' ? OS << "'\\''" : OS << C;
  OS << '\'';
}

/// Extracts the same facts in one process, without the project's database.
static std::string commandToReproduce(const PlannedTu &Unit) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  OS << "cd ";
  printQuoted(Unit.Command.Directory, OS);
  OS << " && refcycle extract -o /dev/null ";
  printQuoted(Unit.Command.File, OS);
  OS << " --";
  // Without the program in front and the source behind.
  for (const std::string &Word :
       llvm::ArrayRef(Unit.Command.Arguments).drop_front().drop_back()) {
    OS << ' ';
    printQuoted(Word, OS);
  }
  return Text;
}

namespace {
/// The units of a plan on their way to facts.
class Extraction {
public:
  Extraction(const Plan &P, const ModelTable &Models, const Options &Opts,
             Console &Terminal, llvm::function_ref<void(ExtractedUnit)> Take)
      : P(P), Opts(Opts), Terminal(Terminal), Take(Take) {
    Extract.ProjectRoot = P.ProjectRoot;
    Extract.Models = &Models;
    // Libraries' handles count in library code.
    Extract.Layouts = Opts.What == Command::Layouts;
    Extract.ParseAllBodies = Opts.ParseAllBodies || Extract.Layouts;
    if (Opts.What == Command::ExplainHandle)
      Extract.ExplainedType = Opts.Subject;
    Extract.ListFiles = !Opts.CacheDirectory.empty() || !Opts.DepFile.empty();
  }

  llvm::Expected<bool> run();

private:
  void takeKnown();
  void extract(const PlannedTu &Unit, llvm::raw_ostream &Out);
  void keepProblem(std::string &Bytes);
  bool extractRest();

  const Plan &P;
  const Options &Opts;
  Console &Terminal;
  llvm::function_ref<void(ExtractedUnit)> Take;
  ExtractOptions Extract;
  std::optional<FactsCache> Cache;
  std::vector<const PlannedTu *> Rest; ///< What is not known yet.
  unsigned NotKept = 0;     ///< Units whose facts the cache could not take.
  std::string CacheProblem; ///< Why not, of the first one.
};
} // namespace

llvm::Expected<bool> Extraction::run() {
  // The cache keeps neither the list of files nor the answer to a question.
  if (!Opts.CacheDirectory.empty() && Opts.DepFile.empty() &&
      Extract.ExplainedType.empty() && !Extract.Layouts) {
    auto Opened = FactsCache::open(Opts.CacheDirectory, Extract);
    if (!Opened)
      return Opened.takeError();
    Cache = std::move(*Opened);
  }
  for (const IncompleteTu &Tu : P.Unusable)
    Take({failedUnit(Tu.File, Tu.Reason)});
  takeKnown();
  bool Finished = extractRest();
  if (Cache && !Rest.empty())
    Cache->shrink(uint64_t(Opts.CacheMegabytes) << 20);
  if (NotKept)
    Terminal.remark(
        "cache: " + llvm::Twine(NotKept) +
        " of the units extracted could not be kept: " + CacheProblem);
  if (Cache && Finished)
    Terminal.remark(llvm::Twine(P.Units.size() - Rest.size()) + " of " +
                    llvm::Twine(P.Units.size()) +
                    " translation units from the cache");
  return Finished;
}

void Extraction::takeKnown() {
  for (const PlannedTu &Unit : P.Units) {
    FactsCache::Answer Known;
    if (Cache)
      Known = Cache->find(Unit.Command);
    if (!Known.Damage.empty())
      Terminal.remark("cache: " + Known.Damage + "; extracting '" + Unit.Name +
                      "' again");
    if (!Known.Facts) {
      Rest.push_back(&Unit);
      continue;
    }
    Known.Facts->MainFile = Unit.Name;
    Take({std::move(*Known.Facts)});
  }
}

/// Runs in the worker. It stores the facts itself, so that a run that is
/// killed loses nothing that was finished.
void Extraction::extract(const PlannedTu &Unit, llvm::raw_ostream &Out) {
  auto Start = std::chrono::system_clock::now();
  TuFacts Facts = extractFacts(Unit.Command, Extract);
  // In front of the facts, and empty if all is well.
  if (Cache)
    Out << llvm::toString(Cache->store(Unit.Command, Start, Facts));
  Out << '\0';
  if (Opts.DepFile.empty())
    Facts.FilesRead.clear();
  writeFacts(Facts, Out);
}

/// Takes what the cache said from the front of \p Bytes.
void Extraction::keepProblem(std::string &Bytes) {
  auto [Problem, Facts] = llvm::StringRef(Bytes).split('\0');
  if (!Problem.empty() && CacheProblem.empty())
    CacheProblem = Problem.str();
  NotKept += !Problem.empty();
  Bytes.erase(0, Bytes.size() - Facts.size());
}

bool Extraction::extractRest() {
  WorkerLimits Limits;
  Limits.Jobs = Opts.Jobs ? Opts.Jobs : availableCores();
  Limits.Seconds = Opts.TuTimeout;
  Limits.Megabytes = Opts.TuMemory;
  auto Run = [&](unsigned N, llvm::raw_ostream &Out) {
    extract(*Rest[N], Out);
  };
  auto Done = [&](unsigned N, JobResult Result) {
    keepProblem(Result.Bytes);
    std::string Command =
        Result.MayRecur ? commandToReproduce(*Rest[N]) : std::string();
    Take({factsOf(*Rest[N], std::move(Result)), std::move(Command)});
  };
  auto Progress = [&](unsigned N, unsigned Finished) {
    Terminal.progress(Rest[N]->Name, Finished, Rest.size());
  };
  return runInWorkers(Rest.size(), Limits, {Run, Done, Progress});
}

llvm::Expected<bool> extractAll(const Plan &P, const ModelTable &Models,
                                const Options &Opts, Console &Terminal,
                                llvm::function_ref<void(ExtractedUnit)> Take) {
  return Extraction(P, Models, Opts, Terminal, Take).run();
}

} // namespace refcycle::analyzer
