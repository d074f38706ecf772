// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which nodes can keep each other alive: the cyclic components of a graph.

#ifndef REFCYCLE_GRAPH_COMPONENTS_H
#define REFCYCLE_GRAPH_COMPONENTS_H

#include "graph/OwnershipGraph.h"

namespace refcycle::analyzer {

using Component = std::vector<NodeId>;

/// Returns every strongly connected component of \p G, over edges that keep
/// alive, that contains a cycle: two or more nodes, or one that owns itself.
/// A component comes out before the components that own it, and members in
/// increasing NodeId, so equal graphs give equal reports.
/// Cost: O(V + E) time, O(V) extra space.
std::vector<Component> findOwningComponents(const OwnershipGraph &G);

} // namespace refcycle::analyzer

#endif
