// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every invariant of a heap, as code. Checked builds run it at the borders of
// collection phases; it says what may be relied on between them.

#include "collector.h"

namespace refcycle::internal {

/// Conservation: carved slots are used or on the free list, never both.
static void verify_page(const heap &h, const page &p) noexcept {
  if (p.owner != &h || h.pages[p.number] != &p)
    trap("heap: a page does not know its place");
  std::uint32_t used = 0, free = 0;
  for (std::uint32_t i = 0; i != p.capacity; ++i) {
    const bool object = place_of(p.state[i]) != place::free;
    if (object && i >= p.carved)
      trap("heap: an object lies where nothing was carved");
    used += object;
  }
  for (void *slot = p.free; slot != nullptr; slot = next_free(slot), ++free)
    if (state_of(p, slot) != 0 || free == p.carved)
      trap("heap: a free list runs through an object or in a circle");
  if (used != p.used || used + free != p.carved)
    trap("heap: used and free slots of a page do not add up");
}

/// A log holds exactly the objects of its generation, each at its index.
static void verify_log(const heap &h, place where) noexcept {
  const object_log &log = h.log[where == place::middle];
  std::size_t listed = 0, placed = 0;
  for (void **entry = log.begin; entry != log.end; ++entry) {
    if (*entry == nullptr)
      continue;
    ++listed;
    if (place_of(state_of(*entry)) != where ||
        scratch_of(*entry) != static_cast<std::uint32_t>(entry - log.begin))
      trap("heap: a log and an object disagree about where it stands");
  }
  for_each_object(h, [&](page &p, std::uint32_t i, void *) {
    placed += place_of(p.state[i]) == where;
  });
  if (listed != placed)
    trap("heap: an object of a young generation is missing in its log");
}

/// Only objects waiting to be dropped may have a count of zero; counts of those
/// are links.
static void verify_object(page &p, std::uint8_t state, void *payload) noexcept {
  if (is_tracked(state) && !p.type->tracked)
    trap("heap: an object of an untracked type is tracked");
  if (state & queued)
    return;
  if (is_tracked(state) && cell_of(payload).count == 0)
    trap("heap: a tracked object has no reference");
}

void verify_heap(const heap &h) noexcept {
  for (const page *p : h.pages)
    verify_page(h, *p);
  verify_log(h, place::young);
  verify_log(h, place::middle);
  for_each_object(h, [](page &p, std::uint32_t i, void *payload) {
    verify_object(p, p.state[i], payload);
  });
}

} // namespace refcycle::internal
