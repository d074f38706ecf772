// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pictures for Graphviz.

#ifndef REFCYCLE_REPORT_DOT_H
#define REFCYCLE_REPORT_DOT_H

#include "findings/Finding.h"
#include "graph/OwnershipGraph.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// The cycles of all findings in one picture; the edges to weaken are red and
/// dashed, so that what is left of them can be seen to hang in no cycle.
void writeDot(const Report &Result, llvm::raw_ostream &OS);

/// Who can own whom; edges that keep nothing alive are dotted.
void writeDot(const OwnershipGraph &Graph, llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
