// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From any address to the size class of the pool it lies in, or 0: two loads,
// no lock, and never a read of memory that is not ours. One byte per 16 KiB of
// address space, in leaves of 16 GiB that are mapped when first needed.
// Source: CPython 3.11, Objects/obmalloc.c (the radix tree of arenas); keeping
// the class in the tree, so that a free needs nothing else, is ours.

#ifndef REFCYCLE_SRC_POOL_PAGE_MAP_H
#define REFCYCLE_SRC_POOL_PAGE_MAP_H

#include "pool_layout.h"

namespace refcycle::pool::internal {

using page_map_entry = std::atomic<std::uint8_t>;

inline constexpr std::size_t page_map_leaf_entries = std::size_t{1} << 20;
inline constexpr std::uintptr_t page_map_leaf_bytes =
    page_map_leaf_entries * pool_bytes; // 16 GiB of addresses
inline constexpr std::size_t page_map_roots = std::size_t{1} << 14;

// A pointer per 16 GiB of a 48-bit address space: 128 KiB, of which a process
// touches a page or two.
extern constinit std::atomic<page_map_entry *> page_map[page_map_roots];

/// Makes the leaf for an arena. False when out of memory.
bool page_map_cover(const arena *a) noexcept;

/// The class of the pool around an address; 0 when it is not in one.
inline std::size_t page_map_class(const void *p) noexcept {
  std::uintptr_t address = address_of(p);
  std::uintptr_t root = address / page_map_leaf_bytes;
  if (root >= page_map_roots) [[unlikely]]
    return 0;
  page_map_entry *leaf = page_map[root].load(std::memory_order_acquire);
  if (!leaf) [[unlikely]]
    return 0;
  return leaf[address % page_map_leaf_bytes / pool_bytes].load(
      std::memory_order_relaxed);
}

/// Records the class of one pool of a covered arena.
inline void page_map_set(const void *p, std::size_t size_class) noexcept {
  std::uintptr_t address = address_of(p);
  page_map[address / page_map_leaf_bytes]
      .load(
          std::memory_order_relaxed)[address % page_map_leaf_bytes / pool_bytes]
      .store(static_cast<std::uint8_t>(size_class), std::memory_order_relaxed);
}

} // namespace refcycle::pool::internal

#endif
