// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Control blocks of modules that were compiled without RTTI and stripped of
// their symbols: no name is left to know their virtual tables by, so they are
// known by what they look like.

#ifndef REFCYCLE_VERIFY_NAMELESS_H
#define REFCYCLE_VERIFY_NAMELESS_H

#include "snapshot.h"

namespace refcycle::verify {

/// Virtual tables that no name in their module tells anything of; nearly all
/// are no control block's. Cost: as find_block_types().
void find_nameless_tables(const address_space &space,
                          array<address> &into) noexcept;

/// Adds those of \p tables to the types that objects in the heap have which
/// look like control blocks: with counts where a family has them, and with a
/// handle in the heap, two words of which one points to the object, and the
/// other to it or to what it points to. What is counted so is a guess, see
/// counted::guessed. Cost: two passes over the heap, if there are tables.
void add_nameless_types(std::span<const address> tables, snapshot &s) noexcept;

} // namespace refcycle::verify

#endif
