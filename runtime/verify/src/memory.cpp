// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "memory.h"

#include <sys/mman.h>

namespace refcycle::verify {

void *map_pages(std::size_t bytes, bool shared) noexcept {
  void *pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS |
                         MAP_NORESERVE,
                     -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

void unmap_pages(void *pages, std::size_t bytes) noexcept {
  munmap(pages, bytes);
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
