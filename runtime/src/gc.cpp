// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of Python's gc module over the collector's state.

#include "collector.h"

#include "refcycle/internal/visitors.h"

#include <algorithm>
#include <cstdio>

namespace refcycle {

namespace internal {

static thread_local std::function<void(std::string_view)> sink;

void print_line(std::string_view line) noexcept {
  if (!sink) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    return;
  }
  try {
    sink(line);
  } catch (...) {
    report_unraisable("the debug sink");
  }
}

/// A new handle to an object found by walking.
static any_ref handle_to(void *payload) noexcept {
  add_reference(payload);
  return handle_access::adopt<any_ref>(payload);
}

static collector_state &state() { return *this_heap().collector; }

} // namespace internal

namespace gc {

using internal::cell_of;
using internal::edge_walker;
using internal::handle_base;
using internal::heap;
using internal::page_of;
using internal::place;
using internal::state;
using internal::state_of;
using internal::this_heap;

static void switch_to(bool on) noexcept {
  state().enabled = on;
  internal::set_trigger(this_heap());
}

void enable() noexcept { switch_to(true); }
void disable() noexcept { switch_to(false); }
bool isenabled() noexcept { return state().enabled; }

collection_stats collect(generation oldest) noexcept {
  return internal::run_collection(this_heap(), oldest);
}

void set_threshold(std::uint32_t t0) noexcept {
  state().thresholds[0] = t0;
  internal::set_trigger(this_heap());
}

void set_threshold(std::uint32_t t0, std::uint32_t t1) noexcept {
  state().thresholds[1] = t1;
  set_threshold(t0);
}

void set_threshold(std::uint32_t t0, std::uint32_t t1,
                   std::uint32_t t2) noexcept {
  state().thresholds[2] = t2;
  set_threshold(t0, t1);
}

std::array<std::uint32_t, 3> get_threshold() noexcept {
  return state().thresholds;
}

std::array<std::uint32_t, 3> get_count() noexcept {
  const heap &h = this_heap();
  return {h.counts[0], h.counts[1], h.counts[2]};
}

std::array<generation_stats, 3> get_stats() noexcept { return state().stats; }

std::vector<any_ref> get_objects(std::optional<generation> only) {
  std::vector<any_ref> found;
  internal::for_each_object(
      this_heap(), [&](internal::page &p, std::uint32_t i, void *payload) {
        place where = internal::place_of(p.state[i]);
        if (where < place::young || where == place::frozen)
          return;
        int age = static_cast<int>(where) - static_cast<int>(place::young);
        if (!only || static_cast<int>(*only) == age)
          found.push_back(internal::handle_to(payload));
      });
  return found;
}

namespace {

/// Remembers whether a walked object has a handle to one of the targets.
struct referrer_question {
  std::span<const any_ref> targets;
  bool yes;
};

} // namespace

static void ask_slot(edge_walker &walker, handle_base &slot) {
  auto &question = *static_cast<referrer_question *>(walker.context);
  for (const any_ref &target : question.targets)
    question.yes |= slot.payload != nullptr && slot.payload == target.get();
}

std::vector<any_ref> get_referrers(std::span<const any_ref> targets) {
  std::vector<any_ref> found;
  internal::for_each_object(
      this_heap(), [&](internal::page &p, std::uint32_t i, void *payload) {
        if (!internal::is_tracked(p.state[i]))
          return;
        referrer_question question{targets, false};
        edge_walker walker(ask_slot, &question);
        p.type->walk(payload, walker);
        if (question.yes)
          found.push_back(internal::handle_to(payload));
      });
  return found;
}

static void add_target(edge_walker &walker, handle_base &slot) {
  if (slot.payload != nullptr)
    static_cast<std::vector<any_ref> *>(walker.context)
        ->push_back(internal::handle_to(slot.payload));
}

std::vector<any_ref> get_referents(std::span<const any_ref> owners) {
  std::vector<any_ref> found;
  edge_walker walker(add_target, &found);
  for (const any_ref &owner : owners)
    if (owner)
      page_of(owner.get()).type->walk(owner.get(), walker);
  return found;
}

bool is_tracked(const any_ref &r) noexcept {
  return r && internal::is_tracked(state_of(r.get()));
}

bool is_finalized(const any_ref &r) noexcept {
  return r && state_of(r.get()) & internal::finalized;
}

static std::size_t move_all(bool (*from)(place), place to) noexcept {
  std::size_t moved = 0;
  internal::for_each_object(this_heap(),
                            [&](internal::page &p, std::uint32_t i, void *) {
                              if (!from(internal::place_of(p.state[i])))
                                return;
                              internal::set_place(p.state[i], to);
                              ++moved;
                            });
  return moved;
}

void freeze() noexcept {
  heap &h = this_heap();
  auto tracked = [](place where) { return where >= place::young; };
  state().frozen = move_all(tracked, place::frozen);
  h.log[0].end = h.log[0].begin;
  h.log[1].end = h.log[1].begin;
}

void unfreeze() noexcept {
  move_all([](place where) { return where == place::frozen; }, place::old);
  state().frozen = 0;
}

std::size_t get_freeze_count() noexcept {
  std::size_t count = 0;
  internal::for_each_object(
      this_heap(), [&](internal::page &p, std::uint32_t i, void *) {
        count += internal::place_of(p.state[i]) == place::frozen;
      });
  return count;
}

std::vector<callback> &callbacks() { return state().callbacks; }

void set_debug(unsigned flags) noexcept { state().debug = flags; }
unsigned get_debug() noexcept { return state().debug; }

std::vector<any_ref> &garbage() { return state().garbage; }

void set_debug_sink(std::function<void(std::string_view)> print) {
  internal::sink = std::move(print);
}

void set_exit_report(bool report) noexcept { state().exit_report = report; }

} // namespace gc

} // namespace refcycle
