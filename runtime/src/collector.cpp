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

static void reserve_log(heap &h, unsigned generation, std::size_t more) {
  object_log &log = h.log[generation];
  while (static_cast<std::size_t>(log.limit - log.end) < more)
    grow_log(h, generation);
}

/// The objects of the generations to collect, as one list. Empty for a full
/// collection without frozen objects, which walks pages instead.
static std::vector<void *> list_candidates(collection &now) {
  std::vector<void *> list;
  const auto oldest = static_cast<unsigned>(now.oldest);
  if (now.oldest == generation::old) {
    if (now.c.frozen == 0)
      return list;
    for_each_object(now.h, [&](page &p, std::uint32_t i, void *payload) {
      if (is_tracked(p.state[i]) && place_of(p.state[i]) != place::frozen)
        list.push_back(payload);
    });
    return list;
  }
  std::size_t total = 0;
  for (unsigned g = 0; g <= oldest; ++g) {
    compact_log(now.h.log[g]);
    total += now.h.log[g].size();
  }
  list.reserve(total);
  for (unsigned g = oldest + 1; g-- != 0;)
    list.insert(list.end(), now.h.log[g].begin, now.h.log[g].end);
  if (now.oldest == generation::young)
    reserve_log(now.h, 1, total);
  return list;
}

/// Moves one object to where survivors go, or into the trash.
static void sort_out(collection &now, std::uint8_t &state, bool alive,
                     void *payload) {
  if (alive) {
    ++now.survivors;
    set_place(state, place::old);
    if (now.oldest == generation::young) {
      object_log &log = now.h.log[1];
      set_place(state, place::middle);
      scratch_of(payload) = static_cast<std::uint32_t>(log.size());
      *log.end++ = payload; // list_candidates made room.
    }
    return;
  }
  now.trash.push_back(payload);
  set_place(state, place::old);
  state |= collecting;
  ++cell_of(payload).count;
}

static void forget_logs(collection &now) noexcept {
  const unsigned last = now.oldest == generation::young ? 0 : 1;
  for (unsigned g = 0; g <= last; ++g)
    now.h.log[g].end = now.h.log[g].begin;
}

/// Undoes the marks of a collection that ran out of memory.
static void abandon(collection &now, std::span<void *const> listed) noexcept {
  for (void *payload : listed)
    state_of(payload) &= static_cast<std::uint8_t>(~collecting);
  compact_log(now.h.log[0]); // Scratch holds log positions again.
  compact_log(now.h.log[1]);
}

static void find_trash_in_list(collection &now, std::span<void *const> listed) {
  for (void *payload : listed)
    state_of(payload) |= collecting;
  deduce_listed(listed, 0, now.reached);
  auto dead = [](void *payload) { return scratch_of(payload) == 0; };
  now.trash.reserve(static_cast<std::size_t>(
      std::count_if(listed.begin(), listed.end(), dead)));
  forget_logs(now); // From here on nothing throws.
  for (void *payload : listed) {
    std::uint8_t &state = state_of(payload);
    state &= static_cast<std::uint8_t>(~collecting);
    sort_out(now, state, !dead(payload), payload);
  }
  now.stats.objects_scanned = listed.size();
}

/// How many objects of a page are tracked, and how many of them are dead. Plain
/// loops over the page's side arrays: most full collections find little.
static std::size_t count_dead(const page &p, std::size_t &tracked) noexcept {
  std::size_t dead = 0;
  for (std::uint32_t i = 0; i != p.carved; ++i) {
    tracked += is_tracked(p.state[i]);
    dead += is_tracked(p.state[i]) & (p.scratch[i] == 0);
  }
  return dead;
}

static void sort_page(collection &now, page &p) {
  for (std::uint32_t i = 0; i != p.carved; ++i) {
    if (!is_tracked(p.state[i]))
      continue;
    if (p.scratch[i] == 0) {
      sort_out(now, p.state[i], false, payload_at(p, i));
    } else {
      ++now.survivors;
      set_place(p.state[i], place::old);
    }
  }
}

static void find_trash_in_pages(collection &now) {
  deduce_heap(now.h, now.reached);
  std::size_t dead = 0;
  for (const page *p : now.h.pages)
    if (p->type->tracked)
      dead += count_dead(*p, now.stats.objects_scanned);
  now.trash.reserve(dead);
  forget_logs(now);
  for (page *p : now.h.pages)
    if (p->type->tracked)
      sort_page(now, *p);
}

/// Deduces what is unreachable and moves the rest to the next generation.
/// False when there was no memory to do so; then nothing has changed.
static bool find_trash(collection &now) noexcept {
  std::vector<void *> listed;
  try {
    listed = list_candidates(now);
    if (now.oldest == generation::old && now.c.frozen == 0)
      find_trash_in_pages(now);
    else
      find_trash_in_list(now, listed);
    return true;
  } catch (const std::bad_alloc &) {
    abandon(now, listed);
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
  for (void *payload : all)
    state_of(payload) |= collecting;
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
