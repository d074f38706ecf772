// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hands out blocks from pools and takes them back. A pool is on its class's
// list exactly while it has a free block, and leaves the class when it has no
// other.

#include "pool_central.h"

#include "pool_arenas.h"
#include "pool_misuse.h"
#include "pool_page_map.h"

#include <cstring>
#include <mutex>

namespace refcycle::pool::internal {

static_assert(division_is_exact());

namespace {

// ThreadSanitizer follows at most 64 locks held at once, and fork holds all.
constexpr std::size_t lock_count = 32;

// On its own cache line: threads that use different sizes do not meet.
struct alignas(64) central_class {
  std::mutex lock;                ///< See lock_of: of the first classes only.
  pool_header *partial = nullptr; ///< Most recently freed into comes first.
  central_counts counts;
};

constinit central_class classes[class_count];

/// Up to 512 bytes every class has a lock of its own.
std::mutex &lock_of(std::size_t size_class) {
  return classes[size_class % lock_count].lock;
}

void link_pool(central_class &c, pool_header *pool) {
  pool->prev = nullptr;
  pool->next = c.partial;
  if (pool->next)
    pool->next->prev = pool;
  c.partial = pool;
}

void unlink_pool(central_class &c, pool_header *pool) {
  (pool->prev ? pool->prev->next : c.partial) = pool->next;
  if (pool->next)
    pool->next->prev = pool->prev;
}

bool has_free_block(const pool_header *pool) {
  return pool->handed_out != blocks_per_pool(pool->size_class);
}

bool add_pool(central_class &c, std::size_t size_class) {
  pool_header *pool = acquire_pool(size_class);
  if (!pool)
    return false;
  ++c.counts.pools;
  link_pool(c, pool);
  return true;
}

/// Takes up to `n` blocks from one pool, writing downwards from `out`.
std::size_t take_from_pool(pool_header *pool, void **out, std::size_t n) {
  char *base = pool_base(pool);
  std::size_t size = block_bytes(pool->size_class), taken = 0;
  for (std::size_t w = 0; w != bitmap_words && taken != n; ++w) {
    std::uint64_t bits = pool->free_bits[w];
    for (; bits && taken != n; bits &= bits - 1) {
      std::size_t index = w * 64 + std::countr_zero(bits);
      *--out = base + index * size;
      ++taken;
    }
    pool->free_bits[w] = bits;
  }
  pool->handed_out += static_cast<std::uint16_t>(taken);
  return taken;
}

[[noreturn]] void report_bad_block(std::size_t size_class, const void *block) {
  std::size_t found = page_map_class(block);
  if (!found)
    report_misuse("%p was freed as a block of up to %zu bytes, but it is in no "
                  "pool: freed before, or never allocated here",
                  block, block_bytes(size_class));
  if (found != size_class)
    report_misuse("block %p holds up to %zu bytes, but was freed with a size "
                  "of up to %zu",
                  block, block_bytes(found), block_bytes(size_class));
  report_misuse("%p lies inside a block of %zu bytes, but does not start it",
                block, block_bytes(found));
}

struct block_place {
  pool_header *pool;
  std::uint64_t *word;
  std::uint64_t bit;
};

/// Where a block's bit is; traps what cannot be a block of the class.
block_place find_block(std::size_t size_class, const void *block) {
  if (page_map_class(block) != size_class) [[unlikely]]
    report_bad_block(size_class, block);
  std::size_t offset = address_of(block) % pool_bytes;
  std::uint32_t index =
      divide_by_class(static_cast<std::uint32_t>(offset / alignment),
                      static_cast<std::uint32_t>(size_class));
  if (index * block_bytes(size_class) != offset ||
      index >= blocks_per_pool(size_class)) [[unlikely]]
    report_bad_block(size_class, block);
  pool_header *pool = pool_of(block);
  return {pool, &pool->free_bits[index / 64], std::uint64_t{1} << index % 64};
}

void return_block(central_class &c, std::size_t size_class, void *block) {
  block_place at = find_block(size_class, block);
  if (*at.word & at.bit) [[unlikely]]
    report_misuse("block %p of up to %zu bytes was freed twice", block,
                  block_bytes(size_class));
  if (!has_free_block(at.pool))
    link_pool(c, at.pool);
  *at.word |= at.bit;
  if (--at.pool->handed_out == 0) {
    unlink_pool(c, at.pool);
    --c.counts.pools;
    release_pool(at.pool);
  }
}

} // namespace

std::size_t fetch_blocks(std::size_t size_class, void **out,
                         std::size_t n) noexcept {
  central_class &c = classes[size_class];
  std::lock_guard hold(lock_of(size_class));
  if (!c.partial && !add_pool(c, size_class))
    return 0;
  std::size_t taken = 0;
  while (taken != n && c.partial) {
    pool_header *pool = c.partial;
    taken += take_from_pool(pool, out + (n - taken), n - taken);
    if (!has_free_block(pool))
      unlink_pool(c, pool);
  }
  c.counts.handed_out += taken;
  if (taken != n)
    std::memmove(out, out + (n - taken), taken * sizeof(void *));
  return taken;
}

void return_blocks(std::size_t size_class, void *const *blocks,
                   std::size_t n) noexcept {
  central_class &c = classes[size_class];
  std::lock_guard hold(lock_of(size_class));
  for (std::size_t i = 0; i != n; ++i)
    return_block(c, size_class, blocks[i]);
  c.counts.handed_out -= n;
}

bool is_handed_out(std::size_t size_class, const void *block) noexcept {
  if (page_map_class(block) != size_class)
    return false;
  std::size_t offset = address_of(block) % pool_bytes;
  std::size_t index = offset / block_bytes(size_class);
  return offset % block_bytes(size_class) == 0 &&
         index < blocks_per_pool(size_class) &&
         !(pool_of(block)->free_bits[index / 64] >> index % 64 & 1);
}

central_counts get_central_counts(std::size_t size_class) noexcept {
  return classes[size_class].counts;
}

namespace {

std::size_t free_blocks_of(const pool_header *pool) {
  std::size_t n = 0;
  for (std::uint64_t word : pool->free_bits)
    n += static_cast<std::size_t>(std::popcount(word));
  return n;
}

/// Blocks and pools found by walking arenas, to compare with the counts.
struct census {
  central_counts found[class_count];
  std::size_t partial[class_count] = {};
};

const char *count_pool(const pool_header *pool, void *context) {
  auto *seen = static_cast<census *>(context);
  std::size_t c = pool->size_class;
  if (c >= class_count)
    return "a pool has a size class that does not exist";
  if (free_blocks_of(pool) + pool->handed_out != blocks_per_pool(c))
    return "a pool's free bits and blocks handed out do not add up";
  if (pool->handed_out == 0)
    return "a pool without a block handed out still has a class";
  ++seen->found[c].pools;
  seen->found[c].handed_out += pool->handed_out;
  seen->partial[c] += has_free_block(pool);
  return nullptr;
}

const char *verify_list(std::size_t size_class, std::size_t expected) {
  std::size_t listed = 0;
  const pool_header *before = nullptr;
  for (const pool_header *p = classes[size_class].partial; p; p = p->next) {
    if (p->prev != before || p->size_class != size_class)
      return "a list of pools is not linked as it should be";
    if (!has_free_block(p))
      return "a full pool is listed as having a free block";
    before = p;
    ++listed;
  }
  return listed == expected ? nullptr
                            : "a pool with a free block is not on its list";
}

} // namespace

const char *verify_central() noexcept {
  census seen;
  if (const char *fault = verify_arenas(count_pool, &seen))
    return fault;
  for (std::size_t c = 1; c != class_count; ++c) {
    const central_counts &counted = classes[c].counts;
    if (seen.found[c].pools != counted.pools)
      return "a class's number of pools is wrong";
    if (seen.found[c].handed_out != counted.handed_out)
      return "a class's number of blocks handed out is wrong";
    if (const char *fault = verify_list(c, seen.partial[c]))
      return fault;
  }
  return nullptr;
}

void lock_central() noexcept {
  for (std::size_t i = 0; i != lock_count; ++i)
    classes[i].lock.lock();
}

void unlock_central() noexcept {
  for (std::size_t i = 0; i != lock_count; ++i)
    classes[i].lock.unlock();
}

} // namespace refcycle::pool::internal
