// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the counts of a translation unit's classes lie in memory, read from
// what the destructors of its handles do: they lead to the count, through the
// fields of the handle, of a block, of the object. For the verifier.

#ifndef REFCYCLE_EXTRACT_COUNTLAYOUTS_H
#define REFCYCLE_EXTRACT_COUNTLAYOUTS_H

#include "extract/Names.h"
#include "extract/TypeShapes.h"
#include "facts/ClassLayout.h"

namespace refcycle::analyzer {

/// Of all handles that the tree uses and all classes that they may point to;
/// without std::shared_ptr and its like, whose blocks the verifier knows.
/// Needs the bodies that the tree instantiates. Cost: a walk over the tree.
CountLayouts layoutsOf(clang::ASTContext &Context, const Names &TheNames,
                       const TypeShapes &Shapes);

} // namespace refcycle::analyzer

#endif
