// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From addresses to numbers: what every word of the heap is looked up in.

#ifndef REFCYCLE_VERIFY_ADDRESS_MAP_H
#define REFCYCLE_VERIFY_ADDRESS_MAP_H

#include "memory.h"

#include <bit>

namespace refcycle::verify {

/// A hash table, open addressing, at most half full. No key is zero.
class address_index {
public:
  static constexpr std::uint32_t none = ~std::uint32_t(0);

  /// Replaces the number that \p key may have.
  void insert(address key, std::uint32_t value) noexcept;
  std::uint32_t find(address key) const noexcept {
    if (slots.empty())
      return none;
    for (std::size_t i = start(key);; i = (i + 1) & mask) {
      if (slots[i].key == key)
        return slots[i].value;
      if (slots[i].key == 0)
        return none;
    }
  }

private:
  struct slot {
    address key;
    std::uint32_t value;
  };
  std::size_t start(address key) const noexcept {
    // Neighbours stay neighbours; Fibonacci hashing of the rest keeps apart
    // what lies at large even distances.
    return ((key >> 4) + ((key >> 16) * 0x9E3779B97F4A7C15u >> 20)) & mask;
  }
  bool grow() noexcept;

  array<slot> slots;
  std::size_t count = 0, mask = 0;
};

/// Made once of all its keys. Asking for an address near to the last one finds
/// what it needs in the cache: a bit for each 8 bytes of the pages in which
/// there are keys at all, and beside the bits the number of keys before them.
/// Cost: linear in the keys; memory: 1/32 of these pages, 4 bytes a key, and
/// 4 bytes for each page between the first key and the last, or, if they are
/// more than 4 GB apart, for each page with keys.
class address_map {
public:
  static constexpr std::uint32_t none = address_index::none;

  /// \p for_each: called a few times with a function of a key and its number,
  /// which it calls for all of them, in any order. A key that comes twice has
  /// its least number.
  template <typename ForEach> explicit address_map(ForEach for_each) noexcept {
    for_each([this](address key, std::uint32_t) { widen(key); });
    near.resize(is_near() ? (range + low % page_bytes) / page_bytes + 1 : 0);
    for_each([this](address key, std::uint32_t) { add(key); });
    count_keys();
    in_order = true;
    for_each([this](address key, std::uint32_t number) {
      in_order &= key % granule == 0 && number == rank(key);
    });
    if (in_order)
      return;
    forget_numbers();
    for_each([this](address key, std::uint32_t number) { set(key, number); });
  }

  /// Nearly every word of a heap is turned away by the range of the keys.
  std::uint32_t find(address key) const noexcept {
    if (key - low > range)
      return none;
    if (key % granule != 0)
      return unaligned.find(key);
    std::uint32_t page = first_cell(key);
    if (page == 0)
      return none;
    const cell &c = cells[page + cell_in_page(key)];
    if ((c.bits & bit_of(key)) == 0)
      return none;
    return in_order ? rank(c, key) : numbers[rank(c, key)];
  }

private:
  static constexpr std::size_t granule = 8, cell_bytes = 64 * granule;
  static constexpr std::size_t page_bytes = std::size_t(1) << 16;

  static constexpr std::uint32_t page_cells = page_bytes / cell_bytes;

  struct cell {
    std::uint64_t bits;
    std::uint32_t before; ///< How many keys are in the cells before.
  };

  bool is_near() const noexcept { return range >> 32 == 0; }
  std::size_t page_of(address key) const noexcept {
    return key / page_bytes - low / page_bytes;
  }
  /// What address_index keeps neighbours by.
  static address page_key(address key) noexcept {
    return key / page_bytes << 4;
  }
  /// 0: there are no keys in its page.
  std::uint32_t first_cell(address key) const noexcept {
    if (is_near())
      return near[page_of(key)];
    std::uint32_t found = far.find(page_key(key));
    return found == none ? 0 : found;
  }
  static std::size_t cell_in_page(address key) noexcept {
    return key % page_bytes / cell_bytes;
  }
  static std::uint64_t bit_of(address key) noexcept {
    return std::uint64_t(1) << (key / granule % 64);
  }
  static std::uint32_t rank(const cell &c, address key) noexcept {
    return c.before + std::uint32_t(std::popcount(c.bits & (bit_of(key) - 1)));
  }
  /// Of a key that was added.
  std::uint32_t rank(address key) const noexcept {
    return rank(cells[first_cell(key) + cell_in_page(key)], key);
  }

  void widen(address key) noexcept;
  void add(address key) noexcept;
  void count_keys() noexcept;
  void forget_numbers() noexcept;
  void set(address key, std::uint32_t number) noexcept;

  address low = 0, range = 0;
  array<std::uint32_t> near; ///< Of each page its first cell,
  address_index far;         ///< or this.
  array<cell> cells;         ///< Those of a page follow each other.
  bool in_order = true;      ///< Each key has as number how many are before it.
  array<std::uint32_t> numbers; ///< Else.
  std::uint32_t count = 0;
  address_index unaligned; ///< Keys that are no multiples of a granule: rare.
};

} // namespace refcycle::verify

#endif
