// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The inlined half of the pool: one stack of free blocks per size class and
// thread. Taking and giving back a block touches nothing but that stack. All
// decisions (mode, limit, first use, a full or empty stack) are made out of
// line: a stack without capacity sends every call there, so the fast path
// never asks which mode the process runs in.

#ifndef REFCYCLE_INTERNAL_POOL_CACHE_H
#define REFCYCLE_INTERNAL_POOL_CACHE_H

#include <atomic>
#include <cstddef>

// Free blocks are poisoned where the compiler can check accesses. Library and
// program may differ: the library finds the sanitizer through weak symbols.
#if defined(__SANITIZE_ADDRESS__)
#define REFCYCLE_POOL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REFCYCLE_POOL_ASAN 1
#endif
#endif

#ifdef REFCYCLE_POOL_ASAN
extern "C" void __asan_poison_memory_region(void const volatile *, std::size_t);
extern "C" void __asan_unpoison_memory_region(void const volatile *,
                                              std::size_t);
#define REFCYCLE_POOL_POISON(p, n) __asan_poison_memory_region(p, n)
#define REFCYCLE_POOL_UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
#else
#define REFCYCLE_POOL_POISON(p, n) ((void)0)
#define REFCYCLE_POOL_UNPOISON(p, n) ((void)0)
#endif

// Forced, so that objects built with and without a sanitizer never share one
// out-of-line copy of the fast path.
#define REFCYCLE_POOL_INLINE [[gnu::always_inline]] inline

namespace refcycle::pool::internal {

/// Bytes between neighbouring size classes, and what every block is aligned to.
inline constexpr std::size_t alignment = 16;

/// Bytes of the largest block a pool can hold, whatever the configured limit.
inline constexpr std::size_t largest_small = 1024;

/// Class `c` holds blocks of `16 * c` bytes; class 0 never holds any, so that
/// a request for zero bytes leaves the fast path.
inline constexpr std::size_t class_count = largest_small / alignment + 1;

/// Null, and one past it: what a stack without capacity points to.
extern constinit void *no_slots[2];

/// A stack of free blocks. `top[-1]` is the next block to hand out, or null
/// when there is none: a null entry lies below the first one.
struct bin {
  /// Written by the owning thread only; atomic because statistics of other
  /// threads read it.
  std::atomic<void **> top{no_slots + 1};
  void **end = no_slots + 1; ///< One past the last entry we may fill.
};

struct thread_cache {
  bin bins[class_count];
};

/// The cache of the calling thread, or one without capacity that all threads
/// share, before first use and after thread exit. Never null.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local thread_cache *current;

/// Everything the fast path cannot do. Null when out of memory.
void *slow_allocate(std::size_t bytes) noexcept;
void slow_deallocate(void *block, std::size_t bytes) noexcept;

REFCYCLE_POOL_INLINE bin &bin_for(std::size_t bytes) noexcept {
  return current->bins[(bytes + (alignment - 1)) / alignment];
}

REFCYCLE_POOL_INLINE void *take(std::size_t bytes) noexcept {
  if (bytes <= largest_small) [[likely]] {
    bin &b = bin_for(bytes);
    void **top = b.top.load(std::memory_order_relaxed);
    if (void *block = top[-1]) [[likely]] {
      b.top.store(top - 1, std::memory_order_relaxed);
      REFCYCLE_POOL_UNPOISON(block, bytes);
      return block;
    }
  }
  return slow_allocate(bytes);
}

REFCYCLE_POOL_INLINE void give(void *block, std::size_t bytes) noexcept {
  if (bytes <= largest_small) [[likely]] {
    bin &b = bin_for(bytes);
    void **top = b.top.load(std::memory_order_relaxed);
    if (top != b.end) [[likely]] {
      REFCYCLE_POOL_POISON(block, (bytes + alignment - 1) & ~(alignment - 1));
      *top = block;
      b.top.store(top + 1, std::memory_order_relaxed);
      return;
    }
  }
  slow_deallocate(block, bytes);
}

} // namespace refcycle::pool::internal

#endif
