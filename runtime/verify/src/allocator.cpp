// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "allocator.h"

#include "live_blocks.h"
#include "stacks.h"
#include "visible.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>

namespace refcycle::verify {

// What is allocated while the real functions are looked up: dlsym() itself may
// allocate. Such blocks live for ever and are no heap blocks.
namespace {
alignas(16) char early_memory[65536];
std::size_t early_used = 0;

bool is_early(void *p) noexcept {
  return address(p) - address(early_memory) < sizeof early_memory;
}

void *early_malloc(std::size_t size) noexcept {
  std::size_t needed = (size + 15) & ~std::size_t(15);
  if (needed < size || sizeof early_memory - early_used < needed)
    return nullptr;
  void *p = early_memory + early_used;
  early_used += needed;
  return p;
}

void *early_calloc(std::size_t count, std::size_t size) noexcept {
  std::size_t bytes;
  return __builtin_mul_overflow(count, size, &bytes) ? nullptr
                                                     : early_malloc(bytes);
}

void *early_aligned(std::size_t, std::size_t) noexcept { return nullptr; }
void *early_realloc(void *, std::size_t) noexcept { return nullptr; }
void early_free(void *) noexcept {}
std::size_t early_usable(void *) noexcept { return 0; }

template <typename Function> Function *next(const char *name) noexcept {
  return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

} // namespace

static void look_up() noexcept {
  // A caller may have read several of the functions before the first call.
  static bool done = false;
  if (done)
    return;
  done = true;
  real = {early_malloc,  early_calloc, early_realloc,
          early_aligned, early_free,   early_usable};
  allocator found = {next<void *(std::size_t)>("malloc"),
                     next<void *(std::size_t, std::size_t)>("calloc"),
                     next<void *(void *, std::size_t)>("realloc"),
                     next<void *(std::size_t, std::size_t)>("aligned_alloc"),
                     next<void(void *)>("free"),
                     next<std::size_t(void *)>("malloc_usable_size")};
  reserve_block_shadow();
  real = found;
}

// The table starts with functions that fill it in: then no call has to ask
// whether that was done. The first call comes from the dynamic linker's start,
// when there is one thread.
allocator real = {
    [](std::size_t n) { return look_up(), real.malloc(n); },
    [](std::size_t n, std::size_t s) { return look_up(), real.calloc(n, s); },
    [](void *p, std::size_t n) { return look_up(), real.realloc(p, n); },
    [](std::size_t a, std::size_t n) {
      return look_up(), real.aligned_alloc(a, n);
    },
    [](void *p) { look_up(), real.free(p); },
    [](void *p) { return look_up(), real.usable_size(p); },
};

// ------------------------------------------------------------ in the sandbox

namespace {
char *bump = nullptr, *bump_end = nullptr;
freed_hook when_freed = nullptr;

/// The size stands in front of the block, for realloc().
void *bump_aligned(std::size_t alignment, std::size_t size) noexcept {
  alignment = std::max<std::size_t>(alignment, 16);
  std::size_t needed = size + alignment + 16;
  if (needed < size) {
    errno = ENOMEM;
    return nullptr;
  }
  if (std::size_t(bump_end - bump) < needed) {
    std::size_t chunk = std::max<std::size_t>(needed, std::size_t(1) << 20);
    bump = static_cast<char *>(map_pages(chunk));
    if (bump == nullptr) {
      bump_end = nullptr;
      errno = ENOMEM;
      return nullptr;
    }
    bump_end = bump + chunk;
  }
  address p = (address(bump) + 16 + alignment - 1) & ~(alignment - 1);
  set_word(p - 8, size);
  bump = reinterpret_cast<char *>(p + size);
  return reinterpret_cast<void *>(p);
}

std::size_t (*program_usable_size)(void *) = nullptr;

/// Of a block of the program or of the sandbox.
std::size_t sandbox_usable(void *p) noexcept {
  if (p == nullptr)
    return 0;
  return starts_block(address(p)) ? program_usable_size(p)
                                  : word_at(address(p) - 8);
}

void *sandbox_realloc(void *p, std::size_t size) noexcept {
  void *moved = bump_aligned(16, size);
  if (moved != nullptr && p != nullptr)
    std::memcpy(moved, p, std::min(size, sandbox_usable(p)));
  return moved;
}

} // namespace

void stop_freeing(freed_hook on_free) noexcept {
  when_freed = on_free;
  program_usable_size = real.usable_size;
  real = {[](std::size_t n) { return bump_aligned(16, n); },
          [](std::size_t n, std::size_t s) -> void * {
            std::size_t bytes; // Fresh pages are zero.
            return __builtin_mul_overflow(n, s, &bytes)
                       ? nullptr
                       : bump_aligned(16, bytes);
          },
          sandbox_realloc,
          bump_aligned,
          [](void *p) {
            if (p != nullptr)
              when_freed(p);
          },
          sandbox_usable};
}

} // namespace refcycle::verify

// -------------------------------------------------------------------- hooks

using namespace refcycle::verify;

#define REFCYCLE_NOTE_STACK(block)                                             \
  if (__builtin_expect(stacks != nullptr, false))                              \
  note_stack(block, static_cast<address *>(__builtin_frame_address(0)))

REFCYCLE_VISIBLE void *malloc(std::size_t size) {
  void *p = real.malloc(size);
  note_block(p);
  REFCYCLE_NOTE_STACK(p);
  return p;
}

REFCYCLE_VISIBLE void *calloc(std::size_t count, std::size_t size) {
  void *p = real.calloc(count, size);
  note_block(p);
  REFCYCLE_NOTE_STACK(p);
  return p;
}

REFCYCLE_VISIBLE void free(void *p) {
  if (is_early(p))
    return;
  // First: another thread may get the block at once.
  forget_block(p);
  real.free(p);
}

REFCYCLE_VISIBLE void *realloc(void *p, std::size_t size) {
  if (is_early(p)) {
    void *moved = malloc(size);
    if (moved != nullptr)
      std::memcpy(moved, p,
                  std::min(size, sizeof early_memory -
                                     (address(p) - address(early_memory))));
    return moved;
  }
  forget_block(p);
  void *moved = real.realloc(p, size);
  // A failed call leaves the old block; realloc(p, 0) frees it.
  note_block(moved == nullptr && size != 0 ? p : moved);
  return moved;
}

REFCYCLE_VISIBLE void *aligned_alloc(std::size_t alignment, std::size_t size) {
  void *p = real.aligned_alloc(alignment, size);
  note_block(p);
  REFCYCLE_NOTE_STACK(p);
  return p;
}

REFCYCLE_VISIBLE void *memalign(std::size_t alignment, std::size_t size) {
  return aligned_alloc(alignment, size);
}

REFCYCLE_VISIBLE int posix_memalign(void **out, std::size_t alignment,
                                    std::size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 ||
      alignment == 0)
    return EINVAL;
  int saved = errno;
  void *p = aligned_alloc(alignment, size);
  errno = saved;
  if (p == nullptr)
    return ENOMEM;
  *out = p;
  return 0;
}

REFCYCLE_VISIBLE void *valloc(std::size_t size) {
  return aligned_alloc(4096, size);
}

REFCYCLE_VISIBLE void *pvalloc(std::size_t size) {
  return aligned_alloc(4096, (size + 4095) & ~std::size_t(4095));
}

REFCYCLE_VISIBLE std::size_t malloc_usable_size(void *p) {
  return real.usable_size(p);
}
