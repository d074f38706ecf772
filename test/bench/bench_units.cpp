// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: bench_units FACTS...: whole programs of 100, 1,000 and 10,000 units,
// made of these real ones. What a unit defines itself exists once for each
// copy; what stands in headers is shared among them, as in a program. Prints
// one line of JSON: seconds to read and link, and to gather evidence, and the
// peak memory after each; of a size after the smaller ones.

#include "evidence/Evidence.h"
#include "facts/FactsFile.h"
#include "link/Linker.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <chrono>
#include <set>
#include <sys/resource.h>

using namespace refcycle::analyzer;

/// Another unit with the same code: new keys for what the main file defines.
static void makeCopy(TuFacts &Facts, unsigned Number) {
  std::string Suffix = "#copy" + std::to_string(Number);
  std::set<uint32_t> Own;
  for (const Record &R : Facts.Records)
    if (Facts.text(R.Loc.File) == Facts.MainFile)
      Own.insert(R.Key.Index);
  for (const Function &F : Facts.Functions)
    if (Facts.text(F.Loc.File) == Facts.MainFile)
      Own.insert(F.Key.Index);
  for (uint32_t Key : Own)
    Facts.Strings[Key] += Suffix;
  Facts.MainFile += Suffix;
}

using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point Start) {
  return std::chrono::duration<double>(Clock::now() - Start).count();
}

static long peakMegabytes() {
  rusage Usage;
  getrusage(RUSAGE_SELF, &Usage);
  return Usage.ru_maxrss / 1024;
}

using Buffers = std::vector<std::unique_ptr<llvm::MemoryBuffer>>;

/// Reads and links \p Units units; adds the time of that, without the time to
/// make copies, to \p Elapsed.
static LinkedProgram link(const Buffers &Files, unsigned Units,
                          double &Elapsed) {
  Linker Link;
  for (unsigned Unit = 0; Unit != Units; ++Unit) {
    auto Start = Clock::now();
    TuFacts Facts =
        llvm::cantFail(readFacts(Files[Unit % Files.size()]->getBuffer()));
    Elapsed += secondsSince(Start);
    makeCopy(Facts, Unit / Files.size());
    Start = Clock::now();
    Link.add(std::move(Facts));
    Elapsed += secondsSince(Start);
  }
  auto Start = Clock::now();
  LinkedProgram Program = Link.finish();
  Elapsed += secondsSince(Start);
  return Program;
}

static llvm::json::Object rowOf(const Buffers &Files, unsigned Units) {
  double Linking = 0;
  LinkedProgram Program = link(Files, Units, Linking);
  llvm::json::Object Row{{"link_s", Linking}, {"link_mb", peakMegabytes()}};
  auto Start = Clock::now();
  gatherEvidence(Program);
  Row["evidence_s"] = secondsSince(Start);
  Row["evidence_mb"] = peakMegabytes();
  Row["functions"] = Program.Functions.size();
  return Row;
}

int main(int Count, char **Paths) {
  Buffers Files;
  for (int I = 1; I < Count; ++I) {
    auto Buffer = llvm::MemoryBuffer::getFile(Paths[I]);
    if (!Buffer)
      return 2;
    Files.push_back(std::move(*Buffer));
  }
  llvm::json::Object Rows;
  for (unsigned Units : {100u, 1'000u, 10'000u})
    Rows[std::to_string(Units)] = rowOf(Files, Units);
  llvm::outs() << llvm::json::Value(std::move(Rows)) << "\n";
}
