// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Debug mode: every block between guards, filled when it comes and when it
// goes, numbered, listed while it lives, and held back for a while after it is
// freed. docs/pool.md draws the layout.

#ifndef REFCYCLE_SRC_POOL_DEBUG_H
#define REFCYCLE_SRC_POOL_DEBUG_H

#include <cstddef>

namespace refcycle::pool::internal {

/// Says that the caller did not tell the size of what it frees.
inline constexpr std::size_t unknown_size = ~std::size_t{0};

/// Null when out of memory. `align` is a power of two.
void *debug_allocate(std::size_t bytes, std::size_t align) noexcept;

/// Checks the block and both guards, then fills it and holds it back.
void debug_deallocate(void *block, std::size_t bytes) noexcept;

/// What was asked for at this live block; traps anything else.
std::size_t debug_size(const void *block) noexcept;

/// Lets go of all blocks that are held back, checking that nobody wrote them.
void debug_release_held() noexcept;

/// Null, or what is wrong with some live or held block, as a sentence.
const char *verify_debug() noexcept;

// For fork.
void lock_debug() noexcept;
void unlock_debug() noexcept;

} // namespace refcycle::pool::internal

#endif
