// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Requests to AddressSanitizer, LeakSanitizer and Valgrind.

#include "pool_tools.h"

#include <cstring>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define REFCYCLE_POOL_VALGRIND 1
#endif

extern "C" {
[[gnu::weak]] void __asan_poison_memory_region(void const volatile *,
                                               std::size_t);
[[gnu::weak]] void __asan_unpoison_memory_region(void const volatile *,
                                                 std::size_t);
[[gnu::weak]] void __lsan_register_root_region(void const *, std::size_t);
[[gnu::weak]] void __lsan_unregister_root_region(void const *, std::size_t);
}

namespace refcycle::pool::internal {

static void poison(void *p, std::size_t bytes) noexcept {
  if (__asan_poison_memory_region)
    __asan_poison_memory_region(p, bytes);
}

static void unpoison(void *p, std::size_t bytes) noexcept {
  if (__asan_unpoison_memory_region)
    __asan_unpoison_memory_region(p, bytes);
}

#ifdef REFCYCLE_POOL_VALGRIND
bool running_on_valgrind() noexcept { return RUNNING_ON_VALGRIND != 0; }
#else
bool running_on_valgrind() noexcept { return false; }
#define VALGRIND_MAKE_MEM_NOACCESS(p, n) ((void)0)
#define VALGRIND_MAKE_MEM_UNDEFINED(p, n) ((void)0)
#define VALGRIND_MALLOCLIKE_BLOCK(p, n, redzone, zeroed) ((void)0)
#define VALGRIND_FREELIKE_BLOCK(p, redzone) ((void)0)
#define VALGRIND_DISABLE_ERROR_REPORTING ((void)0)
#define VALGRIND_ENABLE_ERROR_REPORTING ((void)0)
#endif

void announce_arena(void *blocks, std::size_t bytes) noexcept {
  poison(blocks, bytes);
  VALGRIND_MAKE_MEM_NOACCESS(blocks, bytes);
  if (__lsan_register_root_region)
    __lsan_register_root_region(blocks, bytes);
}

// The address range may be mapped again by anybody: leave no poison behind.
void retire_arena(void *blocks, std::size_t bytes) noexcept {
  unpoison(blocks, bytes);
  VALGRIND_MAKE_MEM_UNDEFINED(blocks, bytes);
  if (__lsan_unregister_root_region)
    __lsan_unregister_root_region(blocks, bytes);
}

void announce_block(void *block, std::size_t bytes) noexcept {
  unpoison(block, bytes);
  VALGRIND_MALLOCLIKE_BLOCK(block, bytes, 0, 0);
}

void retire_block(void *block, std::size_t capacity) noexcept {
  VALGRIND_FREELIKE_BLOCK(block, 0);
  poison(block, capacity);
}

void resize_block(void *block, std::size_t capacity,
                  std::size_t bytes) noexcept {
  poison(block, capacity);
  unpoison(block, bytes);
}

void copy_block(void *to, const void *from, std::size_t bytes) noexcept {
  VALGRIND_DISABLE_ERROR_REPORTING;
  std::memcpy(to, from, bytes);
  VALGRIND_ENABLE_ERROR_REPORTING;
}

// Valgrind keeps its guard: it knows the size that was asked for better.
void allow_whole_block(const void *block, std::size_t capacity) noexcept {
  unpoison(const_cast<void *>(block), capacity);
}

} // namespace refcycle::pool::internal
