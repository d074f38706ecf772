// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stores of all walks, merged by edge.

#include "evidence/StoreTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace refcycle::analyzer {

StoreTable::StoreTable(const WalkContext &Context)
    : Context(Context), Index(Context.Index),
      Bound(Index.program().Functions.size()) {
  for (const Record &R : Index.program().Records)
    if (R.Kind == RecordKind::Bind && R.Invoke)
      Bound[R.Invoke.Index] = true;
}

static TypeEnd endOf(const HeapNode &N) {
  return {N.Rec, N.Kind == NodeKind::Alloc};
}

void StoreTable::collect(const BodyWalk &W, FunctionId F, const Summary &S) {
  llvm::DenseSet<TraceId> Visible;
  for (const auto &[At, Slot] : S.Effects)
    for (const HeapEdge &E : Slot.Edges)
      Visible.insert(E.Trace);
  for (const LoggedStore &Store : W.stores())
    add(W, F, Store, Visible.contains(Store.Trace));
  if (W.gaveUp())
    collectUnwalked(F);
}

/// A target of unknown class is whatever the slot is declared to hold, and a
/// holder that cannot have the slot is another object.
void StoreTable::add(const BodyWalk &W, FunctionId F, const LoggedStore &Store,
                     bool CallersSeeIt) {
  TypeEnd From = endOf(W.nodes()[Store.To.Holder]);
  if (From.Rec.isNone() || !W.canBe(Store.To.Slot.Declaring, Store.To.Holder))
    From = {Store.To.Slot.Declaring, false};
  StoredEdge E{From, endOf(W.nodes()[Store.Target]), Store.To.Slot, Store.Kind};
  if (E.To.Rec)
    return addEdge(F, E, Store, CallersSeeIt);
  for (const Leaf &L : W.fieldOf(Store.To)->Leaves) {
    E.To = {L.Pointee, false};
    E.Kind = L.Kind;
    if (L.Pointee && owns(L.Kind))
      addEdge(F, E, Store, CallersSeeIt);
  }
}

void StoreTable::addEdge(FunctionId F, const StoredEdge &E,
                         const LoggedStore &Store, bool CallersSeeIt) {
  FactLoc Loc = Context.Traces.storeOf(Store.Trace);
  bool Waits = Store.Late && CallersSeeIt;
  Edges[E][Loc] |= Store.Late && !Waits;
  if (Waits)
    Late.push_back({F, E, Loc});
}

/// In a body that was too long to walk every store into a slot is late.
void StoreTable::collectUnwalked(FunctionId F) {
  llvm::DenseMap<uint32_t, const Instr *> Slots; // By register.
  for (const Instr &I : Index[F].Body) {
    if (I.Code == Op::Slot)
      Slots[I.Dst.Index] = &I;
    const Instr *Slot = I.Code == Op::Store ? Slots.lookup(I.A.Index) : nullptr;
    const Field *Fd = Slot ? Index.field(Slot->Rec, Slot->Index) : nullptr;
    if (!Fd)
      continue;
    for (const Leaf &L : Fd->Leaves)
      if (L.Pointee && owns(L.Kind))
        Edges[{{Slot->Rec, false},
               {L.Pointee, false},
               {Slot->Rec, Slot->Index},
               L.Kind}][I.Loc] = true;
  }
}

/// Is every call of \p F replayed in some body of the program?
bool StoreTable::allCallsAreSeen(FunctionId Id) const {
  const Function &F = Index[Id];
  for (FunctionFlag Unseen :
       {FunctionFlag::AddressTaken, FunctionFlag::Virtual, FunctionFlag::Main,
        FunctionFlag::Deferred, FunctionFlag::Destructor,
        FunctionFlag::Coroutine})
    if (F.has(Unseen))
      return false;
  bool Closed = Index.program().HasMain || F.has(FunctionFlag::Internal);
  return Closed && !Index.program().Incomplete && !Bound[Id.Index] &&
         !Context.Unreplayed[Id.Index] && !Index.callersOf(Id).empty();
}

void StoreTable::finish() {
  for (const Waiting &W : Late)
    if (!allCallsAreSeen(W.In))
      Edges[W.Edge][W.Loc] = true;
  Late.clear();
}

} // namespace refcycle::analyzer
