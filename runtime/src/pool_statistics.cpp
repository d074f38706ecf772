// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers read from the structures themselves: the fast path counts nothing.

#include "pool_arenas.h"
#include "pool_central.h"
#include "pool_process.h"
#include "pool_thread.h"

namespace refcycle::pool {

namespace internal {

static class_statistics describe_class(std::size_t c, std::size_t cached) {
  central_counts counts = get_central_counts(c);
  class_statistics s;
  s.block_bytes = block_bytes(c);
  s.pools = counts.pools;
  s.blocks = counts.pools * blocks_per_pool(c);
  s.cached = cached;
  s.in_use = counts.handed_out - cached;
  s.free = s.blocks - counts.handed_out;
  return s;
}

static void add_class(statistics &sum, const class_statistics &s) {
  sum.bytes_in_use += s.in_use * s.block_bytes;
  sum.bytes_cached += s.cached * s.block_bytes;
  sum.bytes_free += s.free * s.block_bytes;
  sum.bytes_slack += s.pools * pool_bytes - s.blocks * s.block_bytes;
}

static void describe_arenas(statistics &s) {
  arena_counts counts = get_arena_counts();
  s.arena_bytes = arena_bytes;
  s.pool_bytes = pool_bytes;
  s.arenas = counts.mapped - counts.returned;
  s.arenas_peak = counts.peak;
  s.arenas_mapped = counts.mapped;
  s.arenas_returned = counts.returned;
  s.bytes_free_pools = counts.free_pools * pool_bytes;
  s.bytes_headers = s.arenas * pool_bytes;
}

static void print_class(std::FILE *out, std::size_t c,
                        const class_statistics &s) {
  std::fprintf(out, "%5zu %6zu %8zu %12zu %12zu %12zu\n", c, s.block_bytes,
               s.pools, s.in_use, s.cached, s.free);
}

static void print_bytes(std::FILE *out, std::size_t n, const char *what) {
  std::fprintf(out, "%15zu bytes %s\n", n, what);
}

} // namespace internal

using namespace internal;

statistics get_statistics() noexcept {
  statistics s;
  lock_threads();
  lock_central(); // Stops refills and returns: see thread caches' make_room.
  thread_totals totals = get_thread_totals();
  for (std::size_t c = 1; c != class_count; ++c) {
    s.classes[c] = describe_class(c, totals.cached[c]);
    add_class(s, s.classes[c]);
  }
  describe_arenas(s);
  unlock_central();
  unlock_threads();
  s.threads = totals.threads;
  s.large_blocks = static_cast<std::size_t>(totals.large_blocks);
  s.large_bytes = static_cast<std::size_t>(totals.large_bytes);
  return s;
}

void print_statistics(std::FILE *out) noexcept {
  statistics s = get_statistics();
  options o = active_options();
  std::fprintf(out,
               "Small block limit %zu bytes, pools of %zu bytes, arenas of %zu "
               "bytes, %zu thread caches.\n\n",
               o.small_limit, s.pool_bytes, s.arena_bytes, s.threads);
  std::fprintf(out, "class   size    pools       in use       cached         "
                    "free\n");
  for (std::size_t c = 1; c != class_count; ++c)
    if (s.classes[c].pools)
      print_class(out, c, s.classes[c]);
  std::fprintf(out,
               "\n%zu arenas now, %zu at most, %zu mapped and %zu returned so "
               "far\n\n",
               s.arenas, s.arenas_peak, s.arenas_mapped, s.arenas_returned);
  print_bytes(out, s.bytes_in_use, "in use");
  print_bytes(out, s.bytes_cached, "free in thread caches");
  print_bytes(out, s.bytes_free, "free in partly used pools");
  print_bytes(out, s.bytes_slack, "lost at the ends of pools");
  print_bytes(out, s.bytes_free_pools, "in free pools");
  print_bytes(out, s.bytes_headers, "in arena headers");
  print_bytes(out, s.arenas * s.arena_bytes, "in arenas: the sum of the above");
  std::fprintf(out, "\n%zu large blocks of %zu bytes, from malloc\n",
               s.large_blocks, s.large_bytes);
}

} // namespace refcycle::pool
