// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A heap's life: made by a thread's first make(), closed when the thread ends
// and its thread_local variables are gone.
// Objects that outlive their thread (shared_ref, statics) keep the heap.

#include "collector.h"
#include "shared_block.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <pthread.h>
#include <string>

namespace refcycle::internal {

constinit thread_local heap *thread_heap = nullptr;

static bool is_empty(const heap &h) noexcept {
  return std::all_of(h.pages.begin(), h.pages.end(),
                     [](const page *p) { return p->used == 0; });
}

void close_if_empty(heap &h) noexcept {
  if (h.closed || h.drop_depth != 0 || !is_empty(h))
    return;
  h.closed = true;
  while (!h.pages.empty()) // Empty pages that were kept for speed.
    give_back_page(*h.pages.back());
  std::free(h.log[0].begin);
  std::free(h.log[1].begin);
  delete[] h.spaces;
  delete_intern_tables(h);
  delete h.collector;
  unpin_heap(h);
}

static void report_at_exit(heap &h) noexcept {
  collector_state &c = *h.collector;
  try {
    if (c.exit_report)
      if (std::string text = describe_garbage(h); !text.empty())
        print_line(text);
    run_collection(h, generation::old);
    // Under debug_saveall the list holds ordinary garbage, printed at its time.
    if (c.garbage.empty() || c.debug & gc::debug_saveall)
      return;
    std::string line = "gc: " + std::to_string(c.garbage.size()) +
                       " uncollectable objects at shutdown";
    if (!(c.debug & gc::debug_uncollectable))
      line += "; gc::set_debug(gc::debug_uncollectable) lists them";
    print_line(line);
    if (c.debug & gc::debug_uncollectable)
      for (const any_ref &object : c.garbage)
        print_line("gc: uncollectable <" + std::string(type_name_of(object)) +
                   ">");
  } catch (const std::bad_alloc &) {
    // A report is not worth more than an orderly end.
  }
}

static void end_thread(void *) noexcept {
  heap &h = *thread_heap;
  read_mailbox(h);
  report_at_exit(h);
  h.collector->garbage.clear();
  drop_immortals(h);
  drain_drops(h);
  h.trigger = std::numeric_limits<std::uint32_t>::max();
  leave_heap(h);
}

// The main thread's heap is never destroyed: objects with static lifetime drop
// their handles after this has run.
static void end_program() {
  if (thread_heap != nullptr)
    report_at_exit(*thread_heap);
}

/// Calls end_thread when the calling thread ends. By way of a key, because its
/// destructor runs after those of thread_local variables: handles in these are
/// dropped while the heap still has its thread. Throws std::bad_alloc.
static void plan_thread_end(heap &h) {
  static const std::optional<pthread_key_t> key = [] {
    pthread_key_t made;
    return pthread_key_create(&made, end_thread) == 0 ? std::optional(made)
                                                      : std::nullopt;
  }();
  if (!key || pthread_setspecific(*key, &h) != 0)
    throw std::bad_alloc();
}

heap &open_heap() {
  static std::atomic<bool> main_taken{false};
  auto h = std::make_unique<heap>();
  auto collector = std::make_unique<collector_state>();
  // atexit belongs to the process; the thread that runs it is the one that
  // came first, which in any sane program is the main one.
  if (is_main_thread() && !main_taken.exchange(true))
    std::atexit(end_program);
  else
    plan_thread_end(*h);
  h->collector = collector.release();
  thread_heap = h.release();
  enter_heap(*thread_heap);
  return *thread_heap;
}

} // namespace refcycle::internal
