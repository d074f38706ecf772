// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool as a std::pmr::memory_resource.

#include "refcycle/pool_allocator.h"

namespace refcycle::pool {

namespace {

class pool_resource final : public std::pmr::memory_resource {
  void *do_allocate(std::size_t bytes, std::size_t align) override {
    if (align <= internal::alignment)
      return pool::allocate(bytes);
    void *block = try_allocate(bytes, align);
    while (!block) {
      std::new_handler handler = std::get_new_handler();
      if (!handler)
        throw std::bad_alloc();
      handler();
      block = try_allocate(bytes, align);
    }
    return block;
  }

  void do_deallocate(void *block, std::size_t bytes,
                     std::size_t align) override {
    pool::deallocate(block, bytes, align);
  }

  bool do_is_equal(const memory_resource &other) const noexcept override {
    return this == &other;
  }
};

// In a union, so that its destructor never runs: objects with static lifetime
// may be destroyed after this file's.
union forever {
  constexpr forever() : value() {}
  ~forever() {}
  pool_resource value;
};

} // namespace

std::pmr::memory_resource *resource() noexcept {
  static forever instance;
  return &instance.value;
}

} // namespace refcycle::pool
