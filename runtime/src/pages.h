// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Address space for pages, shared by all heaps of the process.

#ifndef REFCYCLE_SRC_PAGES_H
#define REFCYCLE_SRC_PAGES_H

#include <cstddef>

namespace refcycle::internal {

/// Returns zeroed memory, aligned to page_bytes, of \p spans pages.
///
/// Throws std::bad_alloc. Any thread may call it.
void *reserve_pages(std::size_t spans);

/// Takes back what reserve_pages returned; the system gets the memory at once.
void return_pages(void *start, std::size_t spans) noexcept;

/// Bytes that heaps hold now. Address space; the system backs what was touched.
std::size_t reserved_page_bytes() noexcept;

/// From here on reserving more than this many bytes throws std::bad_alloc.
void limit_page_bytes(std::size_t bytes) noexcept;

/// True when REFCYCLE_PAGES=single: each object has its own block from the C
/// library, so that address checkers see every object apart.
bool one_object_a_page() noexcept;

} // namespace refcycle::internal

#endif
