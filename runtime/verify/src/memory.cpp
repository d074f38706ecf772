// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "memory.h"

#include <iterator>
#include <sys/mman.h>

namespace refcycle::verify {

static void *map(std::size_t bytes, int sharing) noexcept {
  void *pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

/// Kernels align few mappings to huge pages. What is mapped too much at either
/// end is never touched; less than half a page is not worth to be zeroed whole.
static void *map_huge_pages(std::size_t bytes) noexcept {
  std::size_t whole = (bytes + huge_page / 2) & ~(huge_page - 1);
  void *pages = map(bytes + 2 * huge_page, MAP_PRIVATE);
  if (pages == nullptr)
    return nullptr;
  auto aligned = reinterpret_cast<void *>((address(pages) + huge_page - 1) &
                                          ~(huge_page - 1));
  madvise(aligned, whole, MADV_HUGEPAGE);
  return aligned;
}

/// A process makes one for its verdicts; its forks make a few more.
static address own_shared[8];

bool is_own_shared(address start) noexcept {
  return std::find(std::begin(own_shared), std::end(own_shared), start) !=
         std::end(own_shared);
}

void *map_pages(std::size_t bytes, bool shared) noexcept {
  if (!shared)
    return bytes >= huge_page ? map_huge_pages(bytes) : map(bytes, MAP_PRIVATE);
  void *pages = map(bytes, MAP_SHARED);
  auto *free = std::find(std::begin(own_shared), std::end(own_shared), 0);
  if (free != std::end(own_shared))
    *free = address(pages);
  return pages;
}

namespace {

/// Arrays that are not large lie side by side in huge pages: a check has dozens
/// of them, and on pages of 4 KiB their faults took as long as their use.
class arena {
public:
  void *take(std::size_t bytes) noexcept {
    if (std::size_t(end - at) < bytes && !add_chunk())
      return nullptr;
    char *taken = at;
    at += bytes;
    return taken;
  }

  /// The youngest grows where it is.
  bool extend(void *pages, std::size_t bytes, std::size_t wanted) noexcept {
    char *from = static_cast<char *>(pages);
    if (from + bytes != at || std::size_t(end - from) < wanted)
      return false;
    at = from + wanted;
    return true;
  }

private:
  bool add_chunk() noexcept {
    constexpr std::size_t chunk = 16 * huge_page;
    auto *pages = static_cast<char *>(map_pages(chunk));
    if (pages == nullptr)
      return false;
    at = pages;
    end = at + chunk;
    return true;
  }

  char *at = nullptr, *end = nullptr;
};

constinit arena small_arrays;

} // namespace

static void *move_pages(void *pages, std::size_t bytes,
                        std::size_t wanted) noexcept {
  void *moved =
      wanted < huge_page ? small_arrays.take(wanted) : map_pages(wanted);
  if (moved != nullptr && pages != nullptr)
    std::memcpy(moved, pages, bytes);
  return moved;
}

void *grow_pages(void *pages, std::size_t bytes, std::size_t wanted) noexcept {
  if (pages != nullptr && wanted < huge_page &&
      small_arrays.extend(pages, bytes, wanted))
    return pages;
  return move_pages(pages, bytes, wanted);
}

} // namespace refcycle::verify
