// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which blocks of the heap are objects with a count of their own.
//
// A virtual table names the class of an object. Without one, a block may be an
// object of a class if it has the size, a count, pointers where the class has
// pointers, and handles that point to what may be objects themselves. That is a
// guess: what follows from such objects alone is reported only if nothing in
// the program points to them any more.

#include "address_map.h"
#include "snapshot.h"
#include "words.h"

#include <tuple>

namespace refcycle::verify {

void add_layout_types(snapshot &s) noexcept {
  for (const counted_class &c : s.known.classes)
    if (c.counts.width != 0)
      s.types.push_back({c.vtable, c.mangled, &c.counts, false, &c, nullptr});
  // Objects that are counted outside: by what handles to a base of them are.
  for (const handle_class &h : s.known.handles)
    for (const counted_class &c : s.known.classes)
      if (c.polymorphic || std::strcmp(c.mangled, h.pointee) == 0)
        s.types.push_back({c.vtable, c.mangled, &h.counts, false, &c, &h});
}

namespace {

/// A block that may be an object of a class.
struct candidate {
  std::uint32_t block, type;
  std::uint32_t votes; ///< Handles of its class that point to it.
  bool alive;
};

/// Allocators round up; glibc by less than two of its units.
bool fits(std::size_t size, std::size_t usable) noexcept {
  return size <= usable && usable - size < std::max<std::size_t>(32, size / 4);
}

bool has_count(const family &f, address at) noexcept {
  std::int64_t n = owners(f, at);
  return n >= 1 && n <= most_owners;
}

/// Half of a pointer may look like a count.
bool is_in_pointer(const address_space &space, const family &f,
                   address at) noexcept {
  address word = word_at((at + f.strong) & ~address(7));
  return f.width < 8 && word >> 32 != 0 && space.is_readable(word, 1);
}

class layout_finder {
public:
  explicit layout_finder(snapshot &s) noexcept : s(s) {}

  void run() noexcept {
    find_by_table();
    find_candidates();
    for (unsigned round = 0; round != most_rounds && agree(); ++round)
      ;
    vote();
    take_candidates();
    find_counted_outside();
    take_best();
  }

private:
  void find_by_table() noexcept;
  void find_candidates() noexcept;
  bool agree() noexcept;
  void vote() noexcept;
  void take_candidates() noexcept;
  void find_counted_outside() noexcept;
  void take_best() noexcept;
  void add_counted_outside(const block_type &type, std::uint32_t number,
                           address at, address body) noexcept;

  const counted_class &class_of(const candidate &c) const noexcept {
    return *s.types[c.type].layout;
  }
  /// Each costs a pass; what is left then is guessed a little more boldly.
  static constexpr unsigned most_rounds = 32;

  address start_of(const candidate &c) const noexcept {
    return s.blocks[c.block].start;
  }
  bool has_shape(const counted_class &c, const block &b) const noexcept;
  const counted_class *counted_inside(const char *mangled) const noexcept;

  snapshot &s;
  /// An object that was found, and how sure that is; less is better.
  struct find {
    counted object;
    enum : std::uint8_t { certain, voted, paired, shaped } rank;
    std::uint32_t handles = 0; ///< That it would have; more is better.
  };

  array<candidate> candidates; ///< By block.
  array<find> found;
};

} // namespace

/// Objects of classes with a virtual table, wherever they lie in a block.
void layout_finder::find_by_table() noexcept {
  address_map tables([&](auto add) {
    for (std::uint32_t i = 0; i != s.types.size(); ++i)
      if (s.types[i].layout != nullptr && s.types[i].handle == nullptr &&
          s.types[i].vtable != 0)
        add(s.types[i].vtable, i);
  });
  for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
    std::uint32_t type = tables.find(word);
    if (type == address_map::none)
      return;
    const counted_class &c = *s.types[type].layout;
    if (a + c.size <= s.blocks[b].start + s.blocks[b].size &&
        has_count(c.counts, a))
      s.objects.push_back({a, a, type, b, owners(c.counts, a), false});
  });
}

bool layout_finder::has_shape(const counted_class &c,
                              const block &b) const noexcept {
  if (!fits(c.size, b.size))
    return false;
  for (std::uint32_t offset : s.known.of(c.pointers)) {
    address word = word_at(b.start + offset);
    if (word != 0 && !s.space.is_readable(word, 1))
      return false;
  }
  for (std::uint32_t offset : s.known.of(c.bools))
    if (*reinterpret_cast<const unsigned char *>(b.start + offset) > 1)
      return false;
  return true;
}

void layout_finder::find_candidates() noexcept {
  for (std::uint32_t type = 0; type != s.types.size(); ++type) {
    const block_type &t = s.types[type];
    if (t.layout == nullptr || t.handle != nullptr || t.layout->polymorphic)
      continue;
    for (std::uint32_t b = 0; b != s.blocks.size(); ++b)
      if (fits(t.layout->size, s.blocks[b].size) &&
          has_count(*t.counts, s.blocks[b].start) &&
          !is_in_pointer(s.space, *t.counts, s.blocks[b].start) &&
          has_shape(*t.layout, s.blocks[b]))
        candidates.push_back({b, type, 0, true});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](auto &a, auto &b) { return a.block < b.block; });
}

/// Null: the class is not known, or is counted outside of its objects.
const counted_class *
layout_finder::counted_inside(const char *mangled) const noexcept {
  for (const counted_class &c : s.known.classes)
    if (c.counts.width != 0 && std::strcmp(c.mangled, mangled) == 0)
      return &c;
  return nullptr;
}

/// A candidate whose handles point to what is no object is none. True if that
/// turned one away.
bool layout_finder::agree() noexcept {
  address_map entries([&](auto add) {
    for (const counted &o : s.objects)
      if (const counted_class *c = s.types[o.type].layout)
        for (std::uint32_t entry : s.known.of(c->entries))
          add(o.at + entry, 0);
    for (const candidate &c : candidates)
      if (c.alive)
        for (std::uint32_t entry : s.known.of(class_of(c).entries))
          add(start_of(c) + entry, 0);
  });
  bool changed = false;
  for (candidate &c : candidates) {
    if (!c.alive)
      continue;
    for (const member_handle &m : s.known.members_of(class_of(c))) {
      address word = word_at(start_of(c) + m.offset);
      if (word != 0 && counted_inside(m.pointee) != nullptr &&
          entries.find(word) == address_map::none)
        c.alive = false;
    }
    changed |= !c.alive;
  }
  return changed;
}

/// What handles to a class point to, is one rather than another.
void layout_finder::vote() noexcept {
  auto vote_for = [&](address word, const char *pointee) {
    auto c = std::lower_bound(
        candidates.begin(), candidates.end(), word,
        [&](const candidate &x, address a) { return start_of(x) < a; });
    for (; c != candidates.end() && start_of(*c) == word; ++c)
      c->votes += std::strcmp(class_of(*c).mangled, pointee) == 0;
  };
  for (const candidate &c : candidates)
    if (c.alive)
      for (const member_handle &m : s.known.members_of(class_of(c)))
        vote_for(word_at(start_of(c) + m.offset), m.pointee);
  for (const counted &o : s.objects)
    if (const counted_class *c = s.types[o.type].layout)
      for (const member_handle &m : s.known.members_of(*c))
        vote_for(word_at(o.at + m.offset), m.pointee);
}

/// The best class of each block that some word of the heap points to; whatever
/// else points to an object keeps it alive, and all behind it.
void layout_finder::take_candidates() noexcept {
  address_map entries([&](auto add) {
    for (const candidate &c : candidates)
      for (std::uint32_t entry : s.known.of(class_of(c).entries))
        add(start_of(c) + entry, c.block);
  });
  array<bool> wanted; // By block.
  wanted.resize(s.blocks.size());
  for_each_word(s.blocks, [&](std::uint32_t, address, address word) {
    if (std::uint32_t b = entries.find(word); b != address_map::none)
      wanted[b] = true;
  });
  auto better = [&](const candidate &a, const candidate &b) {
    return a.votes != b.votes ? a.votes > b.votes
                              : class_of(a).size > class_of(b).size;
  };
  for (std::size_t i = 0; i != candidates.size();) {
    const candidate *best = nullptr;
    std::uint32_t b = candidates[i].block;
    for (; i != candidates.size() && candidates[i].block == b; ++i)
      if (candidates[i].alive && (!best || better(candidates[i], *best)))
        best = &candidates[i];
    if (best == nullptr || !wanted[b])
      continue;
    address at = start_of(*best);
    found.push_back(
        {{at, at, best->type, b, owners(class_of(*best).counts, at), true},
         best->votes != 0 ? find::voted : find::shaped});
  }
}

// ------------------------------------------------------------ counted outside

void layout_finder::add_counted_outside(const block_type &type,
                                        std::uint32_t number, address at,
                                        address body) noexcept {
  const counted_class &c = *type.layout;
  const block *object = find_block(s.blocks, body);
  const block *counts = find_block(s.blocks, at);
  if (object == nullptr || counts == nullptr || counts->start != at ||
      !has_count(*type.counts, at))
    return;
  // Made together, the object lies behind its counts.
  bool together = object == counts && body - at >= type.handle->block_size;
  if (!together &&
      (object->start != body || !fits(type.handle->block_size, counts->size)))
    return;
  block room{body, object->start + object->size - body};
  if (c.polymorphic ? room.size < c.size || word_at(body) != c.vtable
                    : !has_shape(c, room))
    return;
  std::uint32_t handles = 0;
  for (const member_handle &m : s.known.members_of(c))
    if (address word = word_at(body + m.offset); word != 0) {
      if (find_block(s.blocks, word) == nullptr)
        return;
      ++handles;
    }
  found.push_back({{at, body, number, std::uint32_t(counts - s.blocks.begin()),
                    owners(*type.counts, at), !c.polymorphic},
                   c.polymorphic ? find::certain : find::paired,
                   handles});
}

/// Two words that may be such a handle: one points to an object, the other one
/// to a block with a count.
void layout_finder::find_counted_outside() noexcept {
  if (s.known.handles.empty())
    return;
  for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
    if (word % 16 != 0 || word < s.blocks[0].start ||
        word > s.blocks.back().start || !starts_block(word))
      return;
    for (std::uint32_t i = 0; i != s.types.size(); ++i) {
      const handle_class *h = s.types[i].handle;
      if (h == nullptr)
        continue;
      address object = a - h->block_at + h->object_at;
      if (s.blocks[b].contains(object) && s.blocks[b].contains(object + 7))
        add_counted_outside(s.types[i], i, word, word_at(object));
    }
  });
}

/// One object at each address. What has a virtual table is no other's count.
void layout_finder::take_best() noexcept {
  for (const counted &o : s.objects)
    found.push_back({o, find::certain});
  s.objects.clear();
  std::sort(found.begin(), found.end(), [](const find &a, const find &b) {
    return std::tie(a.object.at, a.rank, b.handles, a.object.body,
                    a.object.type) < std::tie(b.object.at, b.rank, a.handles,
                                              b.object.body, b.object.type);
  });
  for (const find &f : found)
    if (s.objects.empty() || s.objects.back().at != f.object.at)
      s.objects.push_back(f.object);
}

void find_layout_objects(snapshot &s) noexcept {
  if (!s.known.classes.empty())
    layout_finder(s).run();
}

} // namespace refcycle::verify
