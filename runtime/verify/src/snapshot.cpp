// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "snapshot.h"

#include "address_map.h"
#include "nameless.h"
#include "words.h"

namespace refcycle::verify {

/// Compares every word, not only the first of each block: a pool of the
/// program's own keeps many control blocks in one.
static void find_objects(snapshot &s,
                         std::span<const address> nameless) noexcept {
  std::size_t named = s.types.size();
  address_map tables([&](auto add) {
    for (std::uint32_t i = 0; i != named; ++i)
      if (s.types[i].layout == nullptr)
        add(s.types[i].vtable, i);
    for (std::uint32_t i = 0; i != nameless.size(); ++i)
      add(nameless[i], std::uint32_t(named) + i);
  });
  array<nameless_object> candidates;
  for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
    std::uint32_t type = tables.find(word);
    if (type == address_map::none)
      return;
    if (type >= named) {
      if (counts_at(a, s.blocks[b]) != nullptr)
        candidates.push_back({a, type - std::uint32_t(named), b});
      return;
    }
    const family &f = *s.types[type].counts;
    if (a + f.weak + f.width <= s.blocks[b].start + s.blocks[b].size &&
        counts_are_sane(f, a))
      s.objects.push_back({a, a, type, b, owners(f, a), false});
  });
  add_nameless_objects(nameless, candidates, s);
}

static void find_slots(snapshot &s) noexcept {
  address_map targets([&](auto add) {
    for (std::uint32_t i = 0; i != s.objects.size(); ++i) {
      const block_type &type = s.types[s.objects[i].type];
      add(s.objects[i].at, i);
      if (type.layout != nullptr && type.handle == nullptr)
        for (std::uint32_t entry : s.known.of(type.layout->entries))
          add(s.objects[i].at + entry, i);
    }
  });
  for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
    std::uint32_t target = targets.find(word);
    if (target != address_map::none)
      s.slots.push_back({a, target, b});
  });
}

std::span<const slot> snapshot::slots_in(const block &bytes) const noexcept {
  auto first =
      std::lower_bound(slots.begin(), slots.end(), bytes.start,
                       [](const slot &s, address a) { return s.at < a; });
  auto last = std::find_if_not(
      first, slots.end(), [&](const slot &s) { return bytes.contains(s.at); });
  return {first, last};
}

/// Their classes become types behind all others.
static void add_attached(snapshot &s) noexcept {
  auto first = std::uint32_t(s.types.size());
  for (const counted_class &c : s.attached.classes)
    s.types.push_back({0, c.mangled, &c.counts, false, &c, nullptr});
  for (const attached_object &o : s.attached.all)
    if (const block *b = find_block(s.blocks, o.at))
      s.objects.push_back({o.at, o.at, first + o.type,
                           std::uint32_t(b - s.blocks.begin()), o.owners, false,
                           o.attended});
  // Nearly always they are sorted: most programs have no attached objects.
  auto before = [](const counted &a, const counted &b) { return a.at < b.at; };
  if (!std::is_sorted(s.objects.begin(), s.objects.end(), before))
    std::sort(s.objects.begin(), s.objects.end(), before);
}

bool leave_out_guesses(snapshot &s, std::span<const bool> owned) noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i != owned.size(); ++i)
    if (!s.objects[i].guessed || owned[i])
      s.objects[kept++] = s.objects[i];
  if (kept == s.objects.size())
    return false;
  s.objects.resize(kept);
  s.slots.clear();
  find_slots(s);
  return true;
}

bool take_snapshot(snapshot &into) noexcept {
  if (block_shadow == nullptr || !read_address_space(into.space))
    return false;
  array<address> nameless;
  find_block_types(into.space, into.types, nameless);
  find_layouts(into.space, into.known);
  add_layout_types(into);
  into.attached = take_attached(into.space);
  if (into.types.empty() && nameless.empty() && into.attached.all.empty())
    return false;
  collect_blocks(into.space.mappings, into.blocks);
  add_blocks(into.attached, into.blocks);
  find_objects(into, nameless);
  find_layout_objects(into);
  add_attached(into);
  find_slots(into);
  return true;
}

} // namespace refcycle::verify
