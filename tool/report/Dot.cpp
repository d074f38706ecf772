// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Dot.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <set>

namespace refcycle::analyzer {

using llvm::raw_ostream;
using llvm::StringRef;

static std::string quoted(StringRef Text) {
  std::string Result = "\"";
  for (char C : Text) {
    if (C == '"' || C == '\\')
      Result += '\\';
    Result += C;
  }
  return Result + '"';
}

static std::string edge(StringRef From, StringRef To, StringRef Label,
                        StringRef Style) {
  return (quoted(From) + " -> " + quoted(To) + " [label=" + quoted(Label) +
          Style + "];")
      .str();
}

/// Lines in order, each once: cycles share edges.
static void writeGraph(const std::set<std::string> &Lines, raw_ostream &OS) {
  OS << "digraph refcycle {\n  node [shape=box];\n";
  for (const std::string &Line : Lines)
    OS << "  " << Line << '\n';
  OS << "}\n";
}

void writeDot(const Report &Result, raw_ostream &OS) {
  std::set<std::string> Lines;
  for (const Finding &F : Result.Findings)
    for (size_t I = 0; I != F.Cycle.size(); ++I) {
      const Hop &H = F.Cycle[I];
      Lines.insert(edge(H.From, H.To, H.Via,
                        I == F.Weaken && F.How != Remedy::None
                            ? ", color=red, style=dashed"
                            : ""));
    }
  writeGraph(Lines, OS);
}

void writeDot(const OwnershipGraph &Graph, raw_ostream &OS) {
  std::set<std::string> Lines;
  for (const Edge &E : Graph.edges())
    Lines.insert(edge(Graph.name(E.From), Graph.name(E.To), Graph.label(E),
                      keepsAlive(E.Kind) ? "" : ", style=dotted"));
  writeGraph(Lines, OS);
}

} // namespace refcycle::analyzer
