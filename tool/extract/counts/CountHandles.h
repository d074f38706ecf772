// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the functions of a handle class do to the count of the object behind
// the handle. Judged by bodies; the names of what counts are CountStructure's.

#ifndef REFCYCLE_EXTRACT_COUNTHANDLES_H
#define REFCYCLE_EXTRACT_COUNTHANDLES_H

#include "extract/counts/CountStructure.h"
#include <optional>

namespace refcycle::analyzer {

/// Does this constructor, assignment or method of a handle add one to the
/// count of the object behind its first argument? nullopt: not known.
std::optional<bool> retains(const CountStructure &Counts,
                            const clang::FunctionDecl *Taker,
                            unsigned ArgumentsGiven);
/// Does this method of a handle return its pointer, forget it, and leave the
/// count as it is?
bool givesOut(const CountStructure &Counts, const clang::CXXMethodDecl *Method);
/// Does this assignment replace a counted pointer of its object and never
/// give back the count of the old one?
bool forgetsOld(const CountStructure &Counts,
                const clang::CXXMethodDecl *Assignment);

} // namespace refcycle::analyzer

#endif
