// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "refcycle/memory.h"

#include "heaps.h"
#include "pages.h"

#include <cstdio>
#include <unistd.h>

namespace refcycle {

/// The second number of /proc/self/statm counts resident pages.
static std::size_t resident_bytes() noexcept {
  std::FILE *file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr)
    return 0;
  unsigned long total = 0, resident = 0;
  if (std::fscanf(file, "%lu %lu", &total, &resident) != 2)
    resident = 0;
  std::fclose(file);
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

memory_usage memory_info() noexcept {
  memory_usage usage;
  if (internal::heap *h = internal::thread_heap) {
    for (const internal::page *p : h->pages) {
      usage.objects += p->used;
      usage.object_bytes += std::size_t{p->used} * p->type->size;
      usage.slot_bytes += std::size_t{p->used} * p->slot_bytes;
    }
    usage.page_count = h->pages.size();
    usage.reserved_bytes = h->reserved_bytes;
  }
  usage.resident_bytes = resident_bytes();
  return usage;
}

void subtle::limit_page_bytes(std::size_t bytes) noexcept {
  internal::limit_page_bytes(bytes);
}

} // namespace refcycle
