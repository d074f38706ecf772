// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "address_map.h"

namespace refcycle::verify {

bool address_index::grow() noexcept {
  array<slot> old = slots;
  array<slot> wider;
  wider.resize(std::max<std::size_t>(16, old.size() * 2));
  if (wider.empty())
    return false;
  slots = wider;
  mask = slots.size() - 1;
  count = 0;
  for (const slot &s : old)
    if (s.key != 0)
      insert(s.key, s.value);
  return true;
}

void address_index::insert(address key, std::uint32_t value) noexcept {
  if (count * 2 >= slots.size() && !grow())
    return;
  std::size_t i = start(key);
  while (slots[i].key != 0 && slots[i].key != key)
    i = (i + 1) & mask;
  count += slots[i].key == 0;
  slots[i] = {key, value};
}

void address_map::widen(address key) noexcept {
  if (low == 0)
    low = key;
  address high = std::max(low + range, key);
  low = std::min(low, key);
  range = high - low;
}

void address_map::add(address key) noexcept {
  if (key % granule != 0)
    return;
  std::uint32_t page = first_cell(key);
  if (page == 0) {
    // Cells of no page are in front: zero stands for none.
    page = std::max(std::uint32_t(cells.size()), page_cells);
    cells.resize(page + page_cells);
    if (cells.size() <= page)
      return;
    if (is_near())
      near[page_of(key)] = page;
    else
      far.insert(page_key(key), page);
  }
  cells[page + cell_in_page(key)].bits |= bit_of(key);
}

void address_map::count_keys() noexcept {
  for (cell &c : cells) {
    c.before = count;
    count += std::uint32_t(std::popcount(c.bits));
  }
}

void address_map::forget_numbers() noexcept {
  numbers.resize(count);
  std::fill(numbers.begin(), numbers.end(), none);
}

void address_map::set(address key, std::uint32_t number) noexcept {
  if (key % granule != 0) {
    if (number < unaligned.find(key))
      unaligned.insert(key, number);
    return;
  }
  std::uint32_t &kept = numbers[rank(key)];
  kept = std::min(kept, number);
}

} // namespace refcycle::verify
