// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "used_types.h"

#include <algorithm>
#include <sys/mman.h>

namespace refcycle::verify {

static array<watched_type> watched;

static address slot_of(address vtable) noexcept {
  return vtable + 8 * dispose_slot;
}

static watched_type *find(address vtable) noexcept {
  return std::lower_bound(
      watched.begin(), watched.end(), vtable,
      [](const watched_type &w, address v) { return w.type.vtable < v; });
}

/// In place of a class's own function, once. Two threads may both come here:
/// both do the same.
static void first_dispose(void *object) {
  watched_type &w = *find(word_at(address(object)));
  w.used = true;
  __atomic_store_n(reinterpret_cast<address *>(slot_of(w.type.vtable)),
                   w.dispose, __ATOMIC_RELAXED);
  reinterpret_cast<void (*)(void *)>(w.dispose)(object);
}

/// Virtual tables are read-only once they are relocated.
static bool make_writable(address slot) noexcept {
  address page = slot & ~address(4095);
  return mprotect(reinterpret_cast<void *>(page), 4096,
                  PROT_READ | PROT_WRITE) == 0;
}

void watch_types() noexcept {
  address_space space;
  array<block_type> types;
  if (!read_address_space(space))
    return;
  array<address> nameless; // No finding names them.
  find_block_types(space, types, nameless);
  for (const block_type &type : types)
    if (make_writable(slot_of(type.vtable)))
      watched.push_back({type, word_at(slot_of(type.vtable)), false});
  for (const watched_type &w : watched)
    set_word(slot_of(w.type.vtable), address(&first_dispose));
}

void unwatch_types() noexcept {
  for (const watched_type &w : watched)
    set_word(slot_of(w.type.vtable), w.dispose);
}

std::span<const watched_type> watched_types() noexcept { return watched; }

} // namespace refcycle::verify
