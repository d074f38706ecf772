// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes over all words of the heap.

#ifndef REFCYCLE_VERIFY_WORDS_H
#define REFCYCLE_VERIFY_WORDS_H

#include "live_blocks.h"

namespace refcycle::verify {

/// Membership in a set of addresses that lie close together; nearly every word
/// of a heap is turned away by its range.
class address_filter {
public:
  explicit address_filter(std::size_t most) : index(most) {}
  void insert(address a, std::uint32_t number) noexcept {
    low = std::min(low, a);
    high = std::max(high, a);
    if (index.find(a) == address_index::none)
      index.insert(a, number);
  }
  std::uint32_t find(address a) const noexcept {
    return a < low || a > high ? address_index::none : index.find(a);
  }

private:
  address low = ~address(0), high = 0;
  address_index index;
};

/// Calls \p visit with the number of the block, the address and the word.
template <typename Visit>
void for_each_word(std::span<const block> blocks, Visit visit) noexcept {
  for (std::uint32_t i = 0; i != blocks.size(); ++i)
    for (address a = blocks[i].start,
                 end = a + (blocks[i].size & ~std::size_t(7));
         a != end; a += 8)
      visit(i, a, word_at(a));
}

} // namespace refcycle::verify

#endif
