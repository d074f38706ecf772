// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "families.h"

#include "elf_file.h"
#include "typeinfo.h"

#include <algorithm>

namespace refcycle::verify {

static constexpr block_class std_classes[] = {
    {"St23_Sp_counted_ptr_inplaceI", false, false},
    {"St15_Sp_counted_ptrI", true, true},
    {"St19_Sp_counted_deleterI", true, false},
    // Behind its elements, in the same block.
    {"St17_Sp_counted_arrayI", true, false}};
// make_shared() is a deleter that contains the object, in Boost.
static constexpr block_class boost_classes[] = {
    {"N5boost6detail17sp_counted_impl_pI", true, true},
    {"N5boost6detail18sp_counted_impl_pdI", true, false},
    {"N5boost6detail19sp_counted_impl_pdaI", true, false},
    {"N5boost6detail13sp_array_baseI", false, false}};
static constexpr block_class libcxx_classes[] = {
    {"NSt3__120__shared_ptr_emplaceI", false, false},
    {"NSt3__120__shared_ptr_pointerI", true, false},
    {"NSt3__129__bounded_array_control_blockI", false, false},
    {"NSt3__131__unbounded_array_control_blockI", false, false}};

static constexpr family known[] = {
    {"libstdc++", "St16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE",
     std_classes, 8, 12, 4, 1},
    {"libstdc++", "St16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE0EE",
     std_classes, 8, 12, 4, 1},
    {"boost", "N5boost6detail15sp_counted_baseE", boost_classes, 8, 12, 4, 1},
    {"libc++", "NSt3__119__shared_weak_countE", libcxx_classes, 8, 16, 8, 0},
};

std::span<const family> families() noexcept { return known; }

static std::uint8_t family_of_base(const char *name) noexcept {
  for (std::uint8_t i = 0; i != std::size(known); ++i)
    if (std::strcmp(name, known[i].base) == 0)
      return i;
  return std::size(known);
}

static bool starts_with(const char *text, const char *prefix) noexcept {
  return std::strncmp(text, prefix, std::strlen(prefix)) == 0;
}

/// What make_shared() and allocate_shared() of Boost make.
static bool contains_object(const char *name) noexcept {
  return std::strstr(name, "sp_ms_deleter") ||
         std::strstr(name, "sp_as_deleter");
}

static const block_class *class_of(const family &f, const char *name) noexcept {
  for (const block_class &c : f.classes)
    if (starts_with(name, c.prefix))
      return &c;
  return nullptr;
}

/// The allocator of all that make_shared() makes. In libc++ it may be that of a
/// part of the object, but a control block with another one is rare.
static bool has_standard_allocator(const char *name) noexcept {
  return std::strstr(name, "SaIvELN9__gnu_cxx12_Lock_policy") ||
         std::strstr(name, "NS_9allocatorI") ||
         (contains_object(name) && !std::strstr(name, "sp_counted_impl_pda"));
}

static block_type make_type(const family &f, address vtable,
                            const char *name) noexcept {
  const block_class *known = class_of(f, name);
  bool separate = known != nullptr && known->separate && !contains_object(name);
  bool bare = (known != nullptr && known->bare) ||
              (!separate && has_standard_allocator(name));
  return {vtable, name, &f, separate, nullptr, nullptr, !bare};
}

/// Cheap test that turns away nearly all names: following the bases of every
/// class of a large program would touch all of its typeinfo.
static bool may_be_block(const char *name) noexcept {
  return starts_with(name, "St") || starts_with(name, "NSt") ||
         starts_with(name, "N5boost");
}

/// Looks for [0, typeinfo, functions...]: a primary virtual table has an
/// offset-to-top of zero.
static void find_by_rtti(const address_space &space, const mapping &m,
                         array<block_type> &into) noexcept {
  typeinfo_reader read(space);
  for (address a = m.start; a + 8 * 5 <= m.end; a += 8) {
    if (word_at(a) != 0 || word_at(a + 8) < 4096)
      continue;
    address typeinfo = word_at(a + 8);
    const char *name = read.name(typeinfo);
    if (name == nullptr || !may_be_block(name))
      continue;
    address base = typeinfo;
    for (unsigned depth = 0; depth != 4; ++depth) {
      base = read.base(base);
      const char *base_name = read.name(base);
      if (base_name == nullptr)
        break;
      std::uint8_t f = family_of_base(base_name);
      // Calling the slot is the point of knowing the table.
      if (f != std::size(known) &&
          space.is_code(word_at(a + 16 + 8 * dispose_slot)))
        into.push_back(make_type(known[f], a + 16, name));
      if (f != std::size(known))
        break;
    }
  }
}

// ------------------------------------------------------------- without RTTI

/// Of a class without typeinfo: two zero words, and then as many functions as
/// the smallest control block has.
static bool is_table_without_rtti(const address_space &space,
                                  address a) noexcept {
  if (word_at(a) != 0 || word_at(a + 8) != 0)
    return false;
  for (unsigned slot = 0; slot != 5; ++slot)
    if (!space.is_code(word_at(a + 16 + 8 * slot)))
      return false;
  return true;
}

static void find_tables_without_rtti(const address_space &space,
                                     const mapping &m,
                                     array<address> &into) noexcept {
  for (address a = m.start; a + 8 * 7 <= m.end; a += 8)
    if (is_table_without_rtti(space, a))
      into.push_back(a + 16);
}

/// _ZTV and the name of a known class.
static void add_symbol(const address_space &space, const char *name,
                       address vtable, array<block_type> &into) noexcept {
  if (!starts_with(name, "_ZTV"))
    return;
  for (std::uint8_t f = 0; f != std::size(known); ++f)
    for (const block_class &c : known[f].classes)
      if (starts_with(name + 4, c.prefix) &&
          space.is_readable(vtable, 8 * vtable_slots - 16) &&
          word_at(vtable - 8) == 0 &&
          space.is_code(word_at(vtable + 8 * dispose_slot))) {
        // Both lock policies have the same prefix and the same layout.
        into.push_back(make_type(known[f], vtable, name + 4));
        return;
      }
}

/// Classes compiled with -fno-rtti are known by the symbols of their tables,
/// unless the module is stripped of those as well.
static void find_without_rtti(const address_space &space, const mapping &m,
                              const mapping &first, array<block_type> &into,
                              array<address> &nameless) noexcept {
  std::size_t before = nameless.size();
  find_tables_without_rtti(space, m, nameless);
  if (nameless.size() == before)
    return;
  elf_file file(space.path(first));
  if (!file.is_valid())
    return;
  auto tables = std::span<const address>(nameless).subspan(before);
  file.for_each_symbol(first.start, [&](const char *name, address at) {
    // Before the name: most symbols are functions, and their names on pages
    // that nothing else needs.
    if (std::binary_search(tables.begin(), tables.end(), at + 16))
      add_symbol(space, name, at + 16, into);
  });
  if (file.has_symbols())
    nameless.resize(before);
}

void find_block_types(const address_space &space, array<block_type> &into,
                      array<address> &nameless) noexcept {
  auto all = std::span<const mapping>(space.mappings);
  for (std::size_t i = 0, first = 0; i != all.size(); ++i) {
    const mapping &m = all[i];
    if (m.path != all[first].path)
      first = i;
    if (m.kind != region::module || !m.readable || m.executable || m.shared)
      continue;
    find_by_rtti(space, m, into);
    find_without_rtti(space, m, all[first], into, nameless);
  }
  // A table may have been found through several segments and symbol tables.
  std::sort(into.begin(), into.end(),
            [](auto &a, auto &b) { return a.vtable < b.vtable; });
  auto end = std::unique(into.begin(), into.end(),
                         [](auto &a, auto &b) { return a.vtable == b.vtable; });
  into.resize(std::size_t(end - into.begin()));
}

} // namespace refcycle::verify
