// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which blocks of the heap are live: one byte of shadow for 16 bytes of address
// space, set by the allocator's hooks where a block starts. Only touched pages
// cost memory, a sixteenth of the heap.

#ifndef REFCYCLE_VERIFY_LIVE_BLOCKS_H
#define REFCYCLE_VERIFY_LIVE_BLOCKS_H

#include "memory.h"

namespace refcycle::verify {

/// One live block. Blocks of an enumeration are sorted and do not overlap.
struct block {
  address start;
  std::size_t size; ///< Usable bytes, as malloc_usable_size() tells.

  bool contains(address a) const noexcept { return a - start < size; }
};

/// One byte for each 16; null until the first block was noted, or if the system
/// has not that much address space for us.
extern std::uint8_t *block_shadow;

/// Reserves the shadow; false if the system refuses.
bool reserve_block_shadow() noexcept;

inline void note_block(void *start) noexcept {
  if (block_shadow != nullptr)
    block_shadow[address(start) >> 4] = 1;
}
inline void forget_block(void *start) noexcept {
  if (block_shadow != nullptr)
    block_shadow[address(start) >> 4] = 0;
}
inline bool starts_block(address a) noexcept {
  return a >> 47 == 0 && block_shadow[a >> 4] != 0;
}

struct mapping;

/// All live blocks in these mappings, by address.
/// Cost: linear in their resident memory.
void collect_blocks(std::span<const mapping> mappings,
                    array<block> &into) noexcept;

/// The block that contains \p a, or null. Cost: logarithmic.
const block *find_block(std::span<const block> blocks, address a) noexcept;

} // namespace refcycle::verify

#endif
