// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the phases of a collection do at one handle. Each visitor is inlined
// into a loop over objects of one type (descriptor.h).

#ifndef REFCYCLE_INTERNAL_VISITORS_H
#define REFCYCLE_INTERNAL_VISITORS_H

#include "refcycle/internal/heap.h"
#include "refcycle/internal/visit.h"

#include <limits>
#include <vector>

namespace refcycle::internal {

/// Scratch bit: the object was found alive and its handles were followed.
inline constexpr std::uint32_t traced = 0x80000000u;

/// Takes internal references off scratch, in objects of the collected set.
struct subtract_visitor : visitor_base<subtract_visitor> {
  void slot(handle_base &h) {
    if (h.payload == nullptr)
      return;
    page &p = page_of(h.payload);
    std::uint32_t index = slot_index(p, h.payload);
    if ((p.state[index] & collecting) == 0)
      return;
    check(p.scratch[index] != 0,
          "an object has fewer references than handles that trace shows: a "
          "trace function shows a handle twice, or a count was corrupted");
    --p.scratch[index];
  }
};

/// Delays writes to scratch until the line has arrived: objects of a large heap
/// point all over it, and a miss costs more than everything else here.
struct prefetch_ring {
  static constexpr unsigned length = 16; // Misses one core keeps in flight.
  std::uint32_t nowhere = 0;
  std::uint32_t *waiting[length];
  unsigned turn = 0;

  prefetch_ring() noexcept {
    for (std::uint32_t *&word : waiting)
      word = &nowhere;
  }
  prefetch_ring(const prefetch_ring &) = delete;

  void subtract(void *payload) noexcept {
    std::uint32_t *word = &scratch_of(payload);
    __builtin_prefetch(word, 1);
    std::swap(word, waiting[turn++ % length]);
    --*word;
  }
  void flush() noexcept {
    for (std::uint32_t *&word : waiting) {
      --*word;
      word = &nowhere;
    }
  }
};

/// As subtract_visitor when every tracked object is in the set. Objects outside
/// it own no scratch that matters, so nothing is asked.
struct subtract_ahead_visitor : visitor_base<subtract_ahead_visitor> {
  prefetch_ring &ring;
  explicit subtract_ahead_visitor(prefetch_ring &r) : ring(r) {}
  void slot(handle_base &h) {
    if (h.payload != nullptr)
      ring.subtract(h.payload);
  }
};

/// Objects found alive whose handles are still to be followed.
struct marker {
  struct arrival {
    std::uint32_t *scratch;
    void *payload;
  };
  static constexpr unsigned length = 16;
  std::vector<void *> pending;
  /// Beyond so many, an arrival's scratch becomes 1 as if it were held from
  /// outside: the walk over pages finds it. `again` says that one is needed.
  std::size_t most_pending = std::numeric_limits<std::size_t>::max();
  bool again = false;
  std::uint32_t nowhere = traced;
  // Two rings: the first waits for scratch, which most arrivals are turned away
  // at; the second waits for the object itself.
  arrival waiting[length];
  void *coming[length] = {};
  unsigned turn = 0;
  unsigned coming_turn = 0;

  marker() noexcept {
    for (arrival &a : waiting)
      a = {&nowhere, nullptr};
  }
  marker(const marker &) = delete;

  /// Scratch 0 means "only reached from inside the set, so far": now it is.
  /// Others are live by themselves and have or will have their turn.
  void arrive(arrival a) {
    if (*a.scratch != 0)
      return;
    *a.scratch = traced;
    pending.push_back(a.payload);
  }
  void reach(void *payload) { arrive({&scratch_of(payload), payload}); }
  void reach_later(void *payload) {
    arrival a{&scratch_of(payload), payload};
    __builtin_prefetch(a.scratch, 1);
    std::swap(a, waiting[turn++ % length]);
    await_object(a);
  }
  void await_object(arrival a) {
    if (*a.scratch != 0)
      return;
    if (pending.size() >= most_pending) {
      *a.scratch = 1;
      again = true;
      return;
    }
    *a.scratch = traced;
    __builtin_prefetch(a.payload);
    std::swap(a.payload, coming[coming_turn++ % length]);
    if (a.payload != nullptr)
      pending.push_back(a.payload);
  }
  void flush() {
    for (arrival &a : waiting)
      await_object(std::exchange(a, {&nowhere, nullptr}));
    for (void *&object : coming)
      if (void *payload = std::exchange(object, nullptr))
        pending.push_back(payload);
  }
};

struct mark_visitor : visitor_base<mark_visitor> {
  marker &to;
  explicit mark_visitor(marker &m) : to(m) {}
  void slot(handle_base &h) {
    if (h.payload != nullptr && state_of(h.payload) & collecting)
      to.reach(h.payload);
  }
  void weak(weak_base &w) {
    if (function_base *callback = callback_at_first(w))
      closure(*callback);
  }
};

struct mark_ahead_visitor : visitor_base<mark_ahead_visitor> {
  marker &to;
  explicit mark_ahead_visitor(marker &m) : to(m) {}
  void slot(handle_base &h) {
    if (h.payload != nullptr)
      to.reach_later(h.payload);
  }
  void weak(weak_base &w) {
    if (function_base *callback = callback_at_first(w))
      closure(*callback);
  }
};

/// Empties every handle and every container of handles.
struct clear_visitor : visitor_base<clear_visitor> {
  static constexpr bool clears() { return true; }
  void slot(handle_base &h) {
    drop_reference(std::exchange(h.payload, nullptr));
  }
  void closure(function_base &f) { delete std::exchange(f.target, nullptr); }
  void weak(weak_base &w) {
    if (function_base *callback = callback_to_clear(w))
      closure(*callback);
  }
};

/// Shows every handle with its name to a function: for reports and questions.
/// One walker for all objects that belong together: see begin_weak_round.
struct edge_walker : visitor_base<edge_walker> {
  static constexpr bool wants_names = true;
  static constexpr unsigned most_names = 8; // Deeper members share a name.

  void (*on_slot)(edge_walker &, handle_base &);
  void (*on_weak)(edge_walker &, weak_base &) = nullptr;
  void *context = nullptr;
  std::string_view names[most_names];
  unsigned depth = 0;

  explicit edge_walker(void (*f)(edge_walker &, handle_base &), void *c)
      : on_slot(f), context(c) {
    begin_weak_round();
  }

  void slot(handle_base &h) { on_slot(*this, h); }
  void weak(weak_base &w) {
    if (on_weak != nullptr)
      on_weak(*this, w);
    visitor_base<edge_walker>::weak(w);
  }
  void enter(std::string_view name) {
    if (depth < most_names)
      names[depth] = name;
    ++depth;
  }
  void leave() { --depth; }
};

/// Lets a deep copy replace every handle. Weak references stay as they are: a
/// copy observes what the original observes.
struct slot_rewriter : visitor_base<slot_rewriter> {
  static constexpr bool may_rewrite = true;
  static constexpr bool rewrites() { return true; }
  void (*on_slot)(slot_rewriter &, handle_base &);
  void *context;

  slot_rewriter(void (*f)(slot_rewriter &, handle_base &), void *c)
      : on_slot(f), context(c) {}
  void slot(handle_base &h) { on_slot(*this, h); }
  void weak(weak_base &) {}
};

} // namespace refcycle::internal

#endif
