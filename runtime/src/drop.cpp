// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens when the last handle goes: finalizer, weak references,
// destructor, slot. Never deeper than a fixed number of nested drops; beyond
// that objects wait in a queue threaded through their own cells, so a list of
// any length is freed on a small stack and without memory.

#include "heaps.h"

#include "refcycle/gc.h"

#include <cstdlib>

namespace refcycle::internal {

void untrack(heap &h, void *payload) noexcept {
  page &p = page_of(payload);
  std::uint32_t index = slot_index(p, payload);
  leave_log(h, p, index, place_of(p.state[index]));
  set_place(p.state[index], place::untracked);
}

void track_in(heap &h, void *payload, place where) noexcept {
  page &p = page_of(payload);
  std::uint32_t index = slot_index(p, payload);
  if (where == place::young || where == place::middle) {
    unsigned generation = where == place::middle;
    object_log &log = h.log[generation];
    try {
      if (log.end == log.limit)
        grow_log(h, generation);
      p.scratch[index] = static_cast<std::uint32_t>(log.size());
      *log.end++ = payload;
    } catch (const std::bad_alloc &) {
      where = place::old;
    }
  }
  set_place(p.state[index], where);
}

void compact_log(object_log &log) noexcept {
  void **to = log.begin;
  for (void **from = log.begin; from != log.end; ++from) {
    if (*from == nullptr)
      continue;
    scratch_of(*from) = static_cast<std::uint32_t>(to - log.begin);
    *to++ = *from;
  }
  log.end = to;
}

void grow_log(heap &h, unsigned generation) {
  object_log &log = h.log[generation];
  const std::size_t room = static_cast<std::size_t>(log.limit - log.begin);
  compact_log(log);
  if (log.size() < room / 2)
    return; // It was mostly nulls.
  const std::size_t more = room == 0 ? 1024 : 2 * room;
  void *bigger = std::realloc(log.begin, more * sizeof(void *));
  if (bigger == nullptr) {
    if (log.end != log.limit)
      return;
    throw std::bad_alloc();
  }
  const std::size_t size = log.size();
  log.begin = static_cast<void **>(bigger);
  log.end = log.begin + size;
  log.limit = log.begin + more;
}

void grow_log_for(heap &h, void *payload) {
  try {
    grow_log(h, 0);
  } catch (...) {
    drop_reference(payload);
    throw;
  }
}

static void enqueue(heap &h, void *payload) noexcept {
  untrack(h, payload);
  std::uint8_t &state = state_of(payload);
  state |= queued;
  if (std::uint32_t list = cell_of(payload).weak; list != 0) {
    state |= queued_in_list;
    h.weak_lists[list].next_queued = h.drop_queue;
  } else {
    set_next_free(payload, h.drop_queue); // The cell is idle: count is zero.
  }
  h.drop_queue = payload;
  h.drop_pending = true;
}

static void *dequeue(heap &h) noexcept {
  void *payload = h.drop_queue;
  std::uint8_t &state = state_of(payload);
  if (state & queued_in_list) {
    h.drop_queue = h.weak_lists[cell_of(payload).weak].next_queued;
  } else {
    h.drop_queue = next_free(payload);
    cell_of(payload) = {0, 0};
  }
  state &= static_cast<std::uint8_t>(~(queued | queued_in_list));
  return payload;
}

void finalize_once(void *payload) noexcept {
  const type_descriptor &type = *page_of(payload).type;
  std::uint8_t &state = state_of(payload);
  if (type.finalize == nullptr || state & finalized)
    return;
  state |= finalized; // Before the call: it may drop or collect the object.
  try {
    type.finalize(payload);
  } catch (...) {
    report_unraisable(type.name);
  }
}

/// True if the finalizer left a new handle behind.
static bool is_resurrected(heap &h, void *payload) noexcept {
  cell &c = cell_of(payload);
  c.count = 1; // Ours, so that handles made by the finalizer do not dispose.
  finalize_once(payload);
  if (--c.count == 0)
    return false;
  if (page_of(payload).type->tracked && !is_tracked(state_of(payload)))
    track_in(h, payload, place::young);
  return true;
}

/// Ends an object that has no finalizer to run and no weak references.
static void destroy_now(heap &h, page &p, std::uint32_t index,
                        void *payload) noexcept {
  const type_descriptor &type = *p.type;
  leave_log(h, p, index, place_of(p.state[index]));
  set_place(p.state[index], place::untracked);
  p.state[index] |= dying;
  type.destroy(payload);
  if (type.tracked && h.counts[0] > 0)
    --h.counts[0];
  free_slot_at(p, index, payload, type.size);
}

void dispose(heap &h, void *payload) noexcept {
  page &p = page_of(payload);
  const type_descriptor &type = *p.type;
  std::uint32_t index = slot_index(p, payload);
  if (type.finalize != nullptr && !(p.state[index] & finalized) &&
      is_resurrected(h, payload))
    return;
  if (cell_of(payload).weak != 0) {
    untrack(h, payload);
    clear_weak_list(h, payload);
  }
  destroy_now(h, p, index, payload);
}

void drain_drops(heap &h) noexcept {
  ++h.drop_depth;
  while (h.drop_queue != nullptr)
    dispose(h, dequeue(h));
  --h.drop_depth;
}

void finish_outermost_drop(heap &h) noexcept {
  h.drop_pending = h.orphan;
  if (h.drop_queue != nullptr)
    drain_drops(h);
  if (h.orphan)
    close_if_empty(h);
}

void release_with_care(void *payload) noexcept {
  page &p = page_of(payload);
  heap &h = *p.owner;
  if (state_of(p, payload) & dying) {
    check(false, "a destructor made a ref to its own object and dropped it");
    return;
  }
  if (h.drop_depth >= most_nested_drops)
    return enqueue(h, payload);
  ++h.drop_depth;
  dispose(h, payload);
  if (--h.drop_depth == 0 && h.drop_pending)
    finish_outermost_drop(h);
}

} // namespace refcycle::internal
