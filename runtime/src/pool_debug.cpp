// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Source: CPython 3.11, Objects/obmalloc.c (debug hooks: fill bytes, guards,
// serial numbers). Ours: the list of live blocks, holding freed blocks back to
// catch late writes, and sizes checked at the free.

#include "pool_debug.h"

#include "pool_central.h"
#include "pool_misuse.h"
#include "pool_page_map.h"
#include "pool_process.h"
#include "pool_thread.h"
#include "pool_tools.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <mutex>

namespace refcycle::pool::internal {

namespace {

constexpr unsigned char fresh_byte = 0xCD;
constexpr unsigned char freed_byte = 0xDD;
constexpr unsigned char guard_byte = 0xFD;
constexpr unsigned char live_mark = 0xA5;
constexpr unsigned char held_mark = 0x5A;

constexpr std::size_t most_held = 4096;              // blocks
constexpr std::size_t most_held_bytes = 1024 * 1024; // with their guards

/// Right before the program's bytes. The guard is last: an underrun by a few
/// bytes is told apart from a pointer that was never ours.
struct front {
  front *next;
  front *prev;
  std::size_t bytes; ///< What the program asked for.
  unsigned char mark;
  unsigned char align_log2; ///< Where the storage starts: see prefix_bytes.
  unsigned char guard[6];
};

/// Right after the program's bytes, unaligned.
struct back {
  unsigned char guard[8];
  unsigned char serial[8];
};

static_assert(sizeof(front) == 32 && sizeof(back) == 16);

struct debug_state {
  std::mutex lock;
  front *live = nullptr;
  front *held_first = nullptr; ///< Freed longest ago; a queue through `next`.
  front *held_last = nullptr;
  std::size_t held = 0;
  std::size_t held_bytes = 0;
  std::uint64_t last_serial = 0;
};

constinit debug_state state;

std::size_t prefix_bytes(std::size_t align) {
  return std::max(sizeof(front), align);
}

std::size_t total_bytes(std::size_t bytes, std::size_t align) {
  return prefix_bytes(align) + bytes + sizeof(back);
}

std::size_t align_of(const front *f) { return std::size_t{1} << f->align_log2; }

std::size_t total_bytes(const front *f) {
  return total_bytes(f->bytes, align_of(f));
}

front *front_of(const void *block) {
  return static_cast<front *>(const_cast<void *>(block)) - 1;
}

unsigned char *block_of(front *f) {
  return reinterpret_cast<unsigned char *>(f + 1);
}

back *back_of(front *f) {
  return reinterpret_cast<back *>(block_of(f) + f->bytes);
}

void *storage_of(front *f) { return block_of(f) - prefix_bytes(align_of(f)); }

unsigned long long serial_of(front *f) {
  unsigned long long serial;
  std::memcpy(&serial, back_of(f)->serial, sizeof serial);
  return serial;
}

bool all_bytes_are(const unsigned char *p, std::size_t n, unsigned char byte) {
  return std::all_of(p, p + n, [=](unsigned char b) { return b == byte; });
}

// A pool aligns a block of the class to the largest power of two in its size.
void *allocate_storage(std::size_t total, std::size_t align) {
  std::size_t rounded = (total + align - 1) & ~(align - 1);
  if (rounded > process().chosen.small_limit) {
    void *p = std::aligned_alloc(align, rounded);
    if (p)
      count_large(1, static_cast<std::int64_t>(malloc_usable_size(p)));
    return p;
  }
  void *p = take_small(class_for(rounded));
  if (p)
    announce_block(p, block_bytes(class_for(rounded)));
  return p;
}

void free_storage(void *p) {
  if (std::size_t c = page_map_class(p)) {
    retire_block(p, block_bytes(c));
    give_small(p, c);
    return;
  }
  count_large(-1, -static_cast<std::int64_t>(malloc_usable_size(p)));
  std::free(p);
}

void link_live(front *f) {
  f->prev = nullptr;
  f->next = state.live;
  if (f->next)
    f->next->prev = f;
  state.live = f;
}

void unlink_live(front *f) {
  (f->prev ? f->prev->next : state.live) = f->next;
  if (f->next)
    f->next->prev = f->prev;
}

/// A sentence without the block's address, or null.
const char *damage_of(front *f) {
  if (!all_bytes_are(f->guard, sizeof f->guard, guard_byte))
    return "was written to before its first byte";
  if (!all_bytes_are(back_of(f)->guard, sizeof back::guard, guard_byte))
    return "was written to after its last byte";
  return nullptr;
}

const char *damage_of_held(front *f) {
  if (const char *damage = damage_of(f))
    return damage;
  return all_bytes_are(block_of(f), f->bytes, freed_byte)
             ? nullptr
             : "was written to after it was freed";
}

[[noreturn]] void report_damage(front *f, const char *damage) {
  report_misuse("block %p (%zu bytes, serial %llu) %s",
                static_cast<void *>(block_of(f)), f->bytes, serial_of(f),
                damage);
}

/// Whether the bytes before `block` can be a front without reading memory that
/// a pool never gave out.
bool is_in_handed_out_block(const void *block) {
  std::size_t c = page_map_class(block);
  if (!c)
    return true; // From malloc, if it is ours: nothing better to ask.
  std::size_t offset = address_of(block) % pool_bytes % block_bytes(c);
  return is_handed_out(c, static_cast<const char *>(block) - offset);
}

/// The front of a live block; traps everything else.
front *check_live(const void *block) {
  front *f = front_of(block);
  bool may_read =
      address_of(block) % alignment == 0 && is_in_handed_out_block(block);
  if (may_read && f->mark == held_mark)
    report_misuse("block %p (%zu bytes, serial %llu) was freed twice", block,
                  f->bytes, serial_of(f));
  if (!may_read || f->mark != live_mark)
    report_misuse("%p was freed, but it is not a live block of the pool",
                  block);
  if (const char *damage = damage_of(f))
    report_damage(f, damage);
  return f;
}

void hold_back(front *f) {
  f->mark = held_mark;
  f->next = nullptr;
  (state.held_last ? state.held_last->next : state.held_first) = f;
  state.held_last = f;
  ++state.held;
  state.held_bytes += total_bytes(f);
}

void release_oldest() {
  front *f = state.held_first;
  if (const char *damage = damage_of_held(f))
    report_damage(f, damage);
  state.held_first = f->next;
  if (!f->next)
    state.held_last = nullptr;
  --state.held;
  state.held_bytes -= total_bytes(f);
  free_storage(storage_of(f));
}

void write_guards(front *f, std::size_t bytes, std::size_t align) {
  f->bytes = bytes;
  f->mark = live_mark;
  f->align_log2 = static_cast<unsigned char>(std::countr_zero(align));
  std::fill(std::begin(f->guard), std::end(f->guard), guard_byte);
  std::uint64_t serial = ++state.last_serial;
  std::fill_n(back_of(f)->guard, sizeof back::guard, guard_byte);
  std::memcpy(back_of(f)->serial, &serial, sizeof serial);
}

} // namespace

void *debug_allocate(std::size_t bytes, std::size_t align) noexcept {
  align = std::max(align, alignment);
  std::size_t total = total_bytes(bytes, align);
  if (total < bytes || total + align < total)
    return nullptr;
  std::lock_guard hold(state.lock);
  void *storage = allocate_storage(total, align);
  if (!storage)
    return nullptr;
  void *block = static_cast<char *>(storage) + prefix_bytes(align);
  front *f = front_of(block);
  write_guards(f, bytes, align);
  link_live(f);
  std::memset(block, fresh_byte, bytes);
  return block;
}

void debug_deallocate(void *block, std::size_t bytes) noexcept {
  std::lock_guard hold(state.lock);
  front *f = check_live(block);
  if (bytes != unknown_size && bytes != f->bytes)
    report_misuse("block %p (%zu bytes, serial %llu) was freed as %zu bytes",
                  block, f->bytes, serial_of(f), bytes);
  unlink_live(f);
  std::memset(block, freed_byte, f->bytes);
  hold_back(f);
  while (state.held > most_held || state.held_bytes > most_held_bytes)
    release_oldest();
}

std::size_t debug_size(const void *block) noexcept {
  std::lock_guard hold(state.lock);
  return check_live(block)->bytes;
}

void debug_release_held() noexcept {
  std::lock_guard hold(state.lock);
  while (state.held_first)
    release_oldest();
}

static const char *format_fault(front *f, const char *damage) {
  static char sentence[160];
  std::snprintf(
      sentence, sizeof sentence, "block %p (%zu bytes, serial %llu) %s",
      static_cast<void *>(block_of(f)), f->bytes, serial_of(f), damage);
  return sentence;
}

const char *verify_debug() noexcept {
  std::lock_guard hold(state.lock);
  for (front *f = state.live; f; f = f->next) {
    if (f->mark != live_mark)
      return "the list of live blocks leads to something that is not live";
    if (const char *damage = damage_of(f))
      return format_fault(f, damage);
  }
  for (front *f = state.held_first; f; f = f->next)
    if (const char *damage = damage_of_held(f))
      return format_fault(f, damage);
  return nullptr;
}

void lock_debug() noexcept { state.lock.lock(); }
void unlock_debug() noexcept { state.lock.unlock(); }

} // namespace refcycle::pool::internal
