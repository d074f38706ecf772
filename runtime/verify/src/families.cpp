// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "families.h"

#include <algorithm>

namespace refcycle::verify {

static constexpr block_class std_classes[] = {
    {"St23_Sp_counted_ptr_inplaceI", false},
    {"St15_Sp_counted_ptrI", true},
    {"St19_Sp_counted_deleterI", true},
    {"St17_Sp_counted_arrayI", false}};
// make_shared() is a deleter that contains the object, in Boost.
static constexpr block_class boost_classes[] = {
    {"N5boost6detail17sp_counted_impl_pI", true},
    {"N5boost6detail18sp_counted_impl_pdI", true},
    {"N5boost6detail19sp_counted_impl_pdaI", true}};
static constexpr block_class libcxx_classes[] = {
    {"NSt3__120__shared_ptr_emplaceI", false},
    {"NSt3__120__shared_ptr_pointerI", true},
    {"NSt3__127__bounded_array_control_blockI", false},
    {"NSt3__129__unbounded_array_control_blockI", false}};

static constexpr family known[] = {
    {"libstdc++", "St16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE",
     std_classes, 8, 12, 4, 1},
    {"libstdc++", "St16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE0EE",
     std_classes, 8, 12, 4, 1},
    {"boost", "N5boost6detail15sp_counted_baseE", boost_classes, 8, 12, 4, 1},
    {"libc++", "NSt3__119__shared_weak_countE", libcxx_classes, 8, 16, 8, 0},
};

std::span<const family> families() noexcept { return known; }

namespace {

/// Reads typeinfo objects, any word of which may be garbage: what looks like a
/// virtual table need not be one.
class typeinfo_reader {
public:
  explicit typeinfo_reader(const address_space &space) : space(space) {}

  /// The mangled name, or null.
  const char *name(address typeinfo) const noexcept {
    if (typeinfo % 8 != 0 || !in_module(typeinfo, 24))
      return nullptr;
    address text = word_at(typeinfo + 8);
    if (!in_module(text, 2))
      return nullptr;
    auto mangled = reinterpret_cast<const char *>(text);
    return *mangled == '*' ? mangled + 1 : mangled;
  }

  /// The one base of a class with single, public inheritance; else the first
  /// of several.
  address base(address typeinfo) const noexcept {
    address word = word_at(typeinfo + 16);
    // __vmi_class_type_info has flags and a number of bases there.
    if (word >> 32 != 0 && word >> 32 < 16 && in_module(typeinfo, 40))
      return word_at(typeinfo + 24);
    return word;
  }

private:
  bool in_module(address a, std::size_t bytes) const noexcept {
    if (!last || !last->contains(a))
      last = space.find(a);
    return last && last->readable && last->kind == region::module &&
           last->end - a >= bytes;
  }

  const address_space &space;
  mutable const mapping *last = nullptr;
};

} // namespace

static std::uint8_t family_of_base(const char *name) noexcept {
  for (std::uint8_t i = 0; i != std::size(known); ++i)
    if (std::strcmp(name, known[i].base) == 0)
      return i;
  return std::size(known);
}

static bool starts_with(const char *text, const char *prefix) noexcept {
  return std::strncmp(text, prefix, std::strlen(prefix)) == 0;
}

static bool is_separate(const family &f, const char *name) noexcept {
  if (std::strstr(name, "sp_ms_deleter") || std::strstr(name, "sp_as_deleter"))
    return false;
  for (const block_class &c : f.classes)
    if (starts_with(name, c.prefix))
      return c.separate;
  return false;
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
      if (f != std::size(known) && space.is_code(word_at(a + 16 + 8 * dispose_slot)))
        into.push_back({a + 16, name, f, is_separate(known[f], name)});
      if (f != std::size(known))
        break;
    }
  }
}

void find_block_types(const address_space &space, array<block_type> &into) noexcept {
  for (const mapping &m : space.mappings)
    if (m.kind == region::module && m.readable && !m.executable && !m.shared)
      find_by_rtti(space, m, into);
  std::sort(into.begin(), into.end(), [](auto &a, auto &b) {
    return a.vtable < b.vtable;
  });
}

} // namespace refcycle::verify
