// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "live_blocks.h"

#include "allocator.h"
#include "mappings.h"

#include <algorithm>
#include <sys/mman.h>

namespace refcycle::verify {

std::uint8_t *block_shadow = nullptr;

/// User space has 47 bits of addresses.
static constexpr std::size_t shadow_bytes = std::size_t(1) << (47 - 4);

bool reserve_block_shadow() noexcept {
  void *pages = map_pages(shadow_bytes);
  if (pages == nullptr)
    return false;
  // Huge pages would turn each scattered byte into 2 MiB; a core file has no
  // use for any of it.
  madvise(pages, shadow_bytes, MADV_NOHUGEPAGE);
  madvise(pages, shadow_bytes, MADV_DONTDUMP);
  block_shadow = static_cast<std::uint8_t *>(pages);
  return true;
}

static void collect_in(address from, address to, array<block> &into) noexcept {
  for (address a = from; a < to; a += 128) {
    // Eight granules at a time: most of the shadow is zero.
    if (word_at(address(block_shadow + (a >> 4))) == 0)
      continue;
    for (address start = a; start != a + 128; start += 16)
      if (block_shadow[start >> 4] != 0)
        into.push_back(
            {start, real.usable_size(reinterpret_cast<void *>(start))});
  }
}

/// A mapping may be mostly reserved: pages never touched hold no block, and
/// asking the shadow of terabytes would take minutes.
static void collect_resident(address from, address to,
                             array<block> &into) noexcept {
  constexpr std::size_t page = 4096, step = std::size_t(1) << 28;
  static unsigned char resident[step / page];
  for (address chunk = from; chunk < to; chunk += step) {
    std::size_t bytes = std::min<std::size_t>(step, to - chunk);
    if (mincore(reinterpret_cast<void *>(chunk), bytes, resident) != 0)
      std::memset(resident, 1, sizeof resident);
    for (std::size_t i = 0; i != bytes / page; ++i)
      if (resident[i] & 1)
        collect_in(chunk + i * page, chunk + (i + 1) * page, into);
  }
}

void collect_blocks(std::span<const mapping> mappings,
                    array<block> &into) noexcept {
  address shadow = address(block_shadow), shadow_end = shadow + shadow_bytes;
  for (const mapping &m : mappings) {
    if (!m.is_heap())
      continue;
    // The shadow is the largest mapping of all, and has no blocks.
    collect_resident(m.start, std::max(m.start, std::min(m.end, shadow)), into);
    collect_resident(std::min(m.end, std::max(m.start, shadow_end)), m.end,
                     into);
  }
}

const block *find_block(std::span<const block> blocks, address a) noexcept {
  auto after =
      std::upper_bound(blocks.begin(), blocks.end(), a,
                       [](address x, const block &b) { return x < b.start; });
  if (after == blocks.begin() || !after[-1].contains(a))
    return nullptr;
  return &after[-1];
}

} // namespace refcycle::verify
