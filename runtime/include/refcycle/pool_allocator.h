// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool where the standard library wants an allocator: a memory resource
// for std::pmr containers and a stateless allocator for the others.

#ifndef REFCYCLE_POOL_ALLOCATOR_H
#define REFCYCLE_POOL_ALLOCATOR_H

#include "refcycle/pool.h"

#include <cstddef>
#include <limits>
#include <memory_resource>
#include <new>

namespace refcycle::pool {

/// The one memory resource over the pool; never destroyed, so containers with
/// static lifetime may use it. Throws std::bad_alloc as the standard asks.
/// \par Thread safety
/// Any thread may allocate and deallocate.
std::pmr::memory_resource *resource() noexcept;

/// A standard allocator over the pool. All instances are equal; containers
/// stay as large as with std::allocator.
template <class T> class allocator {
public:
  using value_type = T;

  allocator() noexcept = default;
  template <class U> allocator(const allocator<U> &) noexcept {}

  /// Throws std::bad_array_new_length when the bytes cannot be counted, and
  /// std::bad_alloc when there are none.
  [[nodiscard]] T *allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
      throw std::bad_array_new_length();
    if constexpr (alignof(T) <= internal::alignment)
      return static_cast<T *>(pool::allocate(count * sizeof(T)));
    else
      return static_cast<T *>(
          resource()->allocate(count * sizeof(T), alignof(T)));
  }

  void deallocate(T *block, std::size_t count) noexcept {
    pool::deallocate(block, count * sizeof(T), alignof(T));
  }

  template <class U> bool operator==(const allocator<U> &) const noexcept {
    return true;
  }
};

} // namespace refcycle::pool

#endif
