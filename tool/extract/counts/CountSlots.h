// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members that hold counts by raw pointers, one or a container of them, and
// what is put in, taken out and overwritten.

#ifndef REFCYCLE_EXTRACT_COUNTSLOTS_H
#define REFCYCLE_EXTRACT_COUNTSLOTS_H

#include "extract/counts/CountPaths.h"
#include "extract/counts/CountUses.h"

namespace refcycle::analyzer {

/// Adds Parked facts for the members that a counted pointer is put into.
void notePut(const CountUses &Body, const clang::VarDecl *Variable,
             const clang::CXXRecordDecl *Object);

/// Adds Unparked and Overwritten facts: an object leaves a member and its count
/// is not given back. Cost: linear in the body; a search of the graph for each
/// element that is erased; one visit of the destructor and of each method of
/// the class for a function that stores what it counted.
void walkSlots(const CountUses &Body, CountPaths &Paths);

} // namespace refcycle::analyzer

#endif
