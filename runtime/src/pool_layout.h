// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shapes below the thread caches: arenas, pools and the page map.
//
// Conservation, per size class, at every moment under the class's lock:
//
//   blocks in its pools == free bits set + blocks handed out
//   blocks handed out   == blocks in thread caches + blocks the program holds
//
// and per arena, under the arena lock:
//
//   pools_per_arena == 1 (header) + free pools + pools of some class
//
// All bookkeeping lies in the arena's first pool, none in the blocks: a stray
// write cannot reach it, a fresh pool costs no page until a block of it is
// used, and free memory can be poisoned whole.
// Source: CPython 3.11, Objects/obmalloc.c (arenas, pools, classes, fullest
// arena first). The bit map in place of a free list is ours.

#ifndef REFCYCLE_SRC_POOL_LAYOUT_H
#define REFCYCLE_SRC_POOL_LAYOUT_H

#include "refcycle/internal/pool_cache.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace refcycle::pool::internal {

inline constexpr std::size_t pool_bytes = 16 * 1024;    // four pages
inline constexpr std::size_t arena_bytes = 1024 * 1024; // bytes, and alignment
inline constexpr std::size_t pools_per_arena = arena_bytes / pool_bytes;
inline constexpr std::size_t usable_pools = pools_per_arena - 1;
inline constexpr std::size_t bitmap_words = pool_bytes / alignment / 64;

static_assert(pools_per_arena == 64, "free pools of an arena are one word");

/// What is known about one pool. Lives in the header of its arena.
struct alignas(64) pool_header {
  pool_header *next; ///< In its class's list of pools with free blocks.
  pool_header *prev; ///< Null in the first one and in pools on no list.
  std::uint16_t handed_out;
  std::uint8_t size_class;               ///< 0: free, belongs to no class.
  std::uint64_t free_bits[bitmap_words]; ///< One bit per block, set: free.
};

/// The first pool of an arena. Pool 0 is the header itself.
struct arena {
  arena *next; ///< In the list of arenas with as many free pools.
  arena *prev;
  std::uint64_t free_pools; ///< One bit per pool; bit 0 is never set.
  /// Free pools whose pages may still be resident: trim drops them.
  std::uint64_t dirty_pools;
  pool_header pools[pools_per_arena];
};

static_assert(sizeof(arena) <= pool_bytes, "the header fits in one pool");

constexpr std::size_t block_bytes(std::size_t size_class) {
  return size_class * alignment;
}

constexpr std::size_t blocks_per_pool(std::size_t size_class) {
  return pool_bytes / block_bytes(size_class);
}

constexpr std::size_t class_for(std::size_t bytes) {
  return bytes ? (bytes + alignment - 1) / alignment : 1;
}

/// 2^16 / c rounded up: multiplying by it divides any offset inside a pool.
constexpr std::uint32_t reciprocal(std::uint32_t size_class) {
  return (65536 + size_class - 1) / size_class;
}

/// Index of the block an offset (in units of 16 bytes) falls into.
constexpr std::uint32_t divide_by_class(std::uint32_t units,
                                        std::uint32_t size_class) {
  return units * reciprocal(size_class) >> 16;
}

constexpr bool division_is_exact() {
  for (std::uint32_t c = 1; c != class_count; ++c)
    for (std::uint32_t units = 0; units != pool_bytes / alignment; ++units)
      if (divide_by_class(units, c) != units / c)
        return false;
  return true;
}

inline std::uintptr_t address_of(const void *p) {
  return reinterpret_cast<std::uintptr_t>(p);
}

inline arena *arena_of(const void *p) {
  return reinterpret_cast<arena *>(address_of(p) & ~(arena_bytes - 1));
}

inline std::size_t pool_index_of(const void *p) {
  return address_of(p) % arena_bytes / pool_bytes;
}

/// The header of the pool an address of a mapped arena lies in.
inline pool_header *pool_of(const void *p) {
  return &arena_of(p)->pools[pool_index_of(p)];
}

inline char *pool_base(const pool_header *pool) {
  arena *owner = arena_of(pool);
  return reinterpret_cast<char *>(owner) + (pool - owner->pools) * pool_bytes;
}

inline std::size_t free_pool_count(const arena *a) {
  return static_cast<std::size_t>(std::popcount(a->free_pools));
}

} // namespace refcycle::pool::internal

#endif
