// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts of the runtime's own sources share: walking heaps, logs, the
// drop queue and weak lists. Not installed.

#ifndef REFCYCLE_SRC_HEAPS_H
#define REFCYCLE_SRC_HEAPS_H

#include "refcycle/internal/heap.h"

namespace refcycle::internal {

/// Calls \p f(page, index, payload) for every object, in no promised order.
/// \p f must neither make nor drop objects.
template <class F> void for_each_object(const heap &h, F f) {
  for (page *p : h.pages)
    for (std::uint32_t i = 0; i != p->carved; ++i)
      if (place_of(p->state[i]) != place::free)
        f(*p, i, payload_at(*p, i));
}

/// Takes an object out of its log and out of the collector's sight.
void untrack(heap &h, void *payload) noexcept;

/// Puts an untracked object into a generation. Falls back to the old one, which
/// needs no memory, when a log cannot grow.
void track_in(heap &h, void *payload, place where) noexcept;

/// Removes the nulls from a log and renumbers the rest.
void compact_log(object_log &log) noexcept;

/// Makes room for so many entries more. Throws std::bad_alloc.
void reserve_log(heap &h, unsigned generation, std::size_t more);

/// Finalizes, destroys and frees an object of count 0 here and now.
void dispose(heap &h, void *payload) noexcept;

/// Added to heap::drop_depth: deeper than any nesting, so every drop queues.
inline constexpr unsigned holding_drops = 1u << 16;

/// Disposes of everything that waits in the drop queue.
void drain_drops(heap &h) noexcept;

/// Calls finalize() unless that was done before. \p payload must be held.
void finalize_once(void *payload) noexcept;

/// Detached weak references whose callbacks are still to run, linked through
/// `next`: nothing here can fail for want of memory.
struct weak_chain {
  weak_node *first = nullptr;
  weak_node **end = &first;
  weak_chain() = default;
  weak_chain(const weak_chain &) = delete;
};

/// Makes every weak reference to an object a dead one. Those with a callback
/// to run are added to the chain, newest first.
void detach_weak_list(heap &h, void *payload, weak_chain &chain) noexcept;

/// Runs the callbacks of a chain. Returns how many references went with it.
std::size_t call_back_all(weak_chain &chain) noexcept;

/// Both of these for one object, which stays.
void clear_weak_list(heap &h, void *payload) noexcept;

/// Returns an empty page to the system.
void give_back_page(page &p) noexcept;

/// Destroys a heap whose thread has ended once its last object is gone.
void close_if_empty(heap &h) noexcept;

/// Lets go of values interned for ever; of the tables themselves.
void drop_immortals(heap &h) noexcept;
void delete_intern_tables(heap &h) noexcept;

} // namespace refcycle::internal

#endif
