// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which of several pointers to a block owns it: the one without which the
// object's destructor gives up no handle in it.

#ifndef REFCYCLE_VERIFY_KNOCKOUT_H
#define REFCYCLE_VERIFY_KNOCKOUT_H

#include "groups.h"

namespace refcycle::verify {

/// Corrects the paths of the garbage's edge classes: a shortest path may lead
/// through a pointer that only looks on, as a waiting list's to a coroutine.
/// Call it after destroy_all() of the same snapshot.
/// Cost: a fork for each pointer in question, with a limit.
void settle_links(const snapshot &s, const trial &t, const knots &k,
                  grouping &into) noexcept;

} // namespace refcycle::verify

#endif
