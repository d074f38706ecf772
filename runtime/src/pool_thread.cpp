// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One cache per thread: a stack of free blocks for each class.
//
// A stack's limit doubles at each refill and halves at each overflow that no
// refill preceded. A thread that allocates and frees in waves soon keeps the
// whole wave; one that only frees (a large structure is torn down) ends with
// almost nothing cached, so its pools and arenas really become empty.

#include "pool_thread.h"

#include "pool_central.h"
#include "pool_process.h"
#include "pool_tools.h"

#include <algorithm>
#include <mutex>
#include <pthread.h>
#include <sys/mman.h>

namespace refcycle::pool::internal {

namespace {

constexpr std::size_t first_limit = 64;        // blocks
constexpr std::size_t least_limit = 32;        // blocks
constexpr std::size_t most_blocks = 8192;      // per stack
constexpr std::size_t most_bytes = 256 * 1024; // of blocks, per stack

constexpr std::size_t capacity_of(std::size_t size_class) {
  return std::min(most_blocks, most_bytes / block_bytes(size_class));
}

// Every stack has a null below its first entry (see bin::top).
constexpr std::size_t slots_needed() {
  std::size_t n = 0;
  for (std::size_t c = 1; c != class_count; ++c)
    n += 1 + capacity_of(c);
  return n;
}

static_assert(capacity_of(class_count - 1) >= first_limit);

struct stack_state {
  void **begin;
  std::size_t limit; ///< Entries used of the capacity: end == begin + limit.
  bool refilled;     ///< Since the last overflow.
};

/// One mapping, mostly never touched. Written by its thread only, but for the
/// list links, which the registry's lock guards.
struct thread_state : thread_cache {
  stack_state stacks[class_count];
  thread_state *next;
  thread_state *prev;
  std::atomic<std::int64_t> large_blocks;
  std::atomic<std::int64_t> large_bytes;
  void *slots[slots_needed()];
};

struct thread_registry {
  std::mutex lock;
  thread_state *first = nullptr;
  std::int64_t large_blocks = 0; ///< Of threads that have ended.
  std::int64_t large_bytes = 0;
};

constinit thread_registry registry;
constinit pthread_key_t exit_key = 0;

// What threads share that have no cache of their own. Never written: its
// stacks are both empty and full.
constinit thread_cache no_cache;

// Set when the thread's cache is gone for good: destructors of other
// thread-local objects may still free blocks.
constinit thread_local bool has_ended = false;

void set_top(bin &b, void **top) {
  b.top.store(top, std::memory_order_relaxed);
}

void set_limit(thread_state &t, std::size_t c, std::size_t limit) {
  t.stacks[c].limit = limit;
  t.bins[c].end = t.stacks[c].begin + limit;
}

std::size_t count_cached(const thread_state &t, std::size_t c) {
  if (!t.stacks[c].begin)
    return 0; // Above the limit: no stack.
  void **top = t.bins[c].top.load(std::memory_order_relaxed);
  return static_cast<std::size_t>(top - t.stacks[c].begin);
}

/// Classes above the configured limit stay without capacity, which sends their
/// requests out of line, to malloc.
void lay_out_stacks(thread_state &t) {
  for (bin &b : t.bins) {
    set_top(b, no_slots + 1);
    b.end = no_slots + 1;
  }
  void **slot = t.slots;
  std::size_t last = process().chosen.small_limit / alignment;
  for (std::size_t c = 1; c <= last; ++c) {
    t.stacks[c].begin = slot + 1;
    set_top(t.bins[c], slot + 1);
    set_limit(t, c, first_limit);
    slot += 1 + capacity_of(c);
  }
}

void enlist(thread_state *t) {
  std::lock_guard hold(registry.lock);
  t->next = registry.first;
  if (t->next)
    t->next->prev = t;
  registry.first = t;
}

/// The caller holds the registry's lock.
void remove(thread_state *t) {
  (t->prev ? t->prev->next : registry.first) = t->next;
  if (t->next)
    t->next->prev = t->prev;
  registry.large_blocks += t->large_blocks.load(std::memory_order_relaxed);
  registry.large_bytes += t->large_bytes.load(std::memory_order_relaxed);
}

thread_state *own_state() {
  return current == &no_cache ? nullptr : static_cast<thread_state *>(current);
}

thread_state *start_thread() {
  void *memory = mmap(nullptr, sizeof(thread_state), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return nullptr;
  auto *t = static_cast<thread_state *>(memory); // Zero, as fresh pages are.
  lay_out_stacks(*t);
  enlist(t);
  current = t;
  pthread_setspecific(exit_key, t);
  return t;
}

/// Null when blocks must come straight from their pools.
thread_state *this_thread() {
  if (thread_state *t = own_state()) [[likely]]
    return t;
  if (has_ended || !process().use_caches)
    return nullptr;
  return start_thread();
}

void *refill(thread_state &t, std::size_t c) {
  stack_state &s = t.stacks[c];
  std::size_t n = fetch_blocks(c, s.begin, s.limit / 2);
  if (!n)
    return nullptr;
  s.refilled = true;
  set_limit(t, c, std::min(s.limit * 2, capacity_of(c)));
  set_top(t.bins[c], s.begin + (n - 1));
  return s.begin[n - 1];
}

/// Returns the oldest cached blocks: the latest are in the processor's cache.
///
/// They are moved above the top first, because statistics may never see a
/// block that is both cached and in its pool.
void make_room(thread_state &t, std::size_t c) {
  stack_state &s = t.stacks[c];
  if (!s.refilled)
    s.limit = std::max(s.limit / 2, least_limit);
  s.refilled = false;
  std::size_t n = count_cached(t, c), keep = s.limit / 2;
  std::rotate(s.begin, s.begin + (n - keep), s.begin + n);
  set_top(t.bins[c], s.begin + keep);
  set_limit(t, c, s.limit);
  return_blocks(c, s.begin + keep, n - keep);
}

void empty_stacks(thread_state &t) {
  for (std::size_t c = 1; c != class_count; ++c) {
    std::size_t n = count_cached(t, c);
    if (!n)
      continue;
    set_top(t.bins[c], t.stacks[c].begin);
    return_blocks(c, t.stacks[c].begin, n);
  }
}

void end_thread(void *memory) {
  auto *t = static_cast<thread_state *>(memory);
  has_ended = true;
  current = &no_cache;
  empty_stacks(*t);
  {
    std::lock_guard hold(registry.lock);
    remove(t);
  }
  munmap(t, sizeof(thread_state));
}

} // namespace

constinit void *no_slots[2] = {};
constinit thread_local thread_cache *current = &no_cache;

void *take_small(std::size_t size_class) noexcept {
  thread_state *t = this_thread();
  if (!t) {
    void *block = nullptr;
    fetch_blocks(size_class, &block, 1);
    return block;
  }
  void **top = t->bins[size_class].top.load(std::memory_order_relaxed);
  if (!top[-1])
    return refill(*t, size_class);
  set_top(t->bins[size_class], top - 1);
  return top[-1];
}

void give_small(void *block, std::size_t size_class) noexcept {
  thread_state *t = this_thread();
  if (!t)
    return return_blocks(size_class, &block, 1);
  bin &b = t->bins[size_class];
  if (b.top.load(std::memory_order_relaxed) == b.end)
    make_room(*t, size_class);
  void **top = b.top.load(std::memory_order_relaxed);
  *top = block;
  set_top(b, top + 1);
}

void empty_cache_of_this_thread() noexcept {
  if (thread_state *t = own_state())
    empty_stacks(*t);
}

static void add_owned(std::atomic<std::int64_t> &sum, std::int64_t n) {
  sum.store(sum.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

void count_large(std::int64_t blocks, std::int64_t bytes) noexcept {
  if (thread_state *t = this_thread()) {
    add_owned(t->large_blocks, blocks);
    add_owned(t->large_bytes, bytes);
    return;
  }
  std::lock_guard hold(registry.lock);
  registry.large_blocks += blocks;
  registry.large_bytes += bytes;
}

thread_totals get_thread_totals() noexcept {
  thread_totals sum;
  sum.large_blocks = registry.large_blocks;
  sum.large_bytes = registry.large_bytes;
  for (thread_state *t = registry.first; t; t = t->next) {
    ++sum.threads;
    sum.large_blocks += t->large_blocks.load(std::memory_order_relaxed);
    sum.large_bytes += t->large_bytes.load(std::memory_order_relaxed);
    for (std::size_t c = 1; c != class_count; ++c)
      sum.cached[c] += count_cached(*t, c);
  }
  return sum;
}

static const char *verify_stack(const thread_state &t, std::size_t c) {
  const stack_state &s = t.stacks[c];
  if (!s.begin)
    return t.bins[c].end == no_slots + 1 ? nullptr
                                         : "a stack without slots has a limit";
  std::size_t n = count_cached(t, c);
  if (s.begin[-1])
    return "the null below a cache's first block was overwritten";
  if (n > s.limit || s.limit > capacity_of(c))
    return "a cache holds more blocks than its limit";
  for (std::size_t i = 0; i != n; ++i)
    if (!is_handed_out(c, s.begin[i]))
      return "a cached block is free in its pool, or no block at all";
  return nullptr;
}

const char *verify_threads() noexcept {
  std::lock_guard hold(registry.lock);
  for (thread_state *t = registry.first; t; t = t->next)
    for (std::size_t c = 1; c != class_count; ++c)
      if (const char *fault = verify_stack(*t, c))
        return fault;
  return nullptr;
}

void prepare_thread_exit() noexcept {
  pthread_key_create(&exit_key, end_thread);
}

void lock_threads() noexcept { registry.lock.lock(); }
void unlock_threads() noexcept { registry.lock.unlock(); }

void forget_other_threads() noexcept {
  for (thread_state *t = registry.first, *next; t; t = next) {
    next = t->next;
    if (t == current)
      continue;
    remove(t);
    munmap(t, sizeof(thread_state));
  }
}

} // namespace refcycle::pool::internal
