// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which of a set of objects is reachable from outside the set: the heart of the
// collector. Works on counts and trace functions alone; frees nothing.
//
//   scratch = count - references from inside the set
//   scratch > 0: held from outside, so alive, with all it reaches
//
// Not installed.

#ifndef REFCYCLE_SRC_DEDUCTION_H
#define REFCYCLE_SRC_DEDUCTION_H

#include "heaps.h"

#include "refcycle/internal/visitors.h"

#include <span>

namespace refcycle::internal {

/// Deduces for all tracked objects of the heap, none of which is frozen.
///
/// Afterwards scratch is 0 for exactly the unreachable ones. Throws
/// std::bad_alloc when the stack of objects to follow cannot grow.
/// Cost: two sequential passes over pages, with random access to scratch only.
void deduce_heap(const heap &h, marker &m);

/// Deduces for the objects listed; sets `collecting` for them, and nobody else
/// has it set. \p held references of each are the collector's own.
void deduce_listed(std::span<void *const> objects, std::uint32_t held,
                   marker &m);

/// Follows everything that \p m has found, and what is found on the way.
void follow(marker &m);

} // namespace refcycle::internal

#endif
