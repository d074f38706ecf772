// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Building the graph: collect, sort once, index.

#include "graph/OwnershipGraph.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

NodeId OwnershipGraph::Builder::addNode(llvm::StringRef Name) {
  Names.push_back(Name.str());
  return {uint32_t(Names.size() - 1)};
}

void OwnershipGraph::Builder::addEdge(NodeId From, NodeId To, EdgeKind Kind,
                                      llvm::StringRef Label) {
  auto [It, New] = LabelIds.try_emplace(Label, uint32_t(Labels.size()));
  if (New)
    Labels.push_back(Label.str());
  Edges.push_back({From, To, Kind, It->second});
}

void OwnershipGraph::Builder::reserve(size_t NodeCount, size_t EdgeCount) {
  Names.reserve(NodeCount);
  Edges.reserve(EdgeCount);
}

OwnershipGraph OwnershipGraph::Builder::build() {
  OwnershipGraph G;
  G.Names = std::move(Names);
  G.Labels = std::move(Labels);
  G.Edges = std::move(Edges);
  llvm::sort(G.Edges);
  G.Edges.erase(std::unique(G.Edges.begin(), G.Edges.end()), G.Edges.end());
  G.First.assign(G.Names.size() + 1, 0);
  for (const Edge &E : G.Edges)
    ++G.First[E.From.Index + 1];
  for (size_t N = 0; N != G.Names.size(); ++N)
    G.First[N + 1] += G.First[N];
  return G;
}

} // namespace refcycle::analyzer
