// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Extraction.h"
#include "cli/Workers.h"
#include "extract/Extractor.h"
#include "facts/FactsFile.h"

namespace refcycle::analyzer {

static TuFacts failedUnit(const PlannedTu &Unit, std::string Reason) {
  TuFacts Facts;
  Facts.MainFile = Unit.Name;
  Facts.Status = TuStatus::Failed;
  Facts.Reason = std::move(Reason);
  return Facts;
}

/// Bytes that no reader understands come from a worker that went wrong without
/// a crash; they cost that unit.
static TuFacts factsOf(const PlannedTu &Unit, JobResult Result) {
  if (!Result.Problem.empty())
    return failedUnit(Unit, std::move(Result.Problem));
  llvm::Expected<TuFacts> Facts = readFacts(Result.Bytes);
  if (!Facts)
    return failedUnit(Unit, llvm::toString(Facts.takeError()));
  Facts->MainFile = Unit.Name; // Also of units that were not understood.
  return std::move(*Facts);
}

bool extractAll(const Plan &P, const ModelTable &Models, const Options &Opts,
                Console &Terminal,
                llvm::function_ref<void(TuFacts)> Take) {
  WorkerLimits Limits;
  Limits.Jobs = Opts.Jobs ? Opts.Jobs : availableCores();
  Limits.Seconds = Opts.TuTimeout;
  Limits.Megabytes = Opts.TuMemory;
  ExtractOptions Extract;
  Extract.ProjectRoot = P.ProjectRoot;
  Extract.Models = &Models;
  Extract.ParseAllBodies = Opts.ParseAllBodies;

  auto Run = [&](unsigned N, llvm::raw_ostream &Out) {
    writeFacts(extractFacts(P.Units[N].Command, Extract), Out);
  };
  auto Done = [&](unsigned N, JobResult Result) {
    Take(factsOf(P.Units[N], std::move(Result)));
  };
  auto Progress = [&](unsigned N, unsigned Finished) {
    Terminal.progress(P.Units[N].Name, Finished, P.Units.size());
  };
  return runInWorkers(P.Units.size(), Limits, {Run, Done, Progress});
}

} // namespace refcycle::analyzer
