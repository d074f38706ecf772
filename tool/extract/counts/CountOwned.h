// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Variables that own a count from the start, since their object is new or comes
// from a function that gives one with it; and functions that do.

#ifndef REFCYCLE_EXTRACT_COUNTOWNED_H
#define REFCYCLE_EXTRACT_COUNTOWNED_H

#include "extract/counts/CountPaths.h"
#include "extract/counts/CountUses.h"

namespace refcycle::analyzer {

/// Adds Unreleased facts, one for each variable, ReturnsCounted and Starts. Who
/// made an object may be another unit's function, so they mean something only
/// where the program is linked. Cost: linear in the body; a search of the graph
/// for each variable whose count is given back by hand.
void walkOwned(const CountUses &Body, CountPaths &Paths);

/// Does the function set the counter of a new object to one, or a function
/// that it gives the object to (`v->refs = 1`)?
bool setsCountToOne(const CountUses &Body, const clang::VarDecl *Variable,
                    const clang::FieldDecl *Counter);
/// The function elsewhere that gets the new object, and may do so; nothing else
/// happens to it here but that it is returned. Null: none.
const clang::FunctionDecl *startedElsewhere(const CountUses &Body,
                                            const clang::VarDecl *Variable);

} // namespace refcycle::analyzer

#endif
