// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: bench_units FACTS...: reads and links 10,000 units, made of these real
// ones. What a unit defines itself exists once for each copy; what stands in
// headers is shared among them, as in a program. Prints one line of JSON.

#include "facts/FactsFile.h"
#include "link/Linker.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include <chrono>
#include <set>
#include <sys/resource.h>

using namespace refcycle::analyzer;

static constexpr unsigned Units = 10'000;

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

int main(int Count, char **Paths) {
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> Files;
  for (int I = 1; I < Count; ++I) {
    auto Buffer = llvm::MemoryBuffer::getFile(Paths[I]);
    if (!Buffer)
      return 2;
    Files.push_back(std::move(*Buffer));
  }
  auto Now = [] { return std::chrono::steady_clock::now(); };
  std::chrono::duration<double> Elapsed{};
  Linker Link;
  for (unsigned Unit = 0; Unit != Units; ++Unit) {
    auto Start = Now();
    auto Facts = readFacts(Files[Unit % Files.size()]->getBuffer());
    Elapsed += Now() - Start;
    if (!Facts)
      return 2;
    makeCopy(*Facts, Unit / Files.size());
    Start = Now();
    Link.add(std::move(*Facts));
    Elapsed += Now() - Start;
  }
  auto Start = Now();
  LinkedProgram Program = Link.finish();
  Elapsed += Now() - Start;

  rusage Usage;
  getrusage(RUSAGE_SELF, &Usage);
  llvm::outs() << "{\"read and link 10,000 units\": {\"ours\": "
               << llvm::format("%.3f", Elapsed.count())
               << ", \"mb\": " << Usage.ru_maxrss / 1024
               << ", \"unit\": \"s\", \"types\": " << Program.Records.size()
               << ", \"functions\": " << Program.Functions.size() << "}}\n";
}
