// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "doubts.h"

#include "address_map.h"

#include <algorithm>

namespace refcycle::verify {

namespace {

class doubts {
public:
  doubts(const snapshot &s, const trial &t, const knots &k,
         grouping &into) noexcept
      : s(s), t(t), k(k), into(into) {
    collect();
  }

  void run() noexcept {
    if (suspects.empty())
      return;
    address_map numbers([&](auto add) {
      for (std::uint32_t i = 0; i != suspects.size(); ++i)
        add(suspects[i].block, i);
    });
    known = &numbers;
    seen.resize(suspects.size());
    mark_garbage();
    for (std::uint32_t i = 0; i != s.blocks.size(); ++i)
      if (!garbage[i])
        look(s.blocks[i].start,
             s.blocks[i].start + (s.blocks[i].size & ~std::size_t(7)));
    look_at_static_data();
    look_at_stack();
    for (const suspect &each : suspects)
      if (seen[numbers.find(each.block)])
        into.groups[each.group].degree = proof::possible;
  }

private:
  /// A block that the cycles of a group must have for themselves.
  struct suspect {
    address block;
    std::uint32_t group;
  };

  /// The blocks behind the first: the object's own is nobody else's.
  void collect() noexcept {
    for (std::uint32_t g = 0; g != into.groups.size(); ++g) {
      const group &each = into.groups[g];
      if (!each.dead)
        continue;
      for (std::uint32_t c = 0; c != each.class_count; ++c) {
        const edge_class &edge = into.classes[each.first_class + c];
        for (unsigned i = s.types[edge.from].separate ? 2 : 1;
             i < edge.path.steps; ++i)
          suspects.push_back({edge.path.start[i], g});
      }
    }
    for (std::uint32_t i = 0; i != k.all.size(); ++i) {
      std::uint32_t g = into.group_of[i];
      if (k.all[i].dead && into.groups[g].degree == proof::structural)
        for (std::uint32_t object : k.members_of(k.all[i]))
          suspects.push_back({s.objects[object].body, g});
    }
  }

  void mark_garbage() noexcept {
    garbage.resize(s.blocks.size());
    for (std::uint32_t i = 0; i != s.objects.size(); ++i)
      if (k.dead[i]) {
        garbage[s.objects[i].block] = true;
        if (const block *b = find_block(s.blocks, s.objects[i].body))
          garbage[std::size_t(b - s.blocks.begin())] = true;
      }
    for (const freed_block &f : t.freed)
      if (k.dead[f.from])
        if (const block *b = find_block(s.blocks, f.start))
          garbage[std::size_t(b - s.blocks.begin())] = true;
  }

  void look(address from, address to) noexcept {
    for (address a = from; a < to; a += 8) {
      std::uint32_t i = known->find(word_at(a));
      if (i != address_map::none)
        seen[i] = true;
    }
  }

  /// What a module has in its file, and the zeroed memory right behind it. The
  /// heap may follow that without a gap.
  void look_at_static_data() noexcept {
    address module_end = 0;
    for (const mapping &m : s.space.mappings) {
      bool behind = m.kind == region::anonymous && m.start == module_end;
      if (m.kind != region::module && !behind)
        continue;
      module_end = m.end;
      if (m.readable && m.writable && !m.shared)
        look(m.start, behind ? first_block_in(m) : m.end);
    }
  }

  /// Or the end of the mapping.
  address first_block_in(const mapping &m) const noexcept {
    auto first =
        std::lower_bound(s.blocks.begin(), s.blocks.end(), m.start,
                         [](const block &b, address a) { return b.start < a; });
    return first == s.blocks.end() ? m.end : std::min(m.end, first->start);
  }

  /// Of the thread that asked for the check, above our own frames.
  void look_at_stack() noexcept {
    if (const mapping *m = s.space.find(s.asked_from);
        m != nullptr && m->readable)
      look(s.asked_from & ~address(7), m->end);
  }

  const snapshot &s;
  const trial &t;
  const knots &k;
  grouping &into;
  array<suspect> suspects;
  const address_map *known = nullptr; ///< The first suspect of a block.
  array<bool> seen;    ///< By such a suspect: something else points there.
  array<bool> garbage; ///< By block.
};

} // namespace

void doubt_shared_blocks(const snapshot &s, const trial &t, const knots &k,
                         grouping &into) noexcept {
  doubts(s, t, k, into).run();
}

} // namespace refcycle::verify
