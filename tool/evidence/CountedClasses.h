// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the whole program says about the counts of one class: how its objects
// start, and whether anybody gives a count back by hand.

#ifndef REFCYCLE_EVIDENCE_COUNTEDCLASSES_H
#define REFCYCLE_EVIDENCE_COUNTEDCLASSES_H

#include "evidence/CountLeaks.h"
#include "facts/LinkedProgram.h"
#include <set>

namespace refcycle::analyzer {

class CountedClasses {
public:
  explicit CountedClasses(const LinkedProgram &Program);

  /// Do all objects of the class start with a count of one?
  bool isBorn(RecordId Id) const;
  /// Is a count of such an object given back by hand anywhere? Of a base class
  /// counts, and of a derived one.
  bool isReleased(RecordId Id) const;
  /// Do handles with a count beside the object own such objects, or derived
  /// ones?
  bool isShared(RecordId Id) const;
  /// Is one the same as the other or a base of it?
  bool related(RecordId A, RecordId B) const;

private:
  bool isIn(RecordId Id, const std::set<RecordId> &Set,
            unsigned Depth = 0) const;

  const LinkedProgram &P;
  std::set<RecordId> Born, Released, Shared;
  bool ReleasedAnywhere = false; ///< A release of something unknown.
};

/// A leak at the place of \p F, with words from the program. \p Other may be
/// null.
CountLeak countLeak(const LinkedProgram &Program, const CountFact &F,
                    CountLeakKind Kind, CountCertainty Certainty,
                    const CountFact *Other);

} // namespace refcycle::analyzer

#endif
