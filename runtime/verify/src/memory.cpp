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

void *grow_pages(void *pages, std::size_t bytes, std::size_t wanted) noexcept {
  if (pages == nullptr)
    return map_pages(wanted);
  return checked(mremap(pages, bytes, wanted, MREMAP_MAYMOVE), wanted, false);
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
