// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a check looks at: the control blocks of the heap, and every word of the
// heap that could be a handle to one. Nothing is run and nothing written.

#ifndef REFCYCLE_VERIFY_SNAPSHOT_H
#define REFCYCLE_VERIFY_SNAPSHOT_H

#include "attached.h"
#include "live_blocks.h"

namespace refcycle::verify {

/// A control block with at least one owner, or what counts like one: an object
/// with a count of its own, a count block of the program's own handles.
struct counted {
  address at;
  address body; ///< What its destructor destroys; of control blocks, as at.
  std::uint32_t type;    ///< Index into snapshot::types.
  std::uint32_t block;   ///< Index of the heap block it lies in.
  std::int64_t owners;   ///< Strong handles to it, wherever they are.
  bool guessed;          ///< Known by its shape only: no name tells its class.
  bool attended = false; ///< As attached_object::attended.
};

/// A word of the heap with the address of a control block: a strong handle, a
/// weak one, or a chance. Only a destructor tells.
struct slot {
  address at;
  std::uint32_t target; ///< Index into snapshot::objects.
  std::uint32_t block;
};

struct snapshot {
  address asked_from; ///< In the stack: the program's frames are above.
  address_space space;
  layouts known;
  attached_objects attached;
  array<block_type> types;
  array<block> blocks;
  array<counted> objects; ///< By address.
  array<slot> slots;      ///< By address.

  /// Are there objects that count themselves?
  bool has_layouts() const noexcept {
    return !known.classes.empty() || !attached.classes.empty();
  }
  /// Slots that lie in these bytes. Cost: logarithmic.
  std::span<const slot> slots_in(const block &bytes) const noexcept;
  std::uint32_t number_of(const slot &s) const noexcept {
    return std::uint32_t(&s - slots.begin());
  }
  const family &family_of(const counted &c) const noexcept {
    return *types[c.type].counts;
  }
};

/// The classes that \ref layouts add to types, and the objects of these
/// classes; after the control blocks were found.
void add_layout_types(snapshot &s) noexcept;
void find_layout_objects(snapshot &s) noexcept;

/// Of objects that are guesses, the destructors of the others tell: one that no
/// handle was given up to is none, or in nobody's way. Leaves out such objects;
/// their counts are words that mean something else to the program. \p owned: by
/// object. True if there were any: then objects have other numbers.
bool leave_out_guesses(snapshot &s, std::span<const bool> owned) noexcept;

/// Call it in a fork of the program, where nothing moves any more. False if
/// there is nothing to check: no family of shared pointers is in use.
/// Cost: linear in the words of the heap and in the data of the modules.
bool take_snapshot(snapshot &into) noexcept;

} // namespace refcycle::verify

#endif
