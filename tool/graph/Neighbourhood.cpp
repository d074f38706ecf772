// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "graph/Neighbourhood.h"

namespace refcycle::analyzer {
namespace {

/// Marks nodes level by level, once along the edges and once against them.
class Search {
public:
  explicit Search(const OwnershipGraph &G) : G(G), Incoming(G.size()) {
    for (const Edge &E : G.edges())
      Incoming[E.To.Index].push_back(E.From);
  }

  void run(llvm::ArrayRef<NodeId> Start, unsigned Depth, bool Forwards,
           std::vector<bool> &Marked) const {
    std::vector<bool> Seen(G.size());
    std::vector<NodeId> Level(Start.begin(), Start.end());
    for (unsigned Left = Depth;; --Left) {
      for (NodeId N : Level)
        Marked[N.Index] = Seen[N.Index] = true;
      if (Left == 0 || Level.empty())
        return;
      Level = next(Level, Forwards, Seen);
    }
  }

private:
  std::vector<NodeId> next(llvm::ArrayRef<NodeId> Level, bool Forwards,
                           std::vector<bool> &Seen) const {
    std::vector<NodeId> Result;
    auto Visit = [&](NodeId N) {
      if (!Seen[N.Index])
        Result.push_back(N);
      Seen[N.Index] = true;
    };
    for (NodeId N : Level) {
      if (Forwards)
        for (const Edge &E : G.edges(N))
          Visit(E.To);
      else
        for (NodeId From : Incoming[N.Index])
          Visit(From);
    }
    return Result;
  }

  const OwnershipGraph &G;
  std::vector<std::vector<NodeId>> Incoming;
};

} // namespace

static OwnershipGraph restrictTo(const OwnershipGraph &G,
                                 const std::vector<bool> &Marked) {
  OwnershipGraph::Builder B;
  std::vector<NodeId> New(G.size());
  for (uint32_t I = 0; I != G.size(); ++I)
    if (Marked[I])
      New[I] = B.addNode(G.name({I}));
  for (const Edge &E : G.edges())
    if (Marked[E.From.Index] && Marked[E.To.Index])
      B.addEdge(New[E.From.Index], New[E.To.Index], E.Kind, G.label(E));
  return B.build();
}

std::optional<OwnershipGraph>
neighbourhood(const OwnershipGraph &G,
              llvm::function_ref<bool(llvm::StringRef Name)> Wanted,
              unsigned Depth) {
  std::vector<NodeId> Start;
  for (uint32_t I = 0; I != G.size(); ++I)
    if (Wanted(G.name({I})))
      Start.push_back({I});
  if (Start.empty())
    return std::nullopt;
  std::vector<bool> Marked(G.size());
  Search S(G);
  S.run(Start, Depth, /*Forwards=*/true, Marked);
  S.run(Start, Depth, /*Forwards=*/false, Marked);
  return restrictTo(G, Marked);
}

} // namespace refcycle::analyzer
