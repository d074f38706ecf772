// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks above the limit: malloc's, and counted.

#ifndef REFCYCLE_SRC_POOL_LARGE_H
#define REFCYCLE_SRC_POOL_LARGE_H

#include "pool_misuse.h"
#include "pool_page_map.h"
#include "pool_thread.h"

#include <cstdlib>
#include <malloc.h>

namespace refcycle::pool::internal {

inline std::int64_t large_size(void *block) noexcept {
  return static_cast<std::int64_t>(malloc_usable_size(block));
}

inline void *count_new_large(void *block) noexcept {
  if (block)
    count_large(1, large_size(block));
  return block;
}

inline void *allocate_large(std::size_t bytes) noexcept {
  return count_new_large(std::malloc(bytes));
}

/// `bytes` is a multiple of `align`.
inline void *allocate_large(std::size_t bytes, std::size_t align) noexcept {
  return count_new_large(std::aligned_alloc(align, bytes));
}

/// Traps a small block that is freed with a large size.
inline void deallocate_large(void *block) noexcept {
  if (std::size_t c = page_map_class(block)) [[unlikely]]
    report_misuse("block %p holds up to %zu bytes, but was freed as a large "
                  "one",
                  block, block_bytes(c));
  count_large(-1, -large_size(block));
  std::free(block);
}

inline void *reallocate_large(void *block, std::size_t bytes) noexcept {
  std::int64_t before = large_size(block);
  void *moved = std::realloc(block, bytes);
  if (moved)
    count_large(0, large_size(moved) - before);
  return moved;
}

} // namespace refcycle::pool::internal

#endif
