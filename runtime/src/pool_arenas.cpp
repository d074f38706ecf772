// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where pools come from. Arenas with free pools hang in lists by the number of
// free pools, and one word says which lists are not empty: the fullest arena
// is a count of trailing zeros away.

#include "pool_arenas.h"

#include "pool_page_map.h"
#include "pool_tools.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <sys/mman.h>

namespace refcycle::pool::internal {

constinit std::atomic<page_map_entry *> page_map[page_map_roots] = {};

namespace {

struct arena_table {
  std::mutex lock;
  arena *by_free[pools_per_arena] = {}; ///< [n]: arenas with n free pools.
  std::uint64_t occupied = 0;           ///< Bit n: by_free[n] is not empty.
  arena_counts counts;
};

constinit arena_table table;

void *map_bytes(std::size_t bytes) {
  void *p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

// The system aligns to pages only: map twice as much and cut off both ends.
void *map_aligned_arena() {
  auto *raw = static_cast<char *>(map_bytes(2 * arena_bytes));
  if (!raw)
    return nullptr;
  std::size_t before = -address_of(raw) % arena_bytes;
  if (before)
    munmap(raw, before);
  if (before != arena_bytes)
    munmap(raw + before + arena_bytes, arena_bytes - before);
  return raw + before;
}

char *blocks_of(arena *a) { return reinterpret_cast<char *>(a) + pool_bytes; }

constexpr std::size_t blocks_bytes = arena_bytes - pool_bytes;

void link_arena(arena *a) {
  std::size_t n = free_pool_count(a);
  a->prev = nullptr;
  a->next = table.by_free[n];
  if (a->next)
    a->next->prev = a;
  table.by_free[n] = a;
  table.occupied |= std::uint64_t{1} << n;
}

void unlink_arena(arena *a) {
  std::size_t n = free_pool_count(a);
  (a->prev ? a->prev->next : table.by_free[n]) = a->next;
  if (a->next)
    a->next->prev = a->prev;
  if (!table.by_free[n])
    table.occupied &= ~(std::uint64_t{1} << n);
}

arena *map_arena() {
  // Fresh pages are zero, which is what an arena without pools looks like.
  auto *a = static_cast<arena *>(map_aligned_arena());
  if (!a)
    return nullptr;
  if (!page_map_cover(a)) {
    munmap(a, arena_bytes);
    return nullptr;
  }
  a->free_pools = ~std::uint64_t{1};
  announce_arena(blocks_of(a), blocks_bytes);
  arena_counts &n = table.counts;
  ++n.mapped;
  n.free_pools += usable_pools;
  n.peak = std::max(n.peak, n.mapped - n.returned);
  link_arena(a);
  return a;
}

void unmap_arena(arena *a) {
  unlink_arena(a);
  retire_arena(blocks_of(a), blocks_bytes);
  table.counts.free_pools -= usable_pools;
  ++table.counts.returned;
  munmap(a, arena_bytes);
}

// Arenas without a free pool are listed too (count 0), for the walker.
arena *fullest_arena_with_a_pool() {
  std::uint64_t candidates = table.occupied & ~std::uint64_t{1};
  return candidates ? table.by_free[std::countr_zero(candidates)] : nullptr;
}

void set_all_free(pool_header *pool, std::size_t blocks) {
  std::size_t whole = blocks / 64;
  std::fill_n(pool->free_bits, whole, ~std::uint64_t{0});
  if (blocks % 64)
    pool->free_bits[whole] = (std::uint64_t{1} << blocks % 64) - 1;
}

std::size_t drop_dirty_pools(arena *a) {
  std::size_t bytes = 0;
  for (std::uint64_t left = a->dirty_pools & a->free_pools; left;
       left &= left - 1) {
    char *base = pool_base(&a->pools[std::countr_zero(left)]);
    if (madvise(base, pool_bytes, MADV_DONTNEED) == 0)
      bytes += pool_bytes;
  }
  a->dirty_pools = 0;
  return bytes;
}

} // namespace

bool page_map_cover(const arena *a) noexcept {
  std::uintptr_t root = address_of(a) / page_map_leaf_bytes;
  if (root >= page_map_roots)
    return false;
  if (page_map[root].load(std::memory_order_relaxed))
    return true;
  // Fresh pages are zero: no pool anywhere. A leaf is never given back.
  void *leaf = map_bytes(page_map_leaf_entries * sizeof(page_map_entry));
  page_map[root].store(static_cast<page_map_entry *>(leaf),
                       std::memory_order_release);
  return leaf != nullptr;
}

pool_header *acquire_pool(std::size_t size_class) noexcept {
  std::lock_guard hold(table.lock);
  arena *a = fullest_arena_with_a_pool();
  if (!a && !(a = map_arena()))
    return nullptr;
  unlink_arena(a);
  int index = std::countr_zero(a->free_pools);
  a->free_pools &= a->free_pools - 1;
  --table.counts.free_pools;
  link_arena(a);
  pool_header *pool = &a->pools[index];
  *pool = {};
  pool->size_class = static_cast<std::uint8_t>(size_class);
  set_all_free(pool, blocks_per_pool(size_class));
  page_map_set(pool_base(pool), size_class);
  return pool;
}

void release_pool(pool_header *pool) noexcept {
  std::lock_guard hold(table.lock);
  arena *a = arena_of(pool);
  page_map_set(pool_base(pool), 0);
  pool->size_class = 0;
  unlink_arena(a);
  std::uint64_t bit = std::uint64_t{1} << (pool - a->pools);
  a->free_pools |= bit;
  a->dirty_pools |= bit;
  ++table.counts.free_pools;
  link_arena(a);
  if (free_pool_count(a) == usable_pools && a->next)
    unmap_arena(a->next); // Keeps the one whose pages are warm.
}

std::size_t trim_arenas() noexcept {
  std::lock_guard hold(table.lock);
  std::size_t bytes = 0;
  while (arena *spare = table.by_free[usable_pools]) {
    unmap_arena(spare);
    bytes += arena_bytes;
  }
  for (arena *first : table.by_free)
    for (arena *a = first; a; a = a->next)
      bytes += drop_dirty_pools(a);
  return bytes;
}

arena_counts get_arena_counts() noexcept {
  std::lock_guard hold(table.lock);
  return table.counts;
}

static const char *verify_arena(const arena *a, std::size_t listed_under) {
  if (a->free_pools & 1)
    return "an arena counts its own header as a free pool";
  if (free_pool_count(a) != listed_under)
    return "an arena is listed under a wrong number of free pools";
  for (std::size_t i = 1; i != pools_per_arena; ++i) {
    const pool_header &pool = a->pools[i];
    bool is_free = a->free_pools >> i & 1;
    if (is_free != (pool.size_class == 0))
      return "a pool is both free and of a class, or neither";
    if (page_map_class(pool_base(&pool)) != pool.size_class)
      return "the page map and a pool disagree about its class";
  }
  return nullptr;
}

const char *verify_arenas(const char *(*visit)(const pool_header *, void *),
                          void *context) noexcept {
  std::lock_guard hold(table.lock);
  std::size_t arenas = 0, free_pools = 0;
  for (std::size_t n = 0; n != pools_per_arena; ++n) {
    if ((table.by_free[n] != nullptr) != (table.occupied >> n & 1))
      return "the word of occupied arena lists is wrong";
    for (const arena *a = table.by_free[n]; a; a = a->next) {
      if (const char *fault = verify_arena(a, n))
        return fault;
      for (const pool_header &pool : a->pools)
        if (pool.size_class)
          if (const char *fault = visit(&pool, context))
            return fault;
      ++arenas;
      free_pools += n;
    }
  }
  if (arenas != table.counts.mapped - table.counts.returned)
    return "an arena is lost or listed twice";
  if (free_pools != table.counts.free_pools)
    return "the count of free pools is wrong";
  return nullptr;
}

void lock_arenas() noexcept { table.lock.lock(); }
void unlock_arenas() noexcept { table.lock.unlock(); }

} // namespace refcycle::pool::internal
