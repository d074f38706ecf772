// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where counted objects live: 64 KiB pages, each holding objects of one type.
//
//   page:  [ gap | page | state bytes | scratch counts | slot | slot | ... ]
//   slot:  [ cell: count, weak ][ payload ][ padding ]
//
// What a collector must know of an object is found through its page: the type,
// the owning heap, a byte of state and a word of scratch. The object itself
// pays eight bytes. Knows nothing of C++ types or of collection.

#ifndef REFCYCLE_INTERNAL_PAGE_H
#define REFCYCLE_INTERNAL_PAGE_H

#include "refcycle/internal/config.h"

#include <cstdint>
#include <cstring>

namespace refcycle::internal {

struct heap;
struct type_descriptor;

inline constexpr std::size_t page_bytes = 65536; ///< Size and alignment.
inline constexpr std::size_t head_places = 32;   ///< See head_offset.

/// The eight bytes before every payload.
///
/// In a free slot they hold the address of the next free payload instead.
struct cell {
  std::uint32_t count; ///< Strong references from anywhere. 0: dying or free.
  std::uint32_t weak;  ///< Index of the weak list in the heap; 0: none.
};

inline cell &cell_of(const void *payload) noexcept {
  return *(static_cast<cell *>(const_cast<void *>(payload)) - 1);
}

/// The low three bits of a state byte: where the object stands.
enum class place : std::uint8_t {
  free,      ///< No object here.
  untracked, ///< Alive, but never examined: cannot be in a cycle, or unborn.
  young,     ///< In log 0; scratch holds its index there.
  middle,    ///< In log 1; scratch holds its index there.
  old,       ///< Found by walking pages.
  frozen,    ///< As old, but no collection looks at it.
};

inline constexpr std::uint8_t place_mask = 7;
inline constexpr std::uint8_t collecting = 8; ///< In the set being collected.
inline constexpr std::uint8_t finalized = 16; ///< finalize() was called once.
inline constexpr std::uint8_t dying = 32;     ///< The destructor is running.
inline constexpr std::uint8_t queued = 64;    ///< Waits to be disposed of.
/// With `queued`: the cell still holds the weak index, so that the link of the
/// queue is in the weak list. Without: the cell holds the link.
inline constexpr std::uint8_t queued_in_list = 128;

/// Head of a page. Invariant: `used` slots of the first `carved` hold objects,
/// the others of these are on `free`, and from `carved` on nothing was touched.
struct page {
  // What every phase of a collection asks, in one cache line.
  std::uint8_t *state;      ///< One byte for each slot.
  std::uint32_t *scratch;   ///< One word for each slot, or one for the page.
  std::uint32_t first;      ///< Offset of payload 0, in bytes.
  std::uint32_t slot_bytes; ///< Distance between payloads.
  std::uint32_t reciprocal; ///< 2^32 / slot_bytes rounded up; 0: one slot only.
  /// As reciprocal, but 0 where objects are not tracked: then every object of
  /// the page shares scratch[0], and counting into it is harmless. This keeps
  /// a branch out of the collector's innermost loop.
  std::uint32_t scratch_reciprocal;
  const type_descriptor *type;
  heap *owner;
  void *free; ///< First free payload, or null.
  std::uint32_t capacity;
  std::uint32_t carved;

  page *next, *previous; ///< Ring of pages of this type with room.
  std::uint32_t used;
  std::uint32_t number; ///< Position in the heap's list of pages.
  std::uint32_t spans;  ///< Pages of address space this one takes.
  bool keep;            ///< Stays when empty: its type's next object goes here.
  std::uint32_t untracked_scratch; ///< What scratch points to if not tracked.
};

/// How far into its 64 KiB a page's head lies. Heads all at the same offset
/// would share a few sets of every processor cache and evict each other: a
/// collection of a large heap would miss at every edge.
inline std::size_t head_offset(std::uintptr_t address) noexcept {
  return (address / page_bytes % head_places) * 64;
}

inline page &page_of(const void *payload) noexcept {
  auto address = reinterpret_cast<std::uintptr_t>(payload);
  return *reinterpret_cast<page *>((address & ~(page_bytes - 1)) +
                                   head_offset(address));
}

/// Which slot holds this byte. Exact for interior pointers too.
inline std::uint32_t slot_index(const page &p, const void *inside) noexcept {
  std::uint64_t offset = reinterpret_cast<std::uintptr_t>(inside) -
                         reinterpret_cast<std::uintptr_t>(&p) - p.first;
  return static_cast<std::uint32_t>(offset * p.reciprocal >> 32);
}

inline void *payload_at(const page &p, std::uint32_t index) noexcept {
  auto base = reinterpret_cast<std::uintptr_t>(&p);
  return reinterpret_cast<void *>(base + p.first +
                                  std::uintptr_t{index} * p.slot_bytes);
}

inline std::uint8_t &state_of(const page &p, const void *inside) noexcept {
  return p.state[slot_index(p, inside)];
}

inline std::uint8_t &state_of(const void *payload) noexcept {
  return state_of(page_of(payload), payload);
}

inline std::uint32_t &scratch_of(const void *payload) noexcept {
  page &p = page_of(payload);
  std::uint64_t offset = reinterpret_cast<std::uintptr_t>(payload) -
                         reinterpret_cast<std::uintptr_t>(&p) - p.first;
  return p.scratch[offset * p.scratch_reciprocal >> 32];
}

inline place place_of(std::uint8_t state) noexcept {
  return static_cast<place>(state & place_mask);
}

inline void set_place(std::uint8_t &state, place where) noexcept {
  state = static_cast<std::uint8_t>((state & ~place_mask) |
                                    static_cast<std::uint8_t>(where));
}

/// True for objects a collector may meet.
inline bool is_tracked(std::uint8_t state) noexcept {
  return place_of(state) >= place::young;
}

inline void *next_free(const void *payload) noexcept {
  void *next;
  std::memcpy(&next, &cell_of(payload), sizeof next);
  return next;
}

inline void set_next_free(void *payload, void *next) noexcept {
  std::memcpy(static_cast<void *>(&cell_of(payload)), &next, sizeof next);
}

} // namespace refcycle::internal

#endif
