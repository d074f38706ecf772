// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "snapshot.h"

#include <algorithm>

namespace refcycle::verify {

namespace {

/// Membership in a set of addresses that lie close together; nearly every word
/// of a heap is turned away by its range.
class address_filter {
public:
  explicit address_filter(std::size_t most) : index(most) {}
  void insert(address a, std::uint32_t number) noexcept {
    low = std::min(low, a);
    high = std::max(high, a);
    index.insert(a, number);
  }
  std::uint32_t find(address a) const noexcept {
    return a < low || a > high || a % 8 != 0 ? address_index::none
                                             : index.find(a);
  }

private:
  address low = ~address(0), high = 0;
  address_index index;
};

} // namespace

template <typename Visit>
static void for_each_word(std::span<const block> blocks, Visit visit) noexcept {
  for (std::uint32_t i = 0; i != blocks.size(); ++i)
    for (address a = blocks[i].start,
                 end = a + (blocks[i].size & ~std::size_t(7));
         a != end; a += 8)
      visit(i, a, word_at(a));
}

/// More owners than this, or a weak count below one, is no count: the word is
/// what a destroyed block left behind.
static constexpr std::int64_t most_owners = 1 << 28;

static bool counts_are_sane(const family &f, address at) noexcept {
  std::int64_t n = owners(f, at);
  std::int64_t weak = read_count(at + f.weak, f.width) + 1 - f.first;
  return n >= 1 && n <= most_owners && weak >= 1 && weak <= most_owners;
}

/// Compares every word, not only the first of each block: a pool of the
/// program's own keeps many control blocks in one.
static void find_objects(snapshot &s) noexcept {
  address_filter tables(s.types.size());
  for (std::uint32_t i = 0; i != s.types.size(); ++i)
    tables.insert(s.types[i].vtable, i);
  for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
    std::uint32_t type = tables.find(word);
    if (type == address_index::none)
      return;
    const family &f = families()[s.types[type].family];
    if (a + f.weak + f.width <= s.blocks[b].start + s.blocks[b].size &&
        counts_are_sane(f, a))
      s.objects.push_back({a, type, b, owners(f, a)});
  });
}

static void find_slots(snapshot &s) noexcept {
  address_filter targets(s.objects.size());
  for (std::uint32_t i = 0; i != s.objects.size(); ++i)
    targets.insert(s.objects[i].at, i);
  for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
    std::uint32_t target = targets.find(word);
    if (target != address_index::none)
      s.slots.push_back({a, target, b});
  });
}

bool take_snapshot(snapshot &into) noexcept {
  if (block_shadow == nullptr || !read_address_space(into.space))
    return false;
  find_block_types(into.space, into.types);
  if (into.types.empty())
    return false;
  collect_blocks(into.space.mappings, into.blocks);
  find_objects(into);
  find_slots(into);
  return true;
}

} // namespace refcycle::verify
