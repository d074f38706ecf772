// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The public functions, and the choice of mode and size that the inlined path
// leaves to us. Below: pool_thread (caches), pool_central (blocks),
// pool_arenas (pools); beside: pool_debug, pool_large.

#include "refcycle/pool.h"

#include "pool_arenas.h"
#include "pool_central.h"
#include "pool_debug.h"
#include "pool_large.h"
#include "pool_page_map.h"
#include "pool_process.h"
#include "pool_thread.h"
#include "pool_tools.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace refcycle::pool {

namespace internal {

static mode run_mode() noexcept { return process().chosen.run_mode; }

static bool is_small(std::size_t bytes) noexcept {
  return bytes <= process().chosen.small_limit && process().chosen.small_limit;
}

static void *allocate_small(std::size_t bytes) noexcept {
  void *block = take_small(class_for(bytes));
  if (block)
    announce_block(block, bytes);
  return block;
}

static void deallocate_small(void *block, std::size_t size_class) noexcept {
  retire_block(block, block_bytes(size_class));
  give_small(block, size_class);
}

void *slow_allocate(std::size_t bytes) noexcept {
  switch (run_mode()) {
  case mode::passthrough:
    return std::malloc(bytes ? bytes : 1);
  case mode::debug:
    return debug_allocate(bytes, alignment);
  case mode::pooled:
    break;
  }
  return is_small(bytes) ? allocate_small(bytes) : allocate_large(bytes);
}

void slow_deallocate(void *block, std::size_t bytes) noexcept {
  switch (run_mode()) {
  case mode::passthrough:
    return std::free(block);
  case mode::debug:
    return debug_deallocate(block, bytes);
  case mode::pooled:
    break;
  }
  if (is_small(bytes))
    deallocate_small(block, class_for(bytes));
  else
    deallocate_large(block);
}

static void slow_deallocate_unsized(void *block) noexcept {
  if (run_mode() == mode::debug)
    return debug_deallocate(block, unknown_size);
  std::size_t c = page_map_class(block);
  slow_deallocate(block, c ? block_bytes(c) : unknown_size);
}

void *allocate_or_throw(std::size_t bytes) {
  for (;;) {
    std::new_handler handler = std::get_new_handler();
    if (!handler)
      throw std::bad_alloc();
    handler();
    if (void *block = take(bytes))
      return block;
  }
}

/// Zero when the rounded size cannot be counted.
static std::size_t round_up(std::size_t bytes, std::size_t align) {
  return (std::max<std::size_t>(bytes, 1) + align - 1) & ~(align - 1);
}

void *allocate_aligned(std::size_t bytes, std::size_t align) noexcept {
  if (run_mode() == mode::debug)
    return debug_allocate(bytes, align);
  std::size_t rounded = round_up(bytes, align);
  if (!rounded)
    return nullptr;
  if (run_mode() == mode::passthrough)
    return std::aligned_alloc(align, rounded);
  // Pools are aligned to 16 KiB and their blocks follow each other without a
  // gap, so a block whose size is a multiple of `align` is aligned to it.
  return is_small(rounded) ? take(rounded) : allocate_large(rounded, align);
}

void deallocate_aligned(void *block, std::size_t bytes,
                        std::size_t align) noexcept {
  if (run_mode() == mode::debug)
    return debug_deallocate(block, bytes);
  give(block, round_up(bytes, align));
}

} // namespace internal

using namespace internal;

void deallocate(void *block) noexcept {
  std::size_t c = page_map_class(block);
  bin &b = current->bins[c];
  void **top = b.top.load(std::memory_order_relaxed);
  if (top != b.end) [[likely]] {
    REFCYCLE_POOL_POISON(block, block_bytes(c));
    *top = block;
    b.top.store(top + 1, std::memory_order_relaxed);
    return;
  }
  if (block)
    slow_deallocate_unsized(block);
}

std::size_t usable_size(const void *block) noexcept {
  if (run_mode() == mode::debug)
    return debug_size(block);
  std::size_t c = page_map_class(block);
  if (!c)
    return malloc_usable_size(const_cast<void *>(block));
  allow_whole_block(block, block_bytes(c));
  return block_bytes(c);
}

bool owns(const void *address) noexcept { return page_map_class(address) != 0; }

static void *move_to_new_block(void *block, std::size_t bytes) noexcept {
  std::size_t known = usable_size(block);
  void *moved = try_allocate(bytes);
  if (!moved)
    return nullptr;
  copy_block(moved, block, std::min(known, bytes));
  deallocate(block);
  return moved;
}

void *reallocate(void *block, std::size_t bytes) noexcept {
  if (!block)
    return try_allocate(bytes);
  if (run_mode() == mode::passthrough)
    return std::realloc(block, bytes ? bytes : 1);
  if (run_mode() == mode::debug)
    return move_to_new_block(block, bytes);
  std::size_t c = page_map_class(block);
  if (c && is_small(bytes) && class_for(bytes) == c &&
      !tools_need_every_call()) {
    resize_block(block, block_bytes(c), bytes);
    return block;
  }
  if (!c && !is_small(bytes))
    return reallocate_large(block, bytes);
  return move_to_new_block(block, bytes);
}

std::size_t trim() noexcept {
  if (run_mode() == mode::debug)
    debug_release_held();
  empty_cache_of_this_thread();
  return trim_arenas();
}

const char *verify_pool() noexcept {
  if (const char *fault = verify_central())
    return fault;
  if (const char *fault = verify_threads())
    return fault;
  return run_mode() == mode::debug ? verify_debug() : nullptr;
}

} // namespace refcycle::pool

extern "C" {

void *refcycle_pool_malloc(std::size_t bytes) {
  return refcycle::pool::try_allocate(bytes);
}

void *refcycle_pool_calloc(std::size_t count, std::size_t bytes) {
  std::size_t total;
  if (__builtin_mul_overflow(count, bytes, &total))
    return nullptr;
  void *block = refcycle::pool::try_allocate(total);
  return block ? std::memset(block, 0, total) : nullptr;
}

void *refcycle_pool_realloc(void *block, std::size_t bytes) {
  return refcycle::pool::reallocate(block, bytes);
}

void refcycle_pool_free(void *block) { refcycle::pool::deallocate(block); }
}
