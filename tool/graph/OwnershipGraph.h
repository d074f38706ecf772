// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who can own whom: a graph with named nodes and labelled edges, made once and
// then only read. What a node stands for is its maker's business: classes in
// the type graph, letters in a test.

#ifndef REFCYCLE_GRAPH_OWNERSHIPGRAPH_H
#define REFCYCLE_GRAPH_OWNERSHIPGRAPH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// How one end holds the other, weakest first.
enum class EdgeKind : uint8_t { Raw, Weak, Value, Unique, Strong };

/// Does an edge of this kind keep its target alive?
inline bool keepsAlive(EdgeKind K) { return K >= EdgeKind::Value; }

struct NodeId {
  uint32_t Index = 0;
  auto operator<=>(const NodeId &) const = default;
};

struct Edge {
  NodeId From;
  NodeId To;
  EdgeKind Kind = EdgeKind::Strong;
  uint32_t Label = 0; ///< Index for OwnershipGraph::label(): the field's name.
  auto operator<=>(const Edge &) const = default;
};

/// Edges are sorted and unique; edges(N) is the slice that starts at N.
class OwnershipGraph {
public:
  /// Collects nodes and edges; names need not be unique.
  class Builder {
  public:
    NodeId addNode(llvm::StringRef Name);
    void addEdge(NodeId From, NodeId To, EdgeKind Kind, llvm::StringRef Label);
    void reserve(size_t Nodes, size_t Edges);
    /// Sorts the edges, drops doubles. Cost: O(E log E).
    OwnershipGraph build();

  private:
    std::vector<std::string> Names;
    std::vector<std::string> Labels;
    llvm::StringMap<uint32_t> LabelIds;
    std::vector<Edge> Edges;
  };

  size_t size() const { return Names.size(); }
  size_t edgeCount() const { return Edges.size(); }
  llvm::ArrayRef<Edge> edges() const { return Edges; }
  llvm::ArrayRef<Edge> edges(NodeId N) const {
    return llvm::ArrayRef<Edge>(Edges).slice(
        First[N.Index], First[N.Index + 1] - First[N.Index]);
  }
  const std::string &name(NodeId N) const { return Names[N.Index]; }
  const std::string &label(const Edge &E) const { return Labels[E.Label]; }

private:
  std::vector<std::string> Names;
  std::vector<std::string> Labels{""};
  std::vector<Edge> Edges;
  std::vector<size_t> First{0}; ///< size() + 1 offsets into Edges.
};

} // namespace refcycle::analyzer

#endif
