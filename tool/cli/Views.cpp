// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Views.h"
#include "base/QualifiedName.h"
#include "findings/Words.h"
#include "graph/Components.h"
#include "graph/Neighbourhood.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include <map>

namespace refcycle::analyzer {

using llvm::StringRef;

/// The class with the most similar name; empty: none is similar.
static std::string nearestName(const OwnershipGraph &G, StringRef Wanted) {
  std::string Best;
  unsigned BestDistance = Wanted.size() / 2 + 1;
  for (uint32_t I = 0; I != G.size(); ++I) {
    std::string Name = withoutTemplateArguments(G.name({I}));
    unsigned Distance =
        Wanted.edit_distance(Name, /*AllowReplacements=*/true, BestDistance);
    if (Distance < BestDistance) {
      BestDistance = Distance;
      Best = Name;
    }
  }
  return Best;
}

llvm::Expected<OwnershipGraph> chooseGraph(const OwnershipGraph &Whole,
                                           const Options &Opts) {
  if (Opts.TypeName.empty())
    return Whole;
  auto IsWanted = [&](StringRef Name) {
    return Name == Opts.TypeName ||
           withoutTemplateArguments(Name) == Opts.TypeName;
  };
  if (auto Part = neighbourhood(Whole, IsWanted, Opts.Depth))
    return std::move(*Part);
  std::string Nearest = nearestName(Whole, Opts.TypeName);
  return llvm::createStringError(
      "no class '" + Opts.TypeName + "' that owns something or is owned" +
      (Nearest.empty() ? "" : "; did you mean '" + Nearest + "'?"));
}

bool printHandle(StringRef Name, const ModelTable &Models,
                 const std::set<HandleVerdict> &Verdicts,
                 llvm::raw_ostream &OS) {
  if (const TypeModel *Model = Models.type(withoutTemplateArguments(Name))) {
    OS << Model->Name << ": " << roleName(Model->Role) << '\n';
    OS << "  "
       << (Model->Family == "user"
               ? std::string("the configuration says so")
               : "the presets for '" + Model->Family + "' say so")
       << "; its structure is not asked\n";
    return true;
  }
  for (const HandleVerdict &V : Verdicts) {
    OS << V.Name << ": " << V.Role << '\n';
    for (const std::string &Fact : V.Evidence)
      OS << "  " << Fact << '\n';
  }
  return !Verdicts.empty();
}

static void line(llvm::raw_ostream &OS, StringRef Name, size_t Number) {
  OS << llvm::left_justify(Name, 30) << llvm::format("%10zu\n", Number);
}

static void printGraphStats(const OwnershipGraph &G, llvm::raw_ostream &OS) {
  static constexpr StringRef Kinds[] = {"raw", "weak", "value", "unique",
                                        "strong"};
  size_t Counts[std::size(Kinds)] = {};
  for (const Edge &E : G.edges())
    ++Counts[size_t(E.Kind)];
  line(OS, "types", G.size());
  line(OS, "edges", G.edgeCount());
  for (size_t I = 0; I != std::size(Kinds); ++I)
    line(OS, ("  " + Kinds[I]).str(), Counts[I]);
  std::vector<Component> Knots = findOwningComponents(G);
  size_t Largest = 0;
  for (const Component &C : Knots)
    Largest = std::max(Largest, C.size());
  line(OS, "knots of types", Knots.size());
  line(OS, "  types in the largest", Largest);
}

void printStats(const LinkedProgram &Program, const Evidence &Seen,
                const std::vector<Finding> &All, const Report &Units,
                llvm::raw_ostream &OS) {
  line(OS, "translation units", Units.TranslationUnits);
  line(OS, "  failed", Units.Failed);
  line(OS, "  with errors", Units.Incomplete.size() - Units.Failed);
  printGraphStats(Seen.Graph, OS);
  line(OS, "functions", Program.Functions.size());
  line(OS, "  walked", Seen.Stats.Functions);
  line(OS, "  in recursive groups", Seen.Stats.Recursive);
  line(OS, "  where a limit was met", Seen.Stats.GaveUp);
  line(OS, "cycles seen to be built", Seen.Stats.Witnesses);
  std::map<std::pair<std::string, Confidence>, size_t> Counts;
  for (const Finding &F : All)
    ++Counts[{F.Check, F.Level}];
  line(OS, "findings", All.size());
  for (const auto &[Kind, Count] : Counts)
    line(OS, "  " + Kind.first + ", " + wordFor(Kind.second).str(), Count);
  line(OS, "differing definitions", Program.Diagnostics.size());
  for (const std::string &Text : Program.Diagnostics)
    OS << "  " << Text << '\n';
}

} // namespace refcycle::analyzer
