// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "nameless.h"

#include "elf_file.h"
#include "record.h"
#include "words.h"

namespace refcycle::verify {

// --------------------------------------------------------------------- tables

/// Of a class without typeinfo: two zero words, and then as many functions as
/// the smallest control block has.
static bool is_table(const address_space &space, address a) noexcept {
  if (word_at(a) != 0 || word_at(a + 8) != 0)
    return false;
  for (unsigned slot = 0; slot != 5; ++slot)
    if (!space.is_code(word_at(a + 16 + 8 * slot)))
      return false;
  return true;
}

void find_nameless_tables(const address_space &space,
                          array<address> &into) noexcept {
  auto all = std::span<const mapping>(space.mappings);
  for (std::size_t i = 0, first = 0; i != all.size(); ++i) {
    const mapping &m = all[i];
    if (m.path != all[first].path)
      first = i;
    if (m.kind != region::module || !m.readable || m.executable || m.shared)
      continue;
    std::size_t before = into.size();
    for (address a = m.start; a + 8 * 7 <= m.end; a += 8)
      if (is_table(space, a))
        into.push_back(a + 16);
    // With symbols, what is of use was found by their names.
    if (into.size() != before && elf_file(space.path(all[first])).has_symbols())
      into.resize(before);
  }
}

// --------------------------------------------------------------------- shapes

namespace {

/// A word that points to one of the tables.
struct candidate {
  address at;
  std::uint32_t table, block;
};

enum class lies : std::uint8_t { nowhere, inside, separate };

class shape_finder {
public:
  shape_finder(std::span<const address> tables, snapshot &s) noexcept
      : s(s), tables(tables) {
    known.resize(tables.size());
  }

  void run() noexcept {
    find_candidates();
    find_handles();
  }

private:
  void find_candidates() noexcept {
    address_filter of_table(tables.size());
    for (std::uint32_t i = 0; i != tables.size(); ++i)
      of_table.insert(tables[i], i);
    for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
      std::uint32_t table = of_table.find(word);
      if (table != address_index::none && family_at(a, s.blocks[b]) != nullptr)
        candidates.push_back({a, table, b});
    });
  }

  /// The counts of one family make no sense as those of another, but for Boost,
  /// which has them as libstdc++ does.
  static const family *family_at(address at, const block &in) noexcept {
    for (const family &f : families())
      if (at + f.payload() + 8 <= in.start + in.size && counts_are_sane(f, at))
        return &f;
    return nullptr;
  }

  void find_handles() noexcept {
    address_filter objects(candidates.size());
    for (std::uint32_t i = 0; i != candidates.size(); ++i)
      objects.insert(candidates[i].at, i);
    for_each_word(s.blocks, [&](std::uint32_t b, address a, address word) {
      std::uint32_t i = objects.find(word);
      if (i == address_index::none || a == s.blocks[b].start ||
          known[candidates[i].table])
        return;
      lies where = object_of(candidates[i], word_at(a - 8));
      if (where != lies::nowhere)
        add_type(candidates[i], where);
    });
  }

  /// Where the object of a control block lies, if a handle has this pointer to
  /// it.
  lies object_of(const candidate &c, address pointer) const noexcept {
    const block &own = s.blocks[c.block];
    const family &f = *family_at(c.at, own);
    address payload = c.at + f.payload(), end = own.start + own.size;
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

  void add_type(const candidate &c, lies where) noexcept {
    known[c.table] = true;
    address vtable = tables[c.table];
    s.types.push_back({vtable, name_of(vtable),
                       family_at(c.at, s.blocks[c.block]),
                       where == lies::separate, nullptr, nullptr, true});
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
  array<bool> known; ///< By table.
  array<candidate> candidates;
};

} // namespace

void add_nameless_types(std::span<const address> tables, snapshot &s) noexcept {
  if (!tables.empty())
    shape_finder(tables, s).run();
}

} // namespace refcycle::verify
