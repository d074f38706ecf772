// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where counts lie in memory: what the verifier must know of classes that are
// counted without a control block that it knows. Nothing else reads it.

#ifndef REFCYCLE_FACTS_CLASSLAYOUT_H
#define REFCYCLE_FACTS_CLASSLAYOUT_H

#include "llvm/Support/raw_ostream.h"
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// A handle that is a direct part of an object.
struct HandleAt {
  uint32_t Offset = 0; ///< Of the pointer in it that leads to the count.
  std::string Pointee; ///< Mangled.
  auto operator<=>(const HandleAt &) const = default;
};

/// A function that gives up one reference.
struct ReleaseFunction {
  std::string Symbol;
  uint32_t Offset = 0; ///< Where in the object its argument points.
  auto operator<=>(const ReleaseFunction &) const = default;
};

/// A class of handles whose destructor gives up one reference.
struct HandleDestructor {
  std::string Handle;    ///< Mangled.
  uint32_t ObjectAt = 0; ///< Where in the handle the pointer is.
  uint32_t Offset = 0;   ///< Where in the object it points.
  auto operator<=>(const HandleDestructor &) const = default;
};

/// A complete class whose objects are counted. Offsets are in bytes, from the
/// start of the most derived object.
struct ClassLayout {
  std::string Mangled; ///< As in its typeinfo.
  uint32_t Size = 0;
  bool Polymorphic = false;
  uint32_t CountAt = 0;
  uint32_t CountWidth = 0; ///< 0: its objects are counted outside of them.
  /// Of the complete destructor in the virtual table, plus one; 0: it has none
  /// there.
  uint32_t DestructorSlot = 0;
  std::vector<uint32_t> Entries;  ///< Where handles may point to.
  std::vector<uint32_t> Pointers; ///< Words that are pointers.
  std::vector<uint32_t> Bools;
  std::vector<HandleAt> Handles;
  std::vector<ReleaseFunction> Releases;
  std::vector<HandleDestructor> Destructors;
  auto operator<=>(const ClassLayout &) const = default;
};

/// A class of handles.
struct HandleLayout {
  std::string Name;      ///< As a user writes it, with template arguments.
  std::string Pointee;   ///< Mangled.
  uint32_t ObjectAt = 0; ///< The pointer to the object.
  /// The pointer to a block with the count. Size 0: the object has the count.
  uint32_t BlockAt = 0, BlockSize = 0;
  uint32_t CountAt = 0, CountWidth = 0; ///< In that block.
  auto operator<=>(const HandleLayout &) const = default;
};

struct CountLayouts {
  std::vector<ClassLayout> Classes;  ///< Sorted, unique.
  std::vector<HandleLayout> Handles; ///< Sorted, unique.
};

/// Adds what another translation unit says. Of two that disagree on a class,
/// the one that knows its count is believed.
void addLayouts(CountLayouts &Into, CountLayouts Unit);

/// In the format that runtime/verify/src/layouts.h describes.
void printLayouts(const CountLayouts &Layouts, llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
