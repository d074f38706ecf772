// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the pool tells memory checkers, and how it asks whether one is there.
// Every function does nothing when its tool is absent. Sanitizers are found at
// run time through weak symbols, so an uninstrumented library serves an
// instrumented program.

#ifndef REFCYCLE_SRC_POOL_TOOLS_H
#define REFCYCLE_SRC_POOL_TOOLS_H

#include <cstddef>

namespace refcycle::pool::internal {

bool running_on_valgrind() noexcept;

/// Whether calls must announce single blocks, which thread caches would hide.
inline bool tools_need_every_call() noexcept { return running_on_valgrind(); }

/// A fresh arena's blocks may not be read; what they will hold may point to
/// memory a leak checker would otherwise miss.
void announce_arena(void *blocks, std::size_t bytes) noexcept;
void retire_arena(void *blocks, std::size_t bytes) noexcept;

void announce_block(void *block, std::size_t bytes) noexcept;
/// `capacity` is the size of the whole block.
void retire_block(void *block, std::size_t capacity) noexcept;
/// A live block changes size in place. Not under Valgrind, which would have to
/// be told the old size: nobody knows it.
void resize_block(void *block, std::size_t capacity,
                  std::size_t bytes) noexcept;
/// Copies a block whose end the program may not have asked for.
void copy_block(void *to, const void *from, std::size_t bytes) noexcept;
/// The program may use a live block up to its capacity.
void allow_whole_block(const void *block, std::size_t capacity) noexcept;

} // namespace refcycle::pool::internal

#endif
