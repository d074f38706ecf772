// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A snapshot of objects and their handles, for reports. Plain data: nothing
// here counts references. Not installed.

#ifndef REFCYCLE_SRC_GRAPH_H
#define REFCYCLE_SRC_GRAPH_H

#include "heaps.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace refcycle::internal {

struct graph_edge {
  std::uint32_t to;
  std::string member; ///< "next", or "pair.first" for members of members.
};

struct graph_node {
  void *payload;
  std::vector<graph_edge> edges;
};

/// Nodes in the order given; edges in order of members, to nodes of the graph.
struct object_graph {
  std::vector<graph_node> nodes;
};

/// A set of nodes in which each reaches each.
using tangle = std::vector<std::uint32_t>;

/// The graph of these objects. Throws std::bad_alloc.
object_graph graph_of(const std::vector<void *> &objects);

/// All objects of a heap.
std::vector<void *> all_objects(const heap &h);

/// Strongly connected components that contain a cycle.
std::vector<tangle> find_tangles(const object_graph &g);

/// The shortest cycle through \p start inside a tangle, as the edges taken.
/// \p member_of says for each node which tangle it is in.
struct hop {
  std::uint32_t from;
  const graph_edge *edge;
};
std::vector<hop> shortest_cycle(const object_graph &g, std::uint32_t start,
                                const std::vector<std::uint32_t> &member_of);

/// "Node" for "app::{anonymous}::Node": namespaces without a name say nothing.
std::string display_name(const type_descriptor &type);

} // namespace refcycle::internal

#endif
