// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One collection: which objects, which of them are trash, and what is told to
// whom. What happens to trash is in trash.cpp. Functions are named after the
// steps of docs/collector.md and stand in the order in which they run.

#include "collection.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace refcycle::internal {

using std::chrono::steady_clock;

void set_trigger(heap &h) noexcept {
  const collector_state &c = *h.collector;
  const bool armed = c.enabled && !c.collecting && c.thresholds[0] != 0;
  h.trigger =
      armed ? c.thresholds[0] : std::numeric_limits<std::uint32_t>::max();
}

static void advance_counts(collection &now) noexcept {
  const auto oldest = static_cast<std::size_t>(now.oldest);
  if (oldest < 2)
    ++now.h.counts[oldest + 1];
  for (std::size_t i = 0; i <= oldest; ++i)
    now.h.counts[i] = 0;
}

/// Removes the nulls from a log. Scratch is about to be used otherwise, so
/// nothing is renumbered: see abandon.
static std::span<void *const> squeeze_log(object_log &log) noexcept {
  log.end = std::remove(log.begin, log.end, nullptr);
  return {log.begin, log.end};
}

static std::vector<void *> list_tracked(const heap &h) {
  std::vector<void *> list;
  for_each_object(h, [&](page &p, std::uint32_t i, void *payload) {
    if (is_tracked(p.state[i]) && place_of(p.state[i]) != place::frozen)
      list.push_back(payload);
  });
  return list;
}

/// The objects of the generations to collect, as one list in `storage` or in
/// the log itself. Empty for a full collection without frozen objects, which
/// walks pages instead.
static std::span<void *const> list_candidates(collection &now,
                                              std::vector<void *> &storage) {
  if (now.oldest == generation::old) {
    if (now.c.frozen != 0)
      storage = list_tracked(now.h);
    return storage;
  }
  std::span<void *const> young = squeeze_log(now.h.log[0]);
  if (now.oldest == generation::young) {
    reserve_log(now.h, 1, young.size());
    return young;
  }
  std::span<void *const> middle = squeeze_log(now.h.log[1]);
  storage.reserve(middle.size() + young.size());
  storage.insert(storage.end(), middle.begin(), middle.end());
  storage.insert(storage.end(), young.begin(), young.end());
  return storage;
}

static void move_survivor(collection &now, page &p, std::uint32_t index,
                          void *payload) noexcept {
  std::uint8_t &state = p.state[index];
  ++now.survivors;
  set_place(state, place::old);
  if (now.oldest != generation::young)
    return;
  object_log &log = now.h.log[1];
  set_place(state, place::middle);
  p.scratch[index] = static_cast<std::uint32_t>(log.size());
  *log.end++ = payload; // list_candidates made room.
}

/// What objects of this type may ask for when they are trash.
static void note_type(collection &now, const type_descriptor &type) noexcept {
  now.some_kept |= type.keeps_in_garbage;
  now.some_finalizers |= type.finalize != nullptr;
}

/// Moves one object to where survivors go, or into the trash, which grows at
/// `end`. True if it is trash.
static inline bool sort_out(collection &now, page &p, std::uint32_t index,
                            void *payload, void **&end) noexcept {
  std::uint8_t &state = p.state[index];
  if (p.scratch[index] != 0) {
    state &= static_cast<std::uint8_t>(~collecting);
    move_survivor(now, p, index, payload);
    return false;
  }
  *end++ = payload;
  state = static_cast<std::uint8_t>((state & ~place_mask) |
                                    static_cast<std::uint8_t>(place::old) |
                                    collecting);
  cell &c = cell_of(payload);
  ++c.count;
  now.some_watched |= c.weak != 0;
  return true;
}

static void forget_logs(collection &now) noexcept {
  const unsigned last = now.oldest == generation::young ? 0 : 1;
  for (unsigned g = 0; g <= last; ++g)
    now.h.log[g].end = now.h.log[g].begin;
}

/// Undoes the marks of a collection that ran out of memory. Looks at all
/// objects for them: whether there is a list depends on what there was no
/// memory for.
static void abandon(collection &now) noexcept {
  for_each_object(now.h, [](page &p, std::uint32_t i, void *) {
    p.state[i] &= static_cast<std::uint8_t>(~collecting);
  });
  compact_log(now.h.log[0]); // Scratch holds log positions again.
  compact_log(now.h.log[1]);
}

static void find_trash_in_list(collection &now, std::span<void *const> listed) {
  deduce_listed(listed, 0, now.reached);
  now.trash.resize(listed.size());
  forget_logs(now); // From here on nothing throws.
  void **end = now.trash.data();
  const type_descriptor *noted = nullptr; // Neighbours often share a type.
  for (void *payload : listed) {
    page &p = page_of(payload);
    if (sort_out(now, p, slot_index(p, payload), payload, end) &&
        p.type != noted) {
      noted = p.type;
      note_type(now, *noted);
    }
  }
  now.trash.resize(static_cast<std::size_t>(end - now.trash.data()));
  now.stats.objects_scanned = listed.size();
}

/// How many tracked objects are on a page, and how many of these are dead.
struct page_census {
  std::size_t tracked = 0;
  std::size_t dead = 0;
  std::size_t old = 0;
};

static page_census count_dead(const page &p) noexcept {
  page_census n;
  for (std::uint32_t i = 0; i != p.carved; ++i) {
    const bool tracked = is_tracked(p.state[i]);
    n.tracked += tracked;
    n.dead += tracked & (p.scratch[i] == 0);
    n.old += place_of(p.state[i]) == place::old;
  }
  return n;
}

static void age_page(page &p) noexcept {
  for (std::uint32_t i = 0; i != p.carved; ++i)
    if (is_tracked(p.state[i]))
      set_place(p.state[i], place::old);
}

static void sort_out_page(collection &now, page &p, void **&end) noexcept {
  note_type(now, *p.type);
  for (std::uint32_t i = 0; i != p.carved; ++i)
    if (is_tracked(p.state[i]))
      sort_out(now, p, i, payload_at(p, i), end);
}

static void find_trash_in_pages(collection &now) {
  deduce_heap(now.h, now.reached);
  std::vector<page_census> on_page(now.h.pages.size());
  std::size_t dead = 0;
  for (page *p : now.h.pages)
    if (p->type->tracked) {
      page_census n = count_dead(*p);
      now.stats.objects_scanned += n.tracked;
      dead += n.dead;
      on_page[p->number] = n;
    }
  now.trash.resize(dead);
  forget_logs(now); // From here on nothing throws.
  void **end = now.trash.data();
  for (page *p : now.h.pages)
    if (p->type->tracked) {
      const page_census &n = on_page[p->number];
      if (n.dead != 0) {
        sort_out_page(now, *p, end);
        continue;
      }
      now.survivors += n.tracked;
      if (n.old !=
          n.tracked) // Most pages of most collections stay as they are.
        age_page(*p);
    }
}

/// Deduces what is unreachable and moves the rest to the next generation.
/// False when there was no memory to do so; then nothing has changed.
static bool find_trash(collection &now) noexcept {
  try {
    std::vector<void *> storage;
    const std::span<void *const> listed = list_candidates(now, storage);
    if (now.oldest == generation::old && now.c.frozen == 0)
      find_trash_in_pages(now);
    else
      find_trash_in_list(now, listed);
    return true;
  } catch (const std::bad_alloc &) {
    abandon(now);
    return false;
  }
}

/// The quarter rule's two numbers.
static void note_survivors(collection &now) noexcept {
  if (now.oldest == generation::middle)
    now.c.long_lived_pending += now.survivors;
  if (now.oldest == generation::old) {
    now.c.long_lived_pending = 0;
    now.c.long_lived_total = now.survivors;
  }
}

static void print_start(const collection &now) noexcept {
  if (!(now.c.debug & gc::debug_stats))
    return;
  std::size_t old = 0, frozen = 0;
  for_each_object(now.h, [&](page &p, std::uint32_t i, void *) {
    old += place_of(p.state[i]) == place::old;
    frozen += place_of(p.state[i]) == place::frozen;
  });
  auto living = [](const object_log &log) {
    return log.size() -
           static_cast<std::size_t>(std::count(log.begin, log.end, nullptr));
  };
  char line[160];
  std::snprintf(line, sizeof line, "gc: collecting generation %d...",
                static_cast<int>(now.oldest));
  print_line(line);
  std::snprintf(line, sizeof line,
                "gc: objects in each generation: %zu %zu %zu; frozen: %zu",
                living(now.h.log[0]), living(now.h.log[1]), old, frozen);
  print_line(line);
}

static void print_stop(const collection &now) noexcept {
  if (!(now.c.debug & gc::debug_stats))
    return;
  char line[160];
  std::snprintf(line, sizeof line,
                "gc: done, %zu unreachable, %zu uncollectable, %.4fs elapsed",
                now.stats.unreachable(), now.stats.uncollectable,
                std::chrono::duration<double>(now.stats.pause).count());
  print_line(line);
}

static collection_stats collect_now(heap &h, generation oldest) noexcept {
  const auto start = steady_clock::now();
  collection now{
      .h = h, .c = *h.collector, .oldest = oldest, .trash = {}, .reached = {}};
  read_mailbox(h);
  print_start(now);
  verify_at_border(h);
  advance_counts(now);
  if (find_trash(now)) {
    note_survivors(now);
    verify_at_border(h);
    if (now.c.debug & gc::debug_collectable)
      for (void *payload : now.trash)
        print_object("collectable", payload);
    move_uncollectable(now);
    clear_weak_refs(now);
    verify_at_border(h);
    finalize_trash(now);
    verify_at_border(h);
    spare_resurrected(now);
    delete_or_save(now);
    verify_at_border(h);
  }
  now.stats.pause = steady_clock::now() - start;
  print_stop(now);
  return now.stats;
}

static void add_to_totals(collector_state &c, generation oldest,
                          const collection_stats &s) noexcept {
  gc::generation_stats &total = c.stats[static_cast<std::size_t>(oldest)];
  ++total.collections;
  total.collected += s.objects_freed;
  total.uncollectable += s.uncollectable;
  total.candidates += s.objects_scanned;
  total.duration += s.pause;
}

static void tell(collector_state &c, gc::phase when,
                 const gc::callback_info &info) noexcept {
  // By index: a callback may edit the list.
  for (std::size_t i = 0; i < c.callbacks.size(); ++i) {
    try {
      gc::callback call = c.callbacks[i];
      call(when, info);
    } catch (...) {
      report_unraisable("a callback of gc::callbacks()");
    }
  }
}

collection_stats run_collection(heap &h, generation oldest) noexcept {
  collector_state &c = *h.collector;
  if (c.collecting)
    return {};
  c.collecting = true;
  set_trigger(h);
  tell(c, gc::phase::start, {.oldest = oldest});
  const collection_stats done = collect_now(h, oldest);
  add_to_totals(c, oldest, done);
  tell(c, gc::phase::stop,
       {oldest, done.objects_freed, done.uncollectable, done.objects_scanned,
        done.pause});
  c.collecting = false;
  set_trigger(h);
  return done;
}

void collect_automatically(heap &h) noexcept {
  const collector_state &c = *h.collector;
  for (std::size_t g = 3; g-- != 0;) {
    if (h.counts[g] <= c.thresholds[g])
      continue;
    // The quarter rule: a full collection costs in proportion to all objects,
    // so it must wait for work in proportion too, or building a large heap
    // takes quadratic time.
    if (g == 2 && c.long_lived_pending < c.long_lived_total / 4)
      continue;
    run_collection(h, static_cast<generation>(g));
    return;
  }
}

std::vector<void *> find_garbage(heap &h) {
  std::vector<void *> all;
  for_each_object(h, [&](page &p, std::uint32_t i, void *payload) {
    if (is_tracked(p.state[i]) && place_of(p.state[i]) != place::frozen)
      all.push_back(payload);
  });
  marker m;
  auto finish = [&] {
    for (void *payload : all)
      state_of(payload) &= static_cast<std::uint8_t>(~collecting);
    compact_log(h.log[0]);
    compact_log(h.log[1]);
  };
  std::vector<void *> dead;
  try {
    deduce_listed(all, 0, m);
    for (void *payload : all)
      if (scratch_of(payload) == 0)
        dead.push_back(payload);
  } catch (...) {
    finish();
    throw;
  }
  finish();
  return dead;
}

} // namespace refcycle::internal
