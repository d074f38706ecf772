// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small objects from pools, large ones from malloc: CPython's pymalloc as a
// C++ allocator, with a cache per thread in front. docs/pool.md walks one
// block through every layer. Adaptors for std::pmr and for standard containers
// are in pool_allocator.h. Knows nothing of handles or of the collector.

#ifndef REFCYCLE_POOL_H
#define REFCYCLE_POOL_H

#include "refcycle/internal/pool_cache.h"

#include <cstddef>
#include <cstdio>
#include <new>

/// \par Thread safety
/// Every function may be called from any thread, and a block may be freed by
/// another thread than the one that allocated it. Exceptions say so.
///
/// \par Errors
/// Misuse (a block freed twice, a pointer that is not a block) is reported
/// with a sentence and ends the process where it is noticed. Debug mode
/// notices all of it at the free; the other modes notice some of it, later.
namespace refcycle::pool {

enum class mode {
  pooled,      ///< Small blocks from pools, large ones from malloc.
  debug,       ///< The same, with fill patterns, guard bytes and serials.
  passthrough, ///< Everything from malloc: for sanitizers and profilers.
};

struct options {
  mode run_mode = mode::pooled;
  /// Bytes of the largest request served from pools, rounded up to 16; at
  /// most 1024. Zero sends everything to malloc.
  std::size_t small_limit = 512;
};

/// Chooses mode and limit for the process. Returns false, changing nothing,
/// when the pool has been used already or the limit is above 1024.
///
/// The environment decides instead when it says something:
/// `REFCYCLE_POOL=pooled|debug|malloc` and `REFCYCLE_POOL_LIMIT=bytes`.
bool configure(const options &wanted) noexcept;

/// What is in force. Counts as first use.
options active_options() noexcept;

/// Returns a block of at least `bytes`, aligned to 16; null when out of
/// memory. A request for zero bytes gets a block of its own.
/// Cost: about seven instructions while the thread's cache has a block.
[[nodiscard]] REFCYCLE_POOL_INLINE void *
try_allocate(std::size_t bytes) noexcept {
  return internal::take(bytes);
}

namespace internal {
/// Runs the new-handler until there is memory; throws std::bad_alloc.
void *allocate_or_throw(std::size_t bytes);
void *allocate_aligned(std::size_t bytes, std::size_t align) noexcept;
void deallocate_aligned(void *block, std::size_t bytes,
                        std::size_t align) noexcept;
} // namespace internal

/// As try_allocate, but behaves as operator new when out of memory: calls the
/// new-handler, then throws std::bad_alloc.
[[nodiscard]] REFCYCLE_POOL_INLINE void *allocate(std::size_t bytes) {
  void *block = internal::take(bytes);
  return block ? block : internal::allocate_or_throw(bytes);
}

/// Frees a block of allocate, try_allocate or reallocate. `bytes` must be what
/// was asked for; null is ignored.
REFCYCLE_POOL_INLINE void deallocate(void *block, std::size_t bytes) noexcept {
  if (block) [[likely]]
    internal::give(block, bytes);
}

/// Frees a block whose size the caller does not know.
/// Cost: one look-up in the page map more than the sized form.
void deallocate(void *block) noexcept;

/// Moves a block to a new size and keeps the common part of its content.
///
/// A block whose new size is of the same class stays where it is. Null with
/// the old block untouched when out of memory; a null `block` allocates.
/// Only for blocks aligned to 16, as allocate returns them.
[[nodiscard]] void *reallocate(void *block, std::size_t bytes) noexcept;

/// Over-aligned storage: `align` is a power of two. Null when out of memory.
/// Frees with the same `bytes` and `align`.
[[nodiscard]] inline void *try_allocate(std::size_t bytes,
                                        std::size_t align) noexcept {
  if (align <= internal::alignment)
    return internal::take(bytes);
  return internal::allocate_aligned(bytes, align);
}

inline void deallocate(void *block, std::size_t bytes,
                       std::size_t align) noexcept {
  if (align <= internal::alignment)
    deallocate(block, bytes);
  else if (block)
    internal::deallocate_aligned(block, bytes, align);
}

/// Bytes that may be used at `block`: at least what was asked for, and exactly
/// that in debug mode. Lifts AddressSanitizer's guard on the difference.
std::size_t usable_size(const void *block) noexcept;

/// Whether the address lies in a pool that is in use. False for what malloc
/// served.
bool owns(const void *address) noexcept;

/// Returns memory to the system: empties this thread's cache, unmaps arenas
/// that are free, and drops the pages of free pools in the others.
/// Returns the number of bytes the process gave back.
std::size_t trim() noexcept;

/// One size class at one moment. The equation that always holds:
/// `blocks == in_use + cached + free`.
struct class_statistics {
  std::size_t block_bytes = 0;
  std::size_t pools = 0;  ///< Pools cut into blocks of this size.
  std::size_t blocks = 0; ///< All blocks in those pools.
  std::size_t in_use = 0; ///< Held by the program.
  std::size_t cached = 0; ///< Free, in some thread's cache.
  std::size_t free = 0;   ///< Free, in their pool.
};

/// The whole pool at one moment. The equation that always holds:
/// `arenas * arena_bytes == bytes_in_use + bytes_cached + bytes_free +
/// bytes_slack + bytes_free_pools + bytes_headers`.
///
/// Exact while no other thread allocates; otherwise each number is right for
/// some moment during the call. In debug mode a block includes its guards.
struct statistics {
  class_statistics classes[internal::class_count]; ///< Entry 0 is empty.
  std::size_t arena_bytes = 0;                     ///< Size of one arena.
  std::size_t pool_bytes = 0;                      ///< Size of one pool.
  std::size_t arenas = 0;                          ///< Mapped now.
  std::size_t arenas_peak = 0;      ///< Most ever mapped at once.
  std::size_t arenas_mapped = 0;    ///< Mapped since the process started.
  std::size_t arenas_returned = 0;  ///< Of those, given back to the system.
  std::size_t bytes_in_use = 0;     ///< In small blocks the program holds.
  std::size_t bytes_cached = 0;     ///< In thread caches.
  std::size_t bytes_free = 0;       ///< Free blocks in partly used pools.
  std::size_t bytes_slack = 0;      ///< Ends of pools too short for a block.
  std::size_t bytes_free_pools = 0; ///< Pools of no class.
  std::size_t bytes_headers = 0;    ///< Arena headers.
  std::size_t large_blocks = 0;     ///< Held by the program, from malloc.
  std::size_t large_bytes = 0;      ///< Their usable bytes.
  std::size_t threads = 0;          ///< Threads that have a cache.
};

/// Cost: linear in classes and threads, not in blocks.
statistics get_statistics() noexcept;

/// Writes the table of CPython's sys._debugmallocstats() for this pool, with
/// the columns of class_statistics, and a last line that adds up.
void print_statistics(std::FILE *out) noexcept;

/// Checks every invariant of docs/pool.md. Null when all hold, otherwise the
/// first broken one as a sentence that stays valid until the next call.
///
/// No other thread may use the pool meanwhile. Cost: linear in pools and in
/// cached blocks; in debug mode also in all live bytes.
const char *verify_pool() noexcept;

/// Called with a sentence when misuse is noticed; the process aborts when the
/// handler returns. The default prints the sentence to stderr.
using misuse_handler = void (*)(const char *sentence);
/// Returns the previous handler; null restores the default.
misuse_handler set_misuse_handler(misuse_handler handler) noexcept;

} // namespace refcycle::pool

/// The same allocator behind plain function calls, for C and for measuring.
extern "C" {
void *refcycle_pool_malloc(std::size_t bytes);
void *refcycle_pool_calloc(std::size_t count, std::size_t bytes);
void *refcycle_pool_realloc(void *block, std::size_t bytes);
void refcycle_pool_free(void *block);
}

#endif
