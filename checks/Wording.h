// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words that all checks share: objects, slots and lists of them.

#ifndef REFCYCLE_CHECKS_WORDING_H
#define REFCYCLE_CHECKS_WORDING_H

#include "evidence/Evidence.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

std::string quoted(const std::string &Text);

/// The function, quoted; "a lambda" for the body of one.
std::string functionName(llvm::StringRef Function);

/// "the lambda", "the bind object", "the coroutine frame", "the control block"
/// or the class, quoted.
std::string objectName(const EvidenceHop &H);

/// The hop that hop \p I leads to.
const EvidenceHop &after(const CycleWitness &W, size_t I);

/// The hop that leads to hop \p I.
const EvidenceHop &before(const CycleWitness &W, size_t I);

/// Do two hops go through one member, of one object or of two?
inline bool isSameSlot(const EvidenceHop &A, const EvidenceHop &B) {
  return A.Declaring == B.Declaring && A.Via == B.Via && A.Loc == B.Loc;
}

/// "the deleter of what 'Pool::leased_' holds".
std::string deleterBehind(const EvidenceHop &H);

/// Does the hop start at a closure or bind object?
bool isCallable(const EvidenceHop &H);

/// The first hop from a closure or bind object to something else, such as a
/// class; else the first from one; else the number of hops.
size_t captureHop(const CycleWitness &W);

/// "'A', 'B' and 'C'"; each word once, in the order given.
std::string listOf(llvm::ArrayRef<std::string> Words);

/// The classes on the cycle, in its order.
std::vector<std::string> classesOf(const CycleWitness &W);

/// "'A' and 'B' may keep each other alive through 'A::next' and 'B::back'".
std::string suspicion(const CycleWitness &W);

} // namespace refcycle::analyzer

#endif
