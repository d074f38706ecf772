// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas: 1 MiB from the system, cut into 63 pools and a header. Knows nothing
// of blocks or threads.

#ifndef REFCYCLE_SRC_POOL_ARENAS_H
#define REFCYCLE_SRC_POOL_ARENAS_H

#include "pool_layout.h"

#include <cstddef>

namespace refcycle::pool::internal {

/// Counts since the process started, and what they leave today.
struct arena_counts {
  std::size_t mapped = 0;
  std::size_t returned = 0;
  std::size_t peak = 0;
  std::size_t free_pools = 0; ///< In all arenas that are mapped now.
};

/// A free pool, given to `size_class` with all its blocks free; null when out
/// of memory. Taken from the fullest arena, so that others may become empty.
pool_header *acquire_pool(std::size_t size_class) noexcept;

/// Takes back a pool with no block handed out. An arena that is empty now goes
/// back to the system, but for one: a program that allocates and frees one
/// object at the edge would map and unmap for ever.
void release_pool(pool_header *pool) noexcept;

/// Unmaps the spare arena and drops the pages of free pools.
/// Returns the bytes given back.
std::size_t trim_arenas() noexcept;

arena_counts get_arena_counts() noexcept;

/// Null, or what is wrong, as a sentence. Calls `visit` for each pool of a
/// class; a sentence it returns ends the walk.
const char *verify_arenas(const char *(*visit)(const pool_header *,
                                               void *context),
                          void *context) noexcept;

// For fork: no arena changes hands between the two.
void lock_arenas() noexcept;
void unlock_arenas() noexcept;

} // namespace refcycle::pool::internal

#endif
