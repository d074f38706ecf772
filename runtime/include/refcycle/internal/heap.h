// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One heap per thread: pages, logs of the young and middle generations, and the
// collector's counters. Holds the short path of make(); the rest is in src/.

#ifndef REFCYCLE_INTERNAL_HEAP_H
#define REFCYCLE_INTERNAL_HEAP_H

#include "refcycle/internal/page.h"
#include "refcycle/internal/type.h"

#include <atomic>
#include <limits>
#include <vector>

namespace refcycle::internal {

struct weak_node;
struct shared_block;
struct collector_state;
struct intern_tables;

/// Objects of one generation in order of birth. A dead object leaves a null,
/// which is squeezed out when the log is full or collected.
struct object_log {
  void **begin = nullptr;
  void **end = nullptr;
  void **limit = nullptr;

  std::size_t size() const noexcept {
    return static_cast<std::size_t>(end - begin);
  }
};

/// Pages of one type that have room, as a ring; never null.
struct type_space {
  page *room;
};

/// The weak references to one object, newest callbacks first.
struct weak_list {
  weak_node *first = nullptr;
  void *next_queued = nullptr; ///< Next payload of the drop queue.
};

/// Invariant: every tracked object is in exactly one of log[0], log[1], or on a
/// page with place old or frozen; verify_heap() spells this out.
/// Thread rule: only the owning thread touches anything but `mailbox`.
struct heap {
  type_space *spaces = nullptr; ///< By type id.
  std::uint32_t space_count = 0;

  /// Collect when counts[0] goes above this. Holds threshold 0, or the largest
  /// number while collecting, disabled or switched off by a zero threshold.
  std::uint32_t trigger = 700;
  std::uint32_t counts[3] = {};
  object_log log[2];

  /// Nested drops now running, and holding_drops more while the collector
  /// wants drops queued.
  unsigned drop_depth = 0;
  bool drop_pending = false;  ///< The outermost drop has more to do at its end.
  void *drop_queue = nullptr; ///< Payloads that wait for it.

  std::vector<page *> pages;
  std::vector<weak_list> weak_lists; ///< By cell::weak; index 0 is unused.
  std::vector<std::uint32_t> free_weak_lists;
  collector_state *collector = nullptr;
  intern_tables *interns = nullptr; ///< Null until first used.

  std::size_t reserved_bytes = 0;

  std::atomic<shared_block *> mailbox{nullptr}; ///< Blocks other threads left.
  std::atomic<bool> orphan{false};              ///< Its thread has ended.
  std::atomic<bool> minded{false}; ///< Some thread acts as owner of an orphan.
  bool closed = false;             ///< Pages are gone.
  std::atomic<std::uint32_t> pins{1}; ///< Why this struct must stay.
};

/// The calling thread's heap; null before the first make().
extern constinit thread_local heap *thread_heap;

/// Creates the calling thread's heap. Throws std::bad_alloc.
heap &open_heap();

inline heap &this_heap() {
  heap *h = thread_heap;
  return h != nullptr ? *h : open_heap();
}

/// Finds or makes room for one more object. Throws std::bad_alloc.
void *take_slot_slowly(heap &h, const type_descriptor &type);

/// Gives back a slot whose payload is destroyed.
void free_slot(page &p, void *payload) noexcept;

/// Runs the automatic collection that counts and thresholds ask for.
void collect_automatically(heap &h) noexcept;

/// Makes room for one more entry. Throws std::bad_alloc.
void grow_log(heap &h, unsigned generation);

/// As grow_log for a newborn, which is dropped if there is no room.
void grow_log_for(heap &h, void *payload);

/// Disposes of an object whose count has reached zero. By way of the type,
/// whose own function (operations<T>::release) has the usual case inlined.
inline void release(void *payload) noexcept {
  page_of(payload).type->release(payload);
}

/// release() of an object with a finalizer, with weak references, or at a time
/// when it must wait.
void release_with_care(void *payload) noexcept;

/// Deeper drops are queued. CPython's trashcan allows as many. A level costs
/// about 200 bytes of stack plus what the user's destructor takes.
inline constexpr unsigned most_nested_drops = 50;

/// After the outermost drop: what waited in the queue, an orphan's end.
void finish_outermost_drop(heap &h) noexcept;

/// Decides about a page that has room again, or nothing on it.
void settle_page(page &p) noexcept;

/// Takes an object out of the log that its place says it is in, if any.
inline void leave_log(heap &h, page &p, std::uint32_t index,
                      place where) noexcept {
  if (where != place::young && where != place::middle)
    return;
  object_log &log = h.log[where == place::middle];
  void **entry = log.begin + p.scratch[index];
  *entry = nullptr;
  if (entry + 1 == log.end)
    --log.end; // The common case: made last, dropped first.
}

/// free_slot() for who knows the slot's index already.
inline void free_slot_at(page &p, std::uint32_t index, void *payload,
                         std::size_t size) noexcept {
  p.state[index] = 0;
  set_next_free(payload, p.free);
  p.free = payload;
  forbid_access(payload, size);
  if ((--p.used == 0 && !p.keep) || p.next == nullptr) [[unlikely]]
    settle_page(p);
}

/// Handles what other threads left for this heap, if anything.
void read_mailbox(heap &h) noexcept;

inline void *take_slot(heap &h, const type_descriptor &type) {
  std::uint32_t id = type.id.load(std::memory_order_relaxed);
  if (id < h.space_count) [[likely]] {
    page &p = *h.spaces[id].room;
    if (void *slot = p.free) [[likely]] {
      p.free = next_free(slot);
      ++p.used;
      allow_access(slot, type.size);
      return slot;
    }
  }
  return take_slot_slowly(h, type);
}

/// Enters a new object into the young generation. There must be room.
inline void track(heap &h, page &p, std::uint32_t index,
                  void *payload) noexcept {
  p.state[index] = static_cast<std::uint8_t>(place::young);
  p.scratch[index] = static_cast<std::uint32_t>(h.log[0].size());
  *h.log[0].end++ = payload;
}

inline void count_allocation(heap &h) noexcept {
  if (++h.counts[0] > h.trigger) [[unlikely]]
    collect_automatically(h);
}

/// Whether the calling thread may touch counts of this heap: it is the owner,
/// acts as the owner, or nobody does since the owner has ended.
inline bool may_touch(const heap &h) noexcept {
  return &h == thread_heap || (h.orphan && !h.minded);
}

inline void add_reference(void *payload) noexcept {
  if (payload == nullptr)
    return;
#if REFCYCLE_CHECKED
  check(place_of(state_of(payload)) != place::free,
        "a handle was copied after its object was freed");
  check(may_touch(*page_of(payload).owner),
        "a ref was copied by a thread that does not own it; use shared_ref");
#endif
  ++cell_of(payload).count;
}

inline void drop_reference(void *payload) noexcept {
  if (payload == nullptr)
    return;
#if REFCYCLE_CHECKED
  check(place_of(state_of(payload)) != place::free,
        "a handle was dropped after its object was freed");
  check(may_touch(*page_of(payload).owner),
        "a ref was dropped by a thread that does not own it; use shared_ref");
#endif
  if (--cell_of(payload).count == 0)
    release(payload);
}

} // namespace refcycle::internal

#endif
