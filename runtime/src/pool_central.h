// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The blocks all threads share: per size class, the pools that have free ones.
// Thread caches fetch and return many at a time, so its locks are rare. Any
// thread may return any block, which makes freeing another thread's block the
// ordinary case. Knows nothing of modes, sizes in bytes, or caches.

#ifndef REFCYCLE_SRC_POOL_CENTRAL_H
#define REFCYCLE_SRC_POOL_CENTRAL_H

#include "pool_layout.h"

#include <cstddef>

namespace refcycle::pool::internal {

struct central_counts {
  std::size_t pools = 0;
  std::size_t handed_out = 0; ///< In caches or held by the program.
};

/// Fills out[0..n) with free blocks, lowest address last, where a stack is
/// popped. Returns how many there were: fewer than asked for when a new pool
/// would be needed for the rest, 0 when out of memory.
std::size_t fetch_blocks(std::size_t size_class, void **out,
                         std::size_t n) noexcept;

/// Takes blocks back. Traps one that is not handed out or not of the class.
void return_blocks(std::size_t size_class, void *const *blocks,
                   std::size_t n) noexcept;

/// Whether `block` is the start of a block of the class and handed out.
bool is_handed_out(std::size_t size_class, const void *block) noexcept;

/// The caller holds all locks (lock_central).
central_counts get_central_counts(std::size_t size_class) noexcept;

/// Null, or what is wrong, as a sentence.
const char *verify_central() noexcept;

// For fork and statistics: no block moves between a pool and a cache meanwhile.
void lock_central() noexcept;
void unlock_central() noexcept;

} // namespace refcycle::pool::internal

#endif
