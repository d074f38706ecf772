// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks every id inside a fact, so that tables can be renumbered or checked
// without anybody listing the members of a fact a second time.

#ifndef REFCYCLE_FACTS_REMAP_H
#define REFCYCLE_FACTS_REMAP_H

#include "facts/Fact.h"

namespace refcycle::analyzer {

/// Calls \p Visit with a reference to each StringId, RecordId and FunctionId.
template <typename Loc, typename Visitor>
void visitLocId(Loc &L, Visitor &&Visit) {
  Visit(L.File);
}

template <typename RecordT, typename Visitor>
void visitRecordIds(RecordT &R, Visitor &&Visit) {
  Visit(R.Key);
  Visit(R.Name);
  visitLocId(R.Loc, Visit);
  for (auto &Base : R.Bases)
    Visit(Base);
  for (auto &F : R.Fields) {
    Visit(F.Name);
    visitLocId(F.Loc, Visit);
    for (auto &L : F.Leaves)
      Visit(L.Pointee);
  }
  Visit(R.Destructor);
  Visit(R.Invoke);
  Visit(R.Creator);
}

template <typename InstrT, typename Visitor>
void visitInstrIds(InstrT &I, Visitor &&Visit) {
  Visit(I.Rec);
  Visit(I.Callee);
  Visit(I.Text);
  visitLocId(I.Loc, Visit);
}

template <typename FunctionT, typename Visitor>
void visitFunctionIds(FunctionT &F, Visitor &&Visit) {
  Visit(F.Key);
  Visit(F.Name);
  visitLocId(F.Loc, Visit);
  Visit(F.Class);
  for (auto &O : F.Overrides)
    Visit(O);
  for (auto &P : F.Params) {
    Visit(P.Name);
    Visit(P.Type);
    Visit(P.KeptIn);
  }
  for (auto &L : F.Locals) {
    Visit(L.Name);
    Visit(L.Destroys);
  }
  for (auto &I : F.Body)
    visitInstrIds(I, Visit);
}

template <typename CountT, typename Visitor>
void visitCountIds(CountT &C, Visitor &&Visit) {
  Visit(C.In);
  Visit(C.Object);
  Visit(C.Callee);
  Visit(C.Name);
  visitLocId(C.Loc, Visit);
  visitLocId(C.Exit, Visit);
}

template <typename UseT, typename Visitor>
void visitUseIds(UseT &U, Visitor &&Visit) {
  Visit(U.Object);
  Visit(U.File);
}

template <typename RewriteT, typename Visitor>
void visitRewriteIds(RewriteT &R, Visitor &&Visit) {
  Visit(R.Object);
  visitLocId(R.Loc, Visit);
  Visit(R.Text);
  Visit(R.In);
}

} // namespace refcycle::analyzer

#endif
