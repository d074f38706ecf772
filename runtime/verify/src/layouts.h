// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Classes that are counted without a control block that we know: intrusive
// handles, and handles with a count block of their own. `refcycle layouts`
// reads from the source where their counts lie; here that meets the program.
//
// The file, version 1; words are separated by tabs, offsets are in bytes:
//   refcycle-layouts 1
//   class MANGLED SIZE polymorphic|plain COUNT-AT COUNT-WIDTH DESTRUCTOR-SLOT
//                                  width 0: the count is not in the object;
//                                  slot: in the virtual table, plus one, or 0
//   entry OFFSET                   handles to the class before may point there
//   pointer OFFSET                 a pointer of the class before
//   bool OFFSET                    a truth value of the class before
//   member OFFSET POINTEE          a handle of the class before
//   release OFFSET SYMBOL          gives up a reference; takes the address of
//                                  what lies at the offset
//   drop OFFSET OBJECT-AT HANDLE   so does the destructor of this class of
//                                  handles, with a pointer to the offset
//   handle POINTEE OBJECT-AT BLOCK-AT BLOCK-SIZE COUNT-AT COUNT-WIDTH NAME
//                                  block size 0: the object has the count
//   end

#ifndef REFCYCLE_VERIFY_LAYOUTS_H
#define REFCYCLE_VERIFY_LAYOUTS_H

#include "families.h"

namespace refcycle::verify {

/// A handle that lies directly in an object.
struct member_handle {
  std::uint32_t offset;
  const char *pointee; ///< Mangled.
};

/// A slice of one of the arrays of layouts.
struct slice {
  std::uint32_t first, count;
};

struct counted_class {
  const char *mangled;
  std::uint32_t size;
  bool polymorphic;
  std::uint32_t destructor_slot; ///< Plus one; 0: not virtual.
  family counts;                 ///< width 0: not in the object.
  slice entries, pointers, bools, members;

  // What the program has; 0 where it has none.
  address vtable;
  address destructor; ///< The complete or base object's.
  address release;
  std::uint32_t release_at;
  address drop; ///< Destructor of a handle.
  std::uint32_t drop_at, drop_object_at;
};

/// A class of handles whose count lies in a block of its own.
struct handle_class {
  const char *pointee; ///< Mangled.
  std::uint32_t object_at, block_at, block_size;
  family counts; ///< Within the block.
};

struct layouts {
  array<counted_class> classes;
  array<handle_class> handles; ///< Those with a block.
  array<std::uint32_t> offsets;
  array<member_handle> members;

  std::span<const std::uint32_t> of(slice s) const noexcept {
    return {offsets.begin() + s.first, s.count};
  }
  std::span<const member_handle>
  members_of(const counted_class &c) const noexcept {
    return {members.begin() + c.members.first, c.members.count};
  }
};

/// Reads the file that REFCYCLE_VERIFY_LAYOUTS names, if any, and finds its
/// classes in the loaded modules. False if the file is malformed: then nothing
/// is known. Its text stays in memory.
/// Cost: linear in the modules' symbols and relocated data.
bool find_layouts(const address_space &space, layouts &into) noexcept;

/// Destroys an object whose count, at \p at, is zero; or gives up a reference,
/// which is made the last. False if the program has no function for it. Guard
/// the call.
bool destroy_object(const block_type &type, address at,
                    address object) noexcept;

} // namespace refcycle::verify

#endif
