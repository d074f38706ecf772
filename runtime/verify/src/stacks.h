// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where blocks were allocated, if REFCYCLE_VERIFY_STACKS asks for it: return
// addresses, found by frame pointers and in the words near the allocator's own
// frame. No unwinder runs, which would cost a thousand times as much and may
// allocate itself.

#ifndef REFCYCLE_VERIFY_STACKS_H
#define REFCYCLE_VERIFY_STACKS_H

#include "memory.h"

namespace refcycle::verify {

struct allocation_stack {
  static constexpr unsigned most = 30;
  address block;
  std::uint32_t count;
  address words[most]; ///< Innermost first; some are no return addresses.
};

/// A cache by block: of two blocks that meet in a slot, the later one stays.
/// Null unless stacks are kept.
extern allocation_stack *stacks;

/// Reads the environment; at the program's start.
void keep_stacks_if_asked() noexcept;

/// \p frame: of the hook that \p block was allocated by.
void note_stack(void *block, const address *frame) noexcept;

/// Null if nothing is known.
const allocation_stack *stack_of(address block) noexcept;

} // namespace refcycle::verify

#endif
