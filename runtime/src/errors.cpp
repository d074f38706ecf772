// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where mistakes and lost exceptions go.

#include "refcycle/gc.h"
#include "refcycle/internal/config.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace refcycle {

void internal::trap(const char *sentence) noexcept {
  std::fprintf(stderr, "refcycle: %s\n", sentence);
  std::fflush(stderr);
  std::abort();
}

static void print_unraisable(std::string_view where,
                             const std::exception_ptr &error) {
  const int length = static_cast<int>(where.size());
  try {
    std::rethrow_exception(error);
  } catch (const std::exception &e) {
    std::fprintf(stderr, "refcycle: exception ignored in %.*s: %s\n", length,
                 where.data(), e.what());
  } catch (...) {
    std::fprintf(stderr, "refcycle: exception ignored in %.*s\n", length,
                 where.data());
  }
}

static thread_local gc::unraisable_hook hook;

gc::unraisable_hook gc::set_unraisable_hook(unraisable_hook next) {
  return std::exchange(hook, std::move(next));
}

void internal::report_unraisable(std::string_view where) noexcept {
  std::exception_ptr error = std::current_exception();
  try {
    if (hook)
      hook(where, error);
    else
      print_unraisable(where, error);
  } catch (...) {
    // A hook that throws has had its chance.
  }
}

} // namespace refcycle
