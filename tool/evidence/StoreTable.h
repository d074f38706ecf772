// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every store of the program by the edge it makes, with the verdict of the
// closing-store rule. A store through a parameter is judged at the calls of its
// function when all of them are seen, else where it stands.

#ifndef REFCYCLE_EVIDENCE_STORETABLE_H
#define REFCYCLE_EVIDENCE_STORETABLE_H

#include "evidence/BodyWalk.h"
#include <map>

namespace refcycle::analyzer {

/// One end of a stored edge: a class, or whatever is seen as one.
struct TypeEnd {
  RecordId Rec;
  bool Exact = false; ///< Created where it was stored: no derived class.
  auto operator<=>(const TypeEnd &) const = default;
};

/// Objects of one class hold objects of another through a slot.
struct StoredEdge {
  TypeEnd From, To;
  SlotKey Slot;
  Hold Kind = Hold::Raw;
  auto operator<=>(const StoredEdge &) const = default;
};

/// Where an edge is stored, and whether that can close a cycle.
using StorePlaces = std::map<FactLoc, bool>;

class StoreTable {
public:
  explicit StoreTable(const WalkContext &Context);

  /// Takes what \p W stored; \p S is what its callers will see of it.
  void collect(const BodyWalk &W, FunctionId F, const Summary &S);
  /// Judges what waited for callers. Call once, after the last collect().
  void finish();
  const std::map<StoredEdge, StorePlaces> &edges() const { return Edges; }

private:
  struct Waiting {
    FunctionId In;
    StoredEdge Edge;
    FactLoc Loc;
  };
  void add(const BodyWalk &W, FunctionId F, const LoggedStore &Store,
           bool CallersSeeIt);
  void addEdge(FunctionId F, const StoredEdge &E, const LoggedStore &Store,
               bool CallersSeeIt);
  void collectUnwalked(FunctionId F);
  bool allCallsAreSeen(FunctionId F) const;

  const WalkContext &Context;
  const ProgramIndex &Index;
  std::vector<bool> Bound; ///< Called by who has a bind object.
  std::map<StoredEdge, StorePlaces> Edges;
  std::vector<Waiting> Late;
};

} // namespace refcycle::analyzer

#endif
