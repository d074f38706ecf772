// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects of libraries that show them to us (refcycle/verify_objects.h). They
// have no control block and lie in memory that is not malloc's; here each
// becomes a block of its own, and its class one with a known layout.

#ifndef REFCYCLE_VERIFY_ATTACHED_H
#define REFCYCLE_VERIFY_ATTACHED_H

#include "layouts.h"
#include "live_blocks.h"

namespace refcycle::verify {

/// Their family; a class has its name as in source, not a mangled one.
inline constexpr char attached_family[] = "refcycle";
inline bool is_attached(const block_type &type) noexcept {
  return type.counts->name == attached_family;
}

struct attached_object {
  address at;
  std::uint32_t type; ///< Index into attached_objects::classes.
  std::int64_t owners;
  const unsigned char *state; ///< Zero once it is gone.
  bool attended;              ///< A collector frees it if it is garbage.
};

struct attached_objects {
  array<counted_class> classes; ///< Never grows once they are taken.
  array<attached_object> all;   ///< By address.

  const attached_object *find(address at) const noexcept;
};

/// Asks the library, if one is attached and still loaded. Only in a fork of the
/// program: other threads must not run.
attached_objects take_attached(const address_space &space) noexcept;

/// Makes blocks of the objects; a block of malloc's that contains one goes: the
/// rest of it is the library's.
void add_blocks(const attached_objects &from, array<block> &into) noexcept;

} // namespace refcycle::verify

#endif
