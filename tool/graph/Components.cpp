// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tarjan's algorithm with an explicit stack: type graphs of real programs can
// be deep enough to overflow the call stack.
// Source: R. Tarjan, "Depth-First Search and Linear Graph Algorithms",
// SIAM J. Comput. 1(2), 1972.

#include "graph/Components.h"
#include "llvm/ADT/STLExtras.h"
#include <limits>

namespace refcycle::analyzer {

static bool ownsItself(const OwnershipGraph &G, NodeId N) {
  return llvm::any_of(G.edges(N), [&](const Edge &E) {
    return E.To == N && keepsAlive(E.Kind);
  });
}

// Longer than the budget on purpose: cutting a textbook algorithm into pieces
// hides the textbook.
std::vector<Component> findOwningComponents(const OwnershipGraph &G) {
  constexpr uint32_t Unvisited = std::numeric_limits<uint32_t>::max();
  struct Frame {
    NodeId Node;
    size_t NextEdge;
  };

  std::vector<uint32_t> Order(G.size(), Unvisited), Low(G.size());
  std::vector<bool> Open(G.size()); // Pending: component not yet known.
  std::vector<NodeId> Pending;
  std::vector<Frame> Path;
  std::vector<Component> Result;
  uint32_t NextOrder = 0;

  auto Enter = [&](NodeId N) {
    Order[N.Index] = Low[N.Index] = NextOrder++;
    Open[N.Index] = true;
    Pending.push_back(N);
    Path.push_back({N, 0});
  };

  auto Close = [&](NodeId Root) {
    auto First = std::find(Pending.rbegin(), Pending.rend(), Root).base() - 1;
    Component C(First, Pending.end());
    Pending.erase(First, Pending.end());
    for (NodeId N : C)
      Open[N.Index] = false;
    if (C.size() == 1 && !ownsItself(G, Root))
      return;
    llvm::sort(C);
    Result.push_back(std::move(C));
  };

  for (uint32_t Start = 0; Start != G.size(); ++Start) {
    if (Order[Start] != Unvisited)
      continue;
    Enter({Start});
    while (!Path.empty()) {
      NodeId N = Path.back().Node;
      if (Path.back().NextEdge != G.edges(N).size()) {
        const Edge &E = G.edges(N)[Path.back().NextEdge++];
        if (!keepsAlive(E.Kind))
          continue;
        if (Order[E.To.Index] == Unvisited)
          Enter(E.To);
        else if (Open[E.To.Index])
          Low[N.Index] = std::min(Low[N.Index], Order[E.To.Index]);
        continue;
      }
      if (Low[N.Index] == Order[N.Index])
        Close(N);
      Path.pop_back();
      if (!Path.empty()) {
        uint32_t Parent = Path.back().Node.Index;
        Low[Parent] = std::min(Low[Parent], Low[N.Index]);
      }
    }
  }
  return Result;
}

} // namespace refcycle::analyzer
