// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One cycle that stands for a component: the shortest, because a user has to
// read it.

#ifndef REFCYCLE_GRAPH_WITNESSPATH_H
#define REFCYCLE_GRAPH_WITNESSPATH_H

#include "graph/Components.h"

namespace refcycle::analyzer {

/// The shortest closed path over edges that keep alive from \p From to itself,
/// staying inside \p Inside (sorted); empty if there is none. Among paths of
/// one length, the one whose edges come first in the graph's order.
/// Breadth-first search. Cost: O(V + E) of the component, not of the graph.
std::vector<Edge> shortestCycleThrough(const OwnershipGraph &G, NodeId From,
                                       llvm::ArrayRef<NodeId> Inside);

/// A short cycle of \p C: the best of the shortest cycles through its first
/// few members. Exact for components of up to that many nodes; a bound keeps
/// the search linear in large ones.
std::vector<Edge> shortestCycle(const OwnershipGraph &G, const Component &C);

} // namespace refcycle::analyzer

#endif
