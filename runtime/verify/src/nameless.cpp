// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "nameless.h"

#include "address_map.h"
#include "record.h"
#include "words.h"

namespace refcycle::verify {

/// The counts of one family make no sense as those of another, but for Boost,
/// which has them as libstdc++ does.
const family *counts_at(address at, const block &in) noexcept {
  for (const family &f : families())
    if (at + f.payload() + 8 <= in.start + in.size && counts_are_sane(f, at))
      return &f;
  return nullptr;
}

namespace {

enum class lies : std::uint8_t { nowhere, inside, separate };

class shape_finder {
public:
  shape_finder(std::span<const address> tables,
               std::span<const nameless_object> candidates,
               snapshot &s) noexcept
      : s(s), tables(tables), candidates(candidates) {
    type_of.resize(tables.size());
    std::fill(type_of.begin(), type_of.end(), address_map::none);
  }

  void run() noexcept {
    find_handles();
    for (const nameless_object &c : candidates)
      if (std::uint32_t type = type_of[c.table]; type != address_map::none) {
        const family &f = *s.types[type].counts;
        if (counts_at(c.at, s.blocks[c.block]) == &f)
          s.objects.push_back(
              {c.at, c.at, type, c.block, owners(f, c.at), true});
      }
    std::sort(s.objects.begin(), s.objects.end(),
              [](auto &a, auto &b) { return a.at < b.at; });
  }

private:
  void find_handles() noexcept {
    address_map objects([&](auto add) {
      for (std::uint32_t i = 0; i != candidates.size(); ++i)
        add(candidates[i].at, i);
    });
    for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
      std::uint32_t i = objects.find(word);
      if (i == address_map::none || a == s.blocks[b].start ||
          type_of[candidates[i].table] != address_map::none)
        return;
      lies where = object_of(candidates[i], word_at(a - 8));
      if (where != lies::nowhere)
        add_type(candidates[i], where);
    });
  }

  /// Where the object of a control block lies, if a handle has this pointer to
  /// it.
  lies object_of(const nameless_object &c, address pointer) const noexcept {
    const block &own = s.blocks[c.block];
    address payload = c.at + counts_at(c.at, own)->payload();
    address end = own.start + own.size;
    if (pointer >= payload && pointer < end)
      return lies::inside;
    // An array's elements may lie in front of their control block.
    if (pointer == own.start && pointer != c.at)
      return lies::separate;
    // A deleter may lie before the pointer.
    for (address a = payload; a + 8 <= end && a != payload + 32; a += 8) {
      const block *there = find_block(s.blocks, word_at(a));
      if (there != nullptr && there != &own && there->contains(pointer))
        return lies::separate;
    }
    return lies::nowhere;
  }

  void add_type(const nameless_object &c, lies where) noexcept {
    type_of[c.table] = std::uint32_t(s.types.size());
    address vtable = tables[c.table];
    s.types.push_back(
        {vtable, name_of(vtable), counts_at(c.at, s.blocks[c.block]),
         where == lies::separate, nullptr, nullptr, /*keeps=*/true});
  }

  /// Where the symbol of the table would be, for who has the symbols elsewhere.
  const char *name_of(address vtable) const noexcept {
    constexpr std::size_t room = 256;
    auto *name = static_cast<char *>(grow_pages(nullptr, 0, room));
    const mapping *m = s.space.find(vtable);
    if (name == nullptr || m == nullptr)
      return "";
    const mapping *first = m;
    while (first != s.space.mappings.begin() && first[-1].path == m->path)
      --first;
    const char *path = s.space.path(*m);
    const char *slash = std::strrchr(path, '/');
    text_writer text;
    text << "class@" << (slash ? slash + 1 : path) << '+';
    text.hex(vtable - 16 - first->start);
    std::memcpy(name, text.text().data(),
                std::min(text.text().size(), room - 1));
    return name;
  }

  snapshot &s;
  std::span<const address> tables;
  std::span<const nameless_object> candidates;
  array<std::uint32_t> type_of; ///< By table.
};

} // namespace

void add_nameless_objects(std::span<const address> tables,
                          std::span<const nameless_object> candidates,
                          snapshot &s) noexcept {
  if (!candidates.empty())
    shape_finder(tables, candidates, s).run();
}

} // namespace refcycle::verify
