// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Biased counts, mailboxes, and heaps whose thread has ended.

#include "refcycle/shared.h"

#include "shared_block.h"

#include <algorithm>
#include <mutex>
#include <pthread.h>
#include <unistd.h>

namespace refcycle {

namespace internal {

namespace {

/// All heaps of the process, so that fork() can find those it orphans.
struct heap_list {
  std::mutex lock;
  std::vector<heap *> heaps;
};

} // namespace

static heap_list &all_heaps() {
  static heap_list *only = new heap_list; // Never destroyed, as the heaps.
  return *only;
}

// Only the forking thread goes on in a child: the others' heaps are orphans
// there, whose objects may still be dropped through shared_refs.
static void orphan_others() {
  for (heap *h : all_heaps().heaps)
    if (h != thread_heap) {
      h->orphan = true;
      h->minded = false;
      h->drop_pending = true;
    }
  all_heaps().lock.unlock();
}

void enter_heap(heap &h) {
  static std::once_flag once;
  std::call_once(once, [] {
    attach_to_verifier();
    pthread_atfork([] { all_heaps().lock.lock(); },
                   [] { all_heaps().lock.unlock(); }, orphan_others);
  });
  std::lock_guard hold(all_heaps().lock);
  all_heaps().heaps.push_back(&h);
}

std::span<heap *const> heaps_unlocked() noexcept { return all_heaps().heaps; }

bool is_main_thread() noexcept { return gettid() == getpid(); }

void pin_heap(heap &h) noexcept {
  h.pins.fetch_add(1, std::memory_order_relaxed);
}

void unpin_heap(heap &h) noexcept {
  if (h.pins.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  {
    std::lock_guard hold(all_heaps().lock);
    std::erase(all_heaps().heaps, &h);
  }
  delete &h;
}

/// Acts as the owner of an orphan until its mailbox is empty. If another thread
/// does so now, it will see what was just mailed.
static void mind_orphan(heap &h) noexcept {
  while (h.mailbox.load() != nullptr && !h.minded.exchange(true)) {
    heap *mine = std::exchange(thread_heap, &h);
    read_mailbox(h);
    drain_drops(h);
    close_if_empty(h);
    thread_heap = mine;
    h.minded.store(false);
  }
}

void leave_heap(heap &h) noexcept {
  pin_heap(h);
  h.minded = true;
  h.orphan = true;
  h.drop_pending = true;
  read_mailbox(h);
  close_if_empty(h);
  thread_heap = nullptr;
  h.minded = false;
  mind_orphan(h);
  unpin_heap(h);
}

shared_block *new_shared_block(void *payload) {
  heap &h = *page_of(payload).owner;
  return new shared_block{payload, &h};
}

static void dispose_block(shared_block *b) noexcept {
  drop_reference(b->payload);
  delete b;
}

static void mail(shared_block *b) noexcept {
  heap &h = *b->owner;
  pin_heap(h); // The owner may dispose of the block, and close, at any moment.
  b->next = h.mailbox.load(std::memory_order_relaxed);
  while (!h.mailbox.compare_exchange_weak(b->next, b))
    continue;
  if (h.orphan)
    mind_orphan(h);
  unpin_heap(h);
}

/// Merges a block's two counts; disposes of it if they cancel out.
static void merge(shared_block *b) noexcept {
  std::int64_t mine = std::exchange(b->owner_shares, 0) * shared_block::one;
  std::int64_t old = b->word.load(std::memory_order_relaxed);
  std::int64_t next;
  do
    next = ((old + mine) & ~shared_block::mailed) | shared_block::merged;
  while (!b->word.compare_exchange_weak(old, next, std::memory_order_acq_rel));
  if (next < shared_block::one)
    dispose_block(b);
}

void read_mailbox(heap &h) noexcept {
  if (h.mailbox.load(std::memory_order_relaxed) == nullptr)
    return;
  shared_block *b = h.mailbox.exchange(nullptr, std::memory_order_acq_rel);
  while (b != nullptr)
    merge(std::exchange(b, b->next));
}

void add_share(shared_block *b) noexcept {
  if (b->owner == thread_heap && b->owner_shares != 0)
    ++b->owner_shares;
  else
    b->word.fetch_add(shared_block::one, std::memory_order_relaxed);
}

/// The owner's last unmerged share went: the rest is counted in `word`.
static void retire_owner(shared_block *b) noexcept {
  std::int64_t old =
      b->word.fetch_or(shared_block::merged, std::memory_order_acq_rel);
  if (old < shared_block::one && !(old & shared_block::mailed))
    dispose_block(b); // Else the mailbox will show it once more.
}

static void drop_foreign_share(shared_block *b, bool by_owner) noexcept {
  std::int64_t old = b->word.load(std::memory_order_relaxed);
  std::int64_t next;
  bool settle;
  do {
    next = old - shared_block::one;
    // Nothing left, or more dropped than made here: the owner must look at it.
    settle = !(old & shared_block::mailed) &&
             (old & shared_block::merged ? next < shared_block::one : next < 0);
    if (settle && !by_owner)
      next |= shared_block::mailed;
  } while (
      !b->word.compare_exchange_weak(old, next, std::memory_order_acq_rel));
  if (settle)
    by_owner ? dispose_block(b) : mail(b);
}

void drop_share(shared_block *b) noexcept {
  const bool by_owner = b->owner == thread_heap;
  if (by_owner && b->owner_shares != 0) {
    if (--b->owner_shares == 0)
      retire_owner(b);
    return;
  }
  drop_foreign_share(b, by_owner);
}

} // namespace internal

void poll() noexcept {
  if (internal::thread_heap != nullptr)
    internal::read_mailbox(*internal::thread_heap);
}

} // namespace refcycle
