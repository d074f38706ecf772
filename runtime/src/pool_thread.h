// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cold half of the thread caches: filling and emptying the stacks of
// pool_cache.h, their size, and the threads that have them.

#ifndef REFCYCLE_SRC_POOL_THREAD_H
#define REFCYCLE_SRC_POOL_THREAD_H

#include "refcycle/internal/pool_cache.h"

#include <cstddef>
#include <cstdint>

namespace refcycle::pool::internal {

/// A block of the class from the thread's cache, refilled when it is empty,
/// or straight from the pools where there is no cache. Null: out of memory.
void *take_small(std::size_t size_class) noexcept;

/// Gives a block to the thread's cache, making room when it is full, or
/// straight to its pool.
void give_small(void *block, std::size_t size_class) noexcept;

/// Returns all cached blocks of the calling thread to their pools.
void empty_cache_of_this_thread() noexcept;

/// Notes that large blocks came (positive) or went (negative).
void count_large(std::int64_t blocks, std::int64_t bytes) noexcept;

struct thread_totals {
  std::size_t threads = 0;
  std::size_t cached[class_count] = {};
  std::int64_t large_blocks = 0;
  std::int64_t large_bytes = 0;
};

/// The caller holds lock_threads and lock_central.
thread_totals get_thread_totals() noexcept;

/// Null, or what is wrong with some thread's cache, as a sentence.
const char *verify_threads() noexcept;

/// Asks the system to call us when a thread ends. Once per process.
void prepare_thread_exit() noexcept;

// For fork.
void lock_threads() noexcept;
void unlock_threads() noexcept;
/// In the child, the other threads are gone and their stacks may be torn:
/// what they had cached is never used again, and counts as in use.
void forget_other_threads() noexcept;

} // namespace refcycle::pool::internal

#endif
