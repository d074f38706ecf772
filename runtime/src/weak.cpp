// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists of weak references. A list hangs in a table of the heap, its number in
// the object's cell, so an object that nobody watches pays nothing for it and
// weak references do not pin the memory of the dead.

#include "refcycle/weak.h"

#include "heaps.h"

#include "refcycle/gc.h"

#include <atomic>
#include <memory>
#include <utility>

namespace refcycle {

namespace internal {

static bool has_callback(const weak_base &w) noexcept {
  return w.node != nullptr && w.node->callback.target != nullptr;
}

// Unique in the process: a heap may be walked by several threads in its life.
static constinit std::atomic<std::uint64_t> last_round{0};
static constinit thread_local std::uint64_t this_round = 0;

void begin_weak_round() noexcept {
  this_round = last_round.fetch_add(1, std::memory_order_relaxed) + 1;
}

static void enter_round(weak_node &n) noexcept {
  if (n.round == this_round)
    return;
  n.round = this_round;
  n.seen = 0;
  n.followed = false;
}

function_base *callback_at_last(weak_base &w) noexcept {
  if (!has_callback(w))
    return nullptr;
  enter_round(*w.node);
  return ++w.node->seen == w.node->shares ? &w.node->callback : nullptr;
}

function_base *callback_at_first(weak_base &w) noexcept {
  if (!has_callback(w))
    return nullptr;
  enter_round(*w.node);
  return std::exchange(w.node->followed, true) ? nullptr : &w.node->callback;
}

function_base *callback_to_clear(weak_base &w) noexcept {
  if (!has_callback(w))
    return nullptr;
  if (w.node->shares == 1)
    return &w.node->callback;
  drop_weak_node(std::exchange(w.node, nullptr));
  return nullptr;
}

/// The list of an object, which gets one if it has none.
static weak_list &list_of(void *payload) {
  heap &h = *page_of(payload).owner;
  cell &c = cell_of(payload);
  if (c.weak != 0)
    return h.weak_lists[c.weak];
  if (!h.free_weak_lists.empty()) {
    c.weak = h.free_weak_lists.back();
    h.free_weak_lists.pop_back();
  } else {
    if (h.weak_lists.empty())
      h.weak_lists.emplace_back(); // Number 0 means "no list".
    // Later returns of numbers must not need memory.
    h.free_weak_lists.reserve(h.weak_lists.size() + 1);
    h.weak_lists.emplace_back();
    c.weak = static_cast<std::uint32_t>(h.weak_lists.size() - 1);
  }
  return h.weak_lists[c.weak];
}

static void return_list(heap &h, void *payload) noexcept {
  cell &c = cell_of(payload);
  h.weak_lists[c.weak] = {};
  h.free_weak_lists.push_back(std::exchange(c.weak, 0));
}

/// Puts a node behind \p previous, or first.
static void insert(weak_list &list, weak_node *previous, weak_node *n) {
  n->previous = previous;
  weak_node *&link = previous != nullptr ? previous->next : list.first;
  n->next = link;
  if (n->next != nullptr)
    n->next->previous = n;
  link = n;
}

static weak_node *plain_node_in(const weak_list &list) noexcept {
  weak_node *first = list.first;
  return first != nullptr && first->callback.target == nullptr ? first
                                                               : nullptr;
}

weak_node *plain_weak_node(void *payload) {
  weak_list &list = list_of(payload);
  if (weak_node *shared = plain_node_in(list))
    return shared;
  auto *n = new weak_node;
  n->payload = payload;
  insert(list, nullptr, n);
  return n;
}

weak_node *new_weak_node(void *payload, weak_callback *callback) {
  std::unique_ptr<weak_callback> owned(callback);
  auto n = std::make_unique<weak_node>();
  weak_list &list = list_of(payload);
  n->payload = payload;
  n->callback.target = owned.release();
  insert(list, plain_node_in(list), n.get());
  return n.release();
}

static void detach(weak_node *n) noexcept {
  weak_list &list =
      page_of(n->payload).owner->weak_lists[cell_of(n->payload).weak];
  (n->previous != nullptr ? n->previous->next : list.first) = n->next;
  if (n->next != nullptr)
    n->next->previous = n->previous;
  n->next = n->previous = nullptr;
  n->payload = nullptr;
}

void drop_weak_node(weak_node *n) noexcept {
  if (n == nullptr || --n->shares != 0)
    return;
  if (void *payload = n->payload) {
    detach(n);
    heap &h = *page_of(payload).owner;
    // A queued object's list carries the link of the queue.
    if (h.weak_lists[cell_of(payload).weak].first == nullptr &&
        !(state_of(payload) & queued))
      return_list(h, payload);
  }
  delete n->callback.target;
  delete n;
}

void *lock_weak_node(weak_node *n) noexcept {
  if (n == nullptr || n->payload == nullptr ||
      state_of(n->payload) & (queued | dying))
    return nullptr;
  check(page_of(n->payload).owner == thread_heap,
        "a weak_ref was locked by a thread that does not own its object");
  if (cell_of(n->payload).count == 0)
    return nullptr;
  ++cell_of(n->payload).count;
  return n->payload;
}

static void call_back(weak_node *n) noexcept {
  try {
    static_cast<weak_callback *>(n->callback.target)->call(n);
  } catch (...) {
    report_unraisable("the callback of a weak_ref");
  }
}

void detach_weak_list(heap &h, void *payload, weak_chain &chain) noexcept {
  weak_list &list = h.weak_lists[cell_of(payload).weak];
  while (weak_node *n = list.first) {
    detach(n);
    if (n->callback.target == nullptr || n->trash_shares == n->shares)
      continue;
    ++n->shares; // Lives until its turn has come.
    *chain.end = n;
    chain.end = &n->next;
  }
  return_list(h, payload);
}

std::size_t call_back_all(weak_chain &chain) noexcept {
  std::size_t freed = 0;
  while (weak_node *n = chain.first) {
    chain.first = std::exchange(n->next, nullptr);
    call_back(n);
    freed += n->shares == 1;
    drop_weak_node(n);
  }
  return freed;
}

void clear_weak_list(heap &h, void *payload) noexcept {
  // All are detached before any code of the user's runs: it must not reach the
  // object through those whose turn is later.
  weak_chain chain;
  detach_weak_list(h, payload, chain);
  call_back_all(chain);
}

} // namespace internal

std::size_t weak_count(const any_ref &r) noexcept {
  if (!r || internal::cell_of(r.get()).weak == 0)
    return 0;
  std::size_t count = 0;
  internal::heap &h = *internal::page_of(r.get()).owner;
  for (internal::weak_node *n =
           h.weak_lists[internal::cell_of(r.get()).weak].first;
       n != nullptr; n = n->next)
    ++count;
  return count;
}

} // namespace refcycle
