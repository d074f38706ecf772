// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Control blocks of modules that were compiled without RTTI and stripped of
// their symbols: no name is left to know their virtual tables by, so they are
// known by what they look like.

#ifndef REFCYCLE_VERIFY_NAMELESS_H
#define REFCYCLE_VERIFY_NAMELESS_H

#include "snapshot.h"

namespace refcycle::verify {

/// A word of the heap that points to such a table, with counts behind it
/// where a family has them.
struct nameless_object {
  address at;
  std::uint32_t table; ///< Index of the table.
  std::uint32_t block;
};

/// The family whose counts may lie at \p at; null: none.
const family *counts_at(address at, const block &in) noexcept;

/// Adds to types and objects those of \p candidates that look like control
/// blocks: there is a handle in the heap, two words of which one points to the
/// control block, and the other to it or to what it points to. They are
/// guesses, see counted::guessed. Cost: a pass over the heap, if there are
/// candidates.
void add_nameless_objects(std::span<const address> tables,
                          std::span<const nameless_object> candidates,
                          snapshot &s) noexcept;

} // namespace refcycle::verify

#endif
