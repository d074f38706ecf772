// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Build switches and the bridge to memory checkers. Everything below includes
// this; it includes nothing of the runtime.

#ifndef REFCYCLE_INTERNAL_CONFIG_H
#define REFCYCLE_INTERNAL_CONFIG_H

#include <cstddef>

/// 1 in checked builds: misuse is trapped with a sentence and the whole heap is
/// verified at the borders of collection phases. Set by the CMake option of the
/// same name, so that the library and its users always agree.
#ifndef REFCYCLE_CHECKED
#define REFCYCLE_CHECKED 0
#endif

/// 1 when free slots are announced to Valgrind. Costs a few instructions for
/// every make and drop, hence an option.
#ifndef REFCYCLE_VALGRIND
#define REFCYCLE_VALGRIND 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define REFCYCLE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REFCYCLE_ASAN 1
#endif
#endif
#ifndef REFCYCLE_ASAN
#define REFCYCLE_ASAN 0
#endif

#if REFCYCLE_ASAN
#include <sanitizer/asan_interface.h>
#endif
#if REFCYCLE_VALGRIND
#include <valgrind/memcheck.h>
#endif

namespace refcycle::internal {

/// Prints "refcycle: " and the sentence to stderr, then aborts.
///
/// Used for mistakes after which going on would corrupt the heap.
[[noreturn]] void trap(const char *sentence) noexcept;

/// Traps in checked builds when \p good is false; costs nothing in others.
inline void check([[maybe_unused]] bool good,
                  [[maybe_unused]] const char *sentence) noexcept {
#if REFCYCLE_CHECKED
  if (!good)
    trap(sentence);
#endif
}

/// Tells memory checkers that nobody may touch these bytes.
inline void forbid_access([[maybe_unused]] void *start,
                          [[maybe_unused]] std::size_t bytes) noexcept {
#if REFCYCLE_ASAN
  __asan_poison_memory_region(start, bytes);
#endif
#if REFCYCLE_VALGRIND
  VALGRIND_MAKE_MEM_NOACCESS(start, bytes);
#endif
}

/// Tells memory checkers that these bytes are storage again, without a value.
inline void allow_access([[maybe_unused]] void *start,
                         [[maybe_unused]] std::size_t bytes) noexcept {
#if REFCYCLE_ASAN
  __asan_unpoison_memory_region(start, bytes);
#endif
#if REFCYCLE_VALGRIND
  VALGRIND_MAKE_MEM_UNDEFINED(start, bytes);
#endif
}

} // namespace refcycle::internal

#endif
