// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Breadth-first search for the shortest cycle.

#include "graph/WitnessPath.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// Sixteen searches find the shortest cycle of nearly every component seen in
// practice (median size 2) and keep the worst case linear.
static constexpr size_t SearchLimit = 16;

static std::vector<Edge> pathBack(llvm::ArrayRef<Edge> Via, Edge Last,
                                  NodeId From,
                                  llvm::function_ref<size_t(NodeId)> Slot) {
  std::vector<Edge> Cycle{Last};
  while (Cycle.back().From != From)
    Cycle.push_back(Via[Slot(Cycle.back().From)]);
  std::reverse(Cycle.begin(), Cycle.end());
  return Cycle;
}

std::vector<Edge> shortestCycleThrough(const OwnershipGraph &G, NodeId From,
                                       llvm::ArrayRef<NodeId> Inside) {
  auto Slot = [&](NodeId N) {
    return size_t(llvm::lower_bound(Inside, N) - Inside.begin());
  };
  auto Contains = [&](NodeId N) {
    size_t I = Slot(N);
    return I != Inside.size() && Inside[I] == N;
  };

  std::vector<Edge> Via(Inside.size()); // The edge that reached a node first.
  std::vector<bool> Reached(Inside.size());
  std::vector<NodeId> Queue{From};
  for (size_t Next = 0; Next != Queue.size(); ++Next)
    for (const Edge &E : G.edges(Queue[Next])) {
      if (!keepsAlive(E.Kind) || !Contains(E.To))
        continue;
      if (E.To == From)
        return pathBack(Via, E, From, Slot);
      if (Reached[Slot(E.To)])
        continue;
      Reached[Slot(E.To)] = true;
      Via[Slot(E.To)] = E;
      Queue.push_back(E.To);
    }
  return {};
}

std::vector<Edge> shortestCycle(const OwnershipGraph &G, const Component &C) {
  std::vector<Edge> Best;
  for (NodeId N : llvm::ArrayRef<NodeId>(C).take_front(SearchLimit)) {
    std::vector<Edge> Found = shortestCycleThrough(G, N, C);
    if (!Found.empty() && (Best.empty() || Found.size() < Best.size()))
      Best = std::move(Found);
  }
  return Best;
}

} // namespace refcycle::analyzer
