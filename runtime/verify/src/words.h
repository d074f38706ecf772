// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes over all words of the heap.

#ifndef REFCYCLE_VERIFY_WORDS_H
#define REFCYCLE_VERIFY_WORDS_H

#include "live_blocks.h"

namespace refcycle::verify {

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
