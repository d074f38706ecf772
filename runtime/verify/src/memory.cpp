// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "memory.h"

#include <iterator>
#include <sys/mman.h>

namespace refcycle::verify {

/// From here on, huge pages save more in faults than they waste.
static constexpr std::size_t large = std::size_t(2) << 20;

static void *checked(void *pages, std::size_t bytes, bool shared) noexcept {
  if (pages == MAP_FAILED)
    return nullptr;
  if (bytes >= large && !shared)
    madvise(pages, bytes, MADV_HUGEPAGE);
  return pages;
}

/// A process makes one for its verdicts; its forks make a few more.
static address own_shared[8];

bool is_own_shared(address start) noexcept {
  return std::find(std::begin(own_shared), std::end(own_shared), start) !=
         std::end(own_shared);
}

void *map_pages(std::size_t bytes, bool shared) noexcept {
  int flags =
      (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_NORESERVE;
  void *pages =
      checked(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), bytes,
              shared);
  auto *free = std::find(std::begin(own_shared), std::end(own_shared), 0);
  if (shared && free != std::end(own_shared))
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
    constexpr std::size_t chunk = 16 * large;
    // Older kernels do not align mappings to huge pages.
    void *pages = map_pages(chunk + large);
    if (pages == nullptr)
      return false;
    at = reinterpret_cast<char *>((address(pages) + large - 1) & ~(large - 1));
    end = at + chunk;
    return true;
  }

  char *at = nullptr, *end = nullptr;
};

constinit arena small_arrays;

} // namespace

static void *move_pages(void *pages, std::size_t bytes,
                        std::size_t wanted) noexcept {
  void *moved = wanted < large ? small_arrays.take(wanted) : map_pages(wanted);
  if (moved != nullptr && pages != nullptr)
    std::memcpy(moved, pages, bytes);
  return moved;
}

void *grow_pages(void *pages, std::size_t bytes, std::size_t wanted) noexcept {
  if (bytes >= large)
    return checked(mremap(pages, bytes, wanted, MREMAP_MAYMOVE), wanted, false);
  if (pages != nullptr && wanted < large &&
      small_arrays.extend(pages, bytes, wanted))
    return pages;
  return move_pages(pages, bytes, wanted);
}

address_index::address_index(std::size_t most) noexcept {
  std::size_t size = 16;
  while (size < most * 2)
    size *= 2;
  slots.resize(size);
  mask = slots.size() - 1;
}

void address_index::insert(address key, std::uint32_t value) noexcept {
  if (slots.empty())
    return;
  std::size_t i = start(key);
  while (slots[i].key != 0 && slots[i].key != key)
    i = (i + 1) & mask;
  slots[i] = {key, value};
}

} // namespace refcycle::verify
