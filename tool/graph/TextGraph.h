// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Graphs as text: what `--emit=graph` prints and what tests are written in.
//
//   A => B        strong      A -> B   unique      A :> B   by value
//   A ~> B        weak        A .> B   raw
//
// Edges stand on lines of their own or between semicolons; a field name may
// follow in brackets: `A => B [next]`. A name alone is a node without edges.

#ifndef REFCYCLE_GRAPH_TEXTGRAPH_H
#define REFCYCLE_GRAPH_TEXTGRAPH_H

#include "graph/OwnershipGraph.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// Reads a graph. Nodes are numbered in the order of their names.
llvm::Expected<OwnershipGraph> parseGraph(llvm::StringRef Text);

/// Writes one edge per line, sorted by names; a node without edges is written
/// alone. parseGraph() reads it back.
void print(const OwnershipGraph &G, llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
