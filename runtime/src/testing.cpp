// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "refcycle/testing.h"

#include "collector.h"
#include "graph.h"

#include "refcycle/internal/visitors.h"

#include <algorithm>
#include <map>

namespace refcycle::testing {

using namespace internal;

isolation::isolation()
    : enabled(gc::isenabled()), debug(gc::get_debug()),
      thresholds(gc::get_threshold()), callbacks(gc::callbacks()) {
  gc::collect();
  gc::disable();
}

isolation::~isolation() {
  gc::set_debug(debug);
  gc::callbacks() = callbacks;
  gc::garbage().clear();
  gc::set_threshold(thresholds[0], thresholds[1], thresholds[2]);
  enabled ? gc::enable() : gc::disable();
}

std::size_t live_objects() noexcept {
  std::size_t count = 0;
  for (const page *p : this_heap().pages)
    count += p->used;
  return count;
}

void verify_heap() noexcept { internal::verify_heap(this_heap()); }

namespace {

/// Handles that trace showed, by target; and where they lie.
struct shown_handles {
  std::map<void *, std::size_t> by_target;
  std::vector<const void *> slots;
};

} // namespace

static void note_slot(edge_walker &walker, handle_base &slot) {
  auto &shown = *static_cast<shown_handles *>(walker.context);
  if (slot.payload != nullptr)
    ++shown.by_target[slot.payload];
  shown.slots.push_back(&slot);
}

/// "at offset 16" if a word of the object that was not shown points to the
/// target; empty if the handle lies elsewhere, in a vector say.
static std::string find_missed(const char *object, std::size_t bytes,
                               const void *target, const shown_handles &shown) {
  for (std::size_t at = 0; at + sizeof(void *) <= bytes; at += sizeof(void *)) {
    const void *word;
    std::memcpy(&word, object + at, sizeof word);
    if (word == target && std::find(shown.slots.begin(), shown.slots.end(),
                                    object + at) == shown.slots.end())
      return " at offset " + std::to_string(at);
  }
  return {};
}

static std::map<void *, std::uint32_t> all_counts(const heap &h) {
  std::map<void *, std::uint32_t> counts;
  for (void *payload : all_objects(h))
    counts[payload] = cell_of(payload).count;
  return counts;
}

static std::string complaint(const type_descriptor &type, const void *target,
                             std::size_t shown, std::size_t owned,
                             const std::string &where) {
  std::string text = "trace of " + display_name(type);
  text += shown < owned ? " misses " : " shows too often ";
  text += std::to_string(shown < owned ? owned - shown : shown - owned) +
          " handle(s) to " + display_name(*page_of(target).type);
  return text + where + '\n';
}

std::string audit_trace(const any_ref &r) {
  if (!r)
    return {};
  heap &h = *page_of(r.get()).owner;
  const type_descriptor &type = *page_of(r.get()).type;
  if (type.clone == nullptr)
    return display_name(type) + " cannot be audited: it cannot be copied\n";
  auto *copied = static_cast<char *>(type.clone(r.get()));
  shown_handles shown;
  edge_walker walker(note_slot, &shown);
  type.walk(copied, walker);

  // The copy's handles are extra ones, so its death brings no count to zero.
  const auto before = all_counts(h);
  std::string where;
  std::map<void *, std::string> places;
  for (const auto &[target, count] : before)
    places[target] = find_missed(copied, type.size, target, shown);
  untrack(h, copied);
  state_of(copied) |= finalized; // The oracle is the destructor alone.
  drop_reference(copied);

  std::string text;
  for (const auto &[target, count] : before) {
    if (target == copied)
      continue;
    const std::size_t owned = count - cell_of(target).count;
    const std::size_t seen = shown.by_target[target];
    if (seen != owned)
      text += complaint(type, target, seen, owned, places[target]);
  }
  return text;
}

} // namespace refcycle::testing
