// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How much memory counted objects take.

#ifndef REFCYCLE_MEMORY_H
#define REFCYCLE_MEMORY_H

#include <cstddef>

namespace refcycle {

/// Memory of the calling thread's heap at one moment. What objects own outside
/// their own bytes (vectors, strings) is in resident_bytes only.
struct memory_usage {
  std::size_t objects = 0;      ///< Alive, tracked or not.
  std::size_t object_bytes = 0; ///< Their payloads.
  std::size_t slot_bytes = 0;   ///< Their slots, with headers and padding.
  std::size_t page_count = 0;
  std::size_t reserved_bytes = 0; ///< Address space of the pages.
  std::size_t resident_bytes = 0; ///< Of the whole process; 0 if unknown.
};

/// Cost: one step for each page, and one small file read.
memory_usage memory_info() noexcept;

namespace subtle {

/// From here on page memory of all heaps together may not exceed \p bytes;
/// make() throws std::bad_alloc instead. For tests of exhaustion and for hard
/// budgets. What is reserved already stays.
void limit_page_bytes(std::size_t bytes) noexcept;

} // namespace subtle

} // namespace refcycle

#endif
