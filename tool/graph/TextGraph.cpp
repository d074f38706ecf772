// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and writing graphs as text.

#include "graph/TextGraph.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

namespace refcycle::analyzer {
namespace {

struct Arrow {
  EdgeKind Kind;
  llvm::StringLiteral Text;
};
constexpr Arrow Arrows[] = {{EdgeKind::Raw, ".>"},
                            {EdgeKind::Weak, "~>"},
                            {EdgeKind::Value, ":>"},
                            {EdgeKind::Unique, "->"},
                            {EdgeKind::Strong, "=>"}};

struct ParsedEdge {
  llvm::StringRef From, To, Label;
  EdgeKind Kind = EdgeKind::Raw;
};

} // namespace

static llvm::StringRef arrowText(EdgeKind Kind) {
  return Arrows[size_t(Kind)].Text;
}

/// An arrow stands between blanks, so that names may contain one
/// ("operator->").
static const Arrow *findArrow(llvm::StringRef Line, size_t &At) {
  for (const Arrow &A : Arrows) {
    At = Line.find((" " + A.Text + " ").str());
    if (At != llvm::StringRef::npos)
      return &A;
  }
  return nullptr;
}

static ParsedEdge parseEdge(llvm::StringRef Line) {
  ParsedEdge E;
  size_t At;
  const Arrow *A = findArrow(Line, At);
  if (!A)
    return {Line, {}, {}, EdgeKind::Raw};
  E.Kind = A->Kind;
  E.From = Line.take_front(At).trim();
  E.To = Line.drop_front(At + 4).trim();
  if (E.To.ends_with("]")) {
    size_t Open = E.To.rfind(" [");
    if (Open != llvm::StringRef::npos) {
      E.Label = E.To.slice(Open + 2, E.To.size() - 1);
      E.To = E.To.take_front(Open).trim();
    }
  }
  return E;
}

llvm::Expected<OwnershipGraph> parseGraph(llvm::StringRef Text) {
  llvm::SmallVector<llvm::StringRef> Lines;
  llvm::SplitString(Text, Lines, "\n;");
  std::vector<ParsedEdge> Edges;
  std::map<llvm::StringRef, NodeId> Nodes;
  for (llvm::StringRef Line : Lines) {
    if (Line.trim().empty())
      continue;
    ParsedEdge E = parseEdge(Line.trim());
    if (E.From.empty() || (E.To.data() && E.To.empty()))
      return llvm::createStringError("edge without an end: '" + Line.trim() +
                                     "'");
    Nodes[E.From];
    if (E.To.data()) {
      Nodes[E.To];
      Edges.push_back(E);
    }
  }

  OwnershipGraph::Builder B;
  for (auto &[Name, Id] : Nodes)
    Id = B.addNode(Name);
  for (const ParsedEdge &E : Edges)
    B.addEdge(Nodes[E.From], Nodes[E.To], E.Kind, E.Label);
  return B.build();
}

static void printNode(const OwnershipGraph &G, NodeId N,
                      std::vector<std::string> &Lines) {
  if (G.edges(N).empty())
    Lines.push_back(G.name(N));
  for (const Edge &E : G.edges(N)) {
    std::string Line =
        G.name(N) + " " + arrowText(E.Kind).str() + " " + G.name(E.To);
    if (!G.label(E).empty())
      Line += " [" + G.label(E) + "]";
    Lines.push_back(std::move(Line));
  }
}

void print(const OwnershipGraph &G, llvm::raw_ostream &OS) {
  std::vector<std::string> Lines;
  for (uint32_t N = 0; N != G.size(); ++N)
    printNode(G, {N}, Lines);
  llvm::sort(Lines);
  Lines.erase(std::unique(Lines.begin(), Lines.end()), Lines.end());
  for (const std::string &Line : Lines)
    OS << Line << '\n';
}

} // namespace refcycle::analyzer
