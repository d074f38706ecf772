// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Raw pointers that are handed to a second owner: two control blocks, or a sole
// owner and another one, for one object.

#ifndef REFCYCLE_EXTRACT_TWOOWNERS_H
#define REFCYCLE_EXTRACT_TWOOWNERS_H

#include "extract/counts/CountPaths.h"
#include "extract/counts/CountUses.h"

namespace refcycle::analyzer {

/// Adds OwnedTwice, OwnsSelf and Shared facts. Only handles that keep their
/// count beside the object matter: where the object counts, one more handle is
/// one more count. Cost: linear in the body; a search of the graph for each
/// pointer that is handed to owners at several places.
void walkOwners(const CountUses &Body, CountPaths &Paths);

} // namespace refcycle::analyzer

#endif
