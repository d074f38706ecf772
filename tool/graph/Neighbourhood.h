// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A part of a graph that a person can look at.

#ifndef REFCYCLE_GRAPH_NEIGHBOURHOOD_H
#define REFCYCLE_GRAPH_NEIGHBOURHOOD_H

#include "graph/OwnershipGraph.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace refcycle::analyzer {

/// The nodes whose names \p Wanted accepts, all that can be reached from them
/// or reach them over at most \p Depth edges of any kind, and the edges between
/// these nodes. nullopt: no name is accepted. Cost: linear in the graph.
std::optional<OwnershipGraph>
neighbourhood(const OwnershipGraph &G,
              llvm::function_ref<bool(llvm::StringRef Name)> Wanted,
              unsigned Depth);

} // namespace refcycle::analyzer

#endif
