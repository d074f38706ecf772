// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The type graph of a program: what its classes say, without any store.

#ifndef REFCYCLE_EVIDENCE_TYPEGRAPH_H
#define REFCYCLE_EVIDENCE_TYPEGRAPH_H

#include "facts/LinkedProgram.h"
#include "graph/OwnershipGraph.h"
#include "llvm/ADT/ArrayRef.h"

namespace refcycle::analyzer {

/// What a slot that does not name its content was seen to hold.
struct HiddenEdge {
  RecordId From, To;
  Hold Kind = Hold::Value;
  StringId Field;
};

/// The type graph: which class can own which, through which field.
///
/// A derived class has the edges of its bases; there is no edge from a derived
/// class to its base, so siblings do not meet. A handle to a base reaches a
/// derived class only if the program converts one to the other somewhere.
/// Function and erased slots have the edges of \p Hidden.
/// Node N is record N of \p Program.
OwnershipGraph buildOwnershipGraph(const LinkedProgram &Program,
                                   llvm::ArrayRef<HiddenEdge> Hidden = {});

} // namespace refcycle::analyzer

#endif
