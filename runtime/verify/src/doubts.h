// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one way in which a destructor can deceive: an object that keeps a pointer
// into a container of others, and takes their handle out of it when it goes.
// The handle then seems its own. But the container's block is reached from
// elsewhere as well.

#ifndef REFCYCLE_VERIFY_DOUBTS_H
#define REFCYCLE_VERIFY_DOUBTS_H

#include "groups.h"

namespace refcycle::verify {

/// Makes a dead group `possible` if it is a guess and something that is not
/// garbage points to one of its objects: static data, a live block, the stack;
/// or if a block on the way to one of its handles is
/// also pointed to by the program's static data, or by a live block that is
/// neither garbage nor freed together with garbage.
/// Cost: linear in the words of the heap and of the static data.
void doubt_shared_blocks(const snapshot &s, const trial &t, const knots &k,
                         grouping &into) noexcept;

} // namespace refcycle::verify

#endif
