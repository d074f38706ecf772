// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef REFCYCLE_VERIFY_TYPEINFO_H
#define REFCYCLE_VERIFY_TYPEINFO_H

#include "mappings.h"

namespace refcycle::verify {

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

} // namespace refcycle::verify

#endif
