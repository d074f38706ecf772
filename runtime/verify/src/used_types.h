// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which classes of control blocks a program ever used: to tell a cycle that was
// not closed from code that did not run. Each class costs one detour, when its
// first object goes.

#ifndef REFCYCLE_VERIFY_USED_TYPES_H
#define REFCYCLE_VERIFY_USED_TYPES_H

#include "families.h"

namespace refcycle::verify {

struct watched_type {
  block_type type;
  address dispose; ///< The function that our hook stands for.
  bool used;
};

/// Puts a hook into the virtual tables of all control blocks that are loaded by
/// now. The hook takes itself out again at the first call. Call it before the
/// program's first thread.
void watch_types() noexcept;

/// Takes all hooks out; in a fork of the program, before its objects are looked
/// at: there, tables are what they are compared by.
void unwatch_types() noexcept;

/// Sorted by table; empty if nothing is watched.
std::span<const watched_type> watched_types() noexcept;

} // namespace refcycle::verify

#endif
