// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The malloc family stands in front of the program's own: each call goes to the
// next definition (glibc, jemalloc, ...) and is noted. In the sandbox the same
// names give memory that is never reused.

#ifndef REFCYCLE_VERIFY_ALLOCATOR_H
#define REFCYCLE_VERIFY_ALLOCATOR_H

#include <cstddef>

namespace refcycle::verify {

/// What stands behind the hooks.
struct allocator {
  void *(*malloc)(std::size_t);
  void *(*calloc)(std::size_t, std::size_t);
  void *(*realloc)(void *, std::size_t);
  void *(*aligned_alloc)(std::size_t, std::size_t);
  void (*free)(void *);
  std::size_t (*usable_size)(void *);
};
extern allocator real;

/// Called instead of freeing, in the sandbox only.
using freed_hook = void (*)(void *) noexcept;

/// From now on nothing is freed or reused in this process, which is a sandbox:
/// the program's allocator may be in the middle of something, and what a
/// destructor frees must stay readable for the destructors after it.
void stop_freeing(freed_hook on_free) noexcept;

} // namespace refcycle::verify

#endif
