// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The collector's own state and its phases, as docs/collector.md names them.
// Not installed; tests do not need it.

#ifndef REFCYCLE_SRC_COLLECTOR_H
#define REFCYCLE_SRC_COLLECTOR_H

#include "heaps.h"

#include "refcycle/gc.h"

namespace refcycle::internal {

/// What one heap's collector remembers between collections.
struct collector_state {
  std::array<std::uint32_t, 3> thresholds = {700, 10, 10};
  bool enabled = true;
  bool collecting = false;
  bool exit_report = false;
  unsigned debug = 0;
  /// Survivors of the last full collection, and objects that came to the old
  /// generation since: the two sides of the quarter rule.
  std::size_t long_lived_total = 0;
  std::size_t long_lived_pending = 0;
  std::size_t frozen = 0; ///< At least so many; 0 means surely none.
  std::array<gc::generation_stats, 3> stats{};
  std::vector<gc::callback> callbacks;
  std::vector<any_ref> garbage;
};

/// Sets heap::trigger from thresholds and switches.
void set_trigger(heap &h) noexcept;

/// Runs one collection with its callbacks. Nothing if one is running.
collection_stats run_collection(heap &h, generation oldest) noexcept;

/// Objects found unreachable, for reports: nothing is changed. Throws
/// std::bad_alloc.
std::vector<void *> find_garbage(heap &h);

/// Prints one line to the debug sink.
void print_line(std::string_view line) noexcept;

/// Traps with the broken invariant; see verify_heap.cpp for the list.
void verify_heap(const heap &h) noexcept;

/// verify_heap in checked builds.
inline void verify_at_border([[maybe_unused]] const heap &h) noexcept {
#if REFCYCLE_CHECKED
  verify_heap(h);
#endif
}

/// Names the cycles that are garbage now; empty when there are none.
std::string describe_garbage(heap &h);

} // namespace refcycle::internal

#endif
