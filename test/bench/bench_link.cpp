// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long it takes to link a million edges, and in how much memory: generated
// facts of many units, header classes shared among them, to the type graph and
// its components. Prints one line of JSON.

#include "evidence/TypeGraph.h"
#include "graph/Components.h"
#include "link/Linker.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <sys/resource.h>

using namespace refcycle::analyzer;

namespace {

constexpr unsigned Units = 500;
constexpr unsigned ClassesPerUnit = 200;
constexpr unsigned FieldsPerClass = 10; // 500 * 200 * 10 = 1,000,000 edges.
constexpr unsigned SharedClasses = 100; // In a header that all units include.

class UnitWriter {
public:
  explicit UnitWriter(unsigned Unit) : Unit(Unit) {}
  TuFacts write();

private:
  StringId text(std::string Text) {
    Facts.Strings.push_back(std::move(Text));
    return {uint32_t(Facts.Strings.size() - 1)};
  }
  void addClass(std::string Name, uint32_t FirstTarget, uint32_t Targets);

  unsigned Unit;
  TuFacts Facts;
  std::vector<StringId> FieldNames;
};

} // namespace

void UnitWriter::addClass(std::string Name, uint32_t FirstTarget,
                          uint32_t Targets) {
  uint32_t Self = uint32_t(Facts.Records.size());
  Record R;
  R.Key = R.Name = text(std::move(Name));
  R.Hash = Self + 1;
  for (unsigned I = 0; I != FieldsPerClass; ++I) {
    Field F;
    F.Name = FieldNames[I];
    F.Leaves = {{Hold::Strong, {FirstTarget + (Self * 7 + I * 13) % Targets}}};
    R.Fields.push_back(std::move(F));
  }
  Facts.Records.push_back(std::move(R));
}

TuFacts UnitWriter::write() {
  Facts.MainFile = "unit" + std::to_string(Unit) + ".cpp";
  for (unsigned I = 0; I != FieldsPerClass; ++I)
    FieldNames.push_back(text("field" + std::to_string(I)));
  for (unsigned I = 0; I != SharedClasses; ++I)
    addClass("Shared" + std::to_string(I), 0, SharedClasses);
  for (unsigned I = 0; I != ClassesPerUnit; ++I)
    addClass("Class" + std::to_string(Unit) + "_" + std::to_string(I), 0,
             SharedClasses + ClassesPerUnit);
  return std::move(Facts);
}

static void printRow(const char *Separator, const char *Name, double Ours,
                     double Allowed, const char *Unit) {
  llvm::outs() << Separator << '"' << Name
               << "\": {\"ours\": " << llvm::format("%.3f", Ours)
               << ", \"peer\": " << llvm::format("%.3f", Allowed)
               << ", \"ratio\": " << llvm::format("%.3f", Ours / Allowed)
               << ", \"peer_name\": \"the most allowed\", \"unit\": \"" << Unit
               << "\"}";
}

int main() {
  double Seconds = 0;
  auto Timed = [&](auto &&Run) {
    auto Start = std::chrono::steady_clock::now();
    auto Result = Run();
    Seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - Start)
            .count();
    return Result;
  };

  Linker Link;
  for (unsigned Unit = 0; Unit != Units; ++Unit) {
    TuFacts Facts = UnitWriter(Unit).write();
    Timed([&] {
      Link.add(std::move(Facts));
      return 0;
    });
  }
  LinkedProgram Program = Timed([&] { return Link.finish(); });
  OwnershipGraph Graph = Timed([&] { return buildOwnershipGraph(Program); });
  size_t Knots = Timed([&] { return findOwningComponents(Graph).size(); });
  if (Graph.edgeCount() < 1000000 || Knots == 0) {
    llvm::errs() << "bench_link: the generated program is too small\n";
    return 1;
  }

  rusage Usage;
  getrusage(RUSAGE_SELF, &Usage);
  printRow("{", "link 1M edges time", Seconds, 2, "s");
  printRow(", ", "link 1M edges memory", double(Usage.ru_maxrss) / 1024, 400,
           "MB");
  llvm::outs() << "}\n";
}
