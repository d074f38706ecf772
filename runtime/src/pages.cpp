// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas of 64 pages. A page is taken from the arena with the fewest free
// pages, so that others empty and go back to the system (pymalloc's rule).

#include "pages.h"

#include "refcycle/internal/page.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <new>
#include <pthread.h>
#include <sys/mman.h>
#include <vector>

#if REFCYCLE_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace refcycle::internal {

namespace {

constexpr std::size_t pages_an_arena = 64; // One bit each in `free`.
constexpr std::size_t arena_bytes = pages_an_arena * page_bytes;

struct arena {
  char *base;
  std::uint64_t free = ~std::uint64_t{0};
};

/// Conservation: reserved = pages out of arenas + spans mapped on their own.
struct page_source {
  std::mutex lock;
  std::vector<arena> arenas;
  std::size_t reserved = 0;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
};

} // namespace

// Never destroyed: objects with static lifetime drop handles after it would be.
static page_source &source() {
  static page_source *only = [] {
    auto *made = new page_source;
    // Another thread may hold the lock when this one forks.
    pthread_atfork([] { source().lock.lock(); }, [] { source().lock.unlock(); },
                   [] { source().lock.unlock(); });
    return made;
  }();
  return *only;
}

bool one_object_a_page() noexcept {
  static const bool chosen = [] {
    const char *value = std::getenv("REFCYCLE_PAGES");
    return value != nullptr && std::string_view(value) == "single";
  }();
  return chosen;
}

/// Maps more than needed and cuts both ends off: mmap aligns to 4 KiB only.
static char *map_aligned(std::size_t bytes) {
  std::size_t room = bytes + page_bytes;
  void *got = mmap(nullptr, room, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED)
    throw std::bad_alloc();
  auto *start = static_cast<char *>(got);
  std::size_t skip =
      -reinterpret_cast<std::uintptr_t>(start) & (page_bytes - 1);
  if (skip != 0)
    munmap(start, skip);
  munmap(start + skip + bytes, room - skip - bytes);
#if REFCYCLE_ASAN
  __lsan_register_root_region(start + skip, bytes);
#endif
  return start + skip;
}

static void unmap(char *start, std::size_t bytes) noexcept {
#if REFCYCLE_ASAN
  __lsan_unregister_root_region(start, bytes);
#endif
  munmap(start, bytes);
}

static arena &fullest_arena(page_source &s) {
  arena *best = nullptr;
  for (arena &a : s.arenas)
    if (a.free != 0 &&
        (best == nullptr || std::popcount(a.free) < std::popcount(best->free)))
      best = &a;
  if (best != nullptr)
    return *best;
  s.arenas.reserve(s.arenas.size() + 1); // Throws before anything is mapped.
  s.arenas.push_back({map_aligned(arena_bytes)});
  return s.arenas.back();
}

static void *take_page(page_source &s) {
  arena &a = fullest_arena(s);
  int index = std::countr_zero(a.free);
  a.free &= a.free - 1;
  return a.base + static_cast<std::size_t>(index) * page_bytes;
}

static void return_page(page_source &s, char *start) noexcept {
  auto holds = [start](const arena &a) {
    return start >= a.base && start < a.base + arena_bytes;
  };
  auto a = std::find_if(s.arenas.begin(), s.arenas.end(), holds);
  a->free |= std::uint64_t{1} << ((start - a->base) / page_bytes);
  if (a->free != ~std::uint64_t{0}) {
    madvise(start, page_bytes, MADV_DONTNEED); // Zero when touched again.
    return;
  }
  unmap(a->base, arena_bytes);
  *a = s.arenas.back();
  s.arenas.pop_back();
}

void *reserve_pages(std::size_t spans) {
  page_source &s = source();
  std::lock_guard hold(s.lock);
  std::size_t bytes = spans * page_bytes;
  if (bytes > s.limit || s.reserved > s.limit - bytes)
    throw std::bad_alloc();
  void *got = spans == 1 ? take_page(s) : map_aligned(bytes);
  s.reserved += bytes;
  return got;
}

void return_pages(void *start, std::size_t spans) noexcept {
  page_source &s = source();
  std::lock_guard hold(s.lock);
  std::size_t bytes = spans * page_bytes;
  allow_access(start, bytes);
  s.reserved -= bytes;
  if (spans == 1)
    return_page(s, static_cast<char *>(start));
  else
    unmap(static_cast<char *>(start), bytes);
}

std::size_t reserved_page_bytes() noexcept {
  page_source &s = source();
  std::lock_guard hold(s.lock);
  return s.reserved;
}

void limit_page_bytes(std::size_t bytes) noexcept {
  page_source &s = source();
  std::lock_guard hold(s.lock);
  s.limit = bytes;
}

} // namespace refcycle::internal
