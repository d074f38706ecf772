// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts that one function takes and another gives back: one that is handed to
// a callback together with the pointer, and one that an object takes on itself.
// Both halves are written down here; they meet when the program is linked.

#ifndef REFCYCLE_EXTRACT_COUNTHANDOVER_H
#define REFCYCLE_EXTRACT_COUNTHANDOVER_H

#include "extract/counts/CountPaths.h"
#include "extract/counts/CountUses.h"

namespace refcycle::analyzer {

/// Adds what \p Body hands to callbacks (Entrusted, SelfRetained), and what it
/// does, as a callback, with the count it was given (GivenBack, Mislaid).
/// Cost: linear in the body; a search of the graph only where a count of a
/// parameter, a capture or `this` is given back.
void walkHandOvers(const CountUses &Body, CountPaths &Paths);

/// The same for a method that does nothing but give back a count of its own
/// object, and has another name for it (`void onDone() { unref(); }`).
void noteRelease(const CountUses &Body);

} // namespace refcycle::analyzer

#endif
