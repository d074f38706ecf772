// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collecting and classifying breaks; see analyzer.md 5 for the classes.

#include "evidence/Breaks.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace refcycle::analyzer {

// Who calls a function is searched backwards; a function with more callers,
// their callers included, is reachable for all practical purposes.
static constexpr size_t MaxCallers = 2000;

/// Left empty: nothing was put in again after it was emptied. A variant that
/// gets another alternative is empty, too, if that one holds nothing.
static bool isLeftEmpty(const BodyWalk &W, const HeapState &State,
                        const SlotState &S) {
  return S.Cleared && llvm::all_of(S.Edges, [&](const HeapEdge &E) {
           return E.Gone || E.MaybeCleared || W.holdsNothing(E.Target, State);
         });
}

/// A new object has nothing to lose, and moving an object moves its handles.
static bool isNoBreak(const Function &F, const SlotState &S,
                      const ProgramIndex &Index) {
  if (F.has(FunctionFlag::Constructor))
    return true;
  llvm::StringRef Name = Index.program().text(F.Name);
  return S.How == ClearKind::MoveOut && Name.ends_with("operator=");
}

/// Does the function call what it finds in \p Slot?
static bool callsContentOf(const BodyWalk &W, SlotKey Slot) {
  const HeapNodes &Nodes = W.nodes();
  for (const PendingInvoke &I : W.pending())
    for (NodeIndex N : I.Callable)
      if (Nodes.wasLoadedOver(N, [&](Place P) { return P.Slot == Slot; }))
        return true;
  return false;
}

/// The slot that holds \p N, or holds what N is an element of.
static SlotKey slotOf(const HeapNodes &Nodes, NodeIndex N) {
  while (Nodes[N].Kind == NodeKind::Placeholder &&
         Nodes[N].From.Slot == SlotKey::element())
    N = Nodes[N].From.Holder;
  return Nodes[N].Kind == NodeKind::Placeholder ? Nodes[N].From.Slot
                                                : SlotKey();
}

/// An object that is a variable of the function is owned by nobody: no cycle
/// goes through it.
static bool isVariable(const BodyWalk &W, NodeIndex Holder) {
  NodeIndex Root = W.freshRoot(Holder);
  return Root != NullNode && W.nodes()[Root].Storage == AllocKind::Stack;
}

void BreakTable::collect(const BodyWalk &W, FunctionId F,
                         const ProgramIndex &Index) {
  for (const WalkExit &Exit : W.exits())
    for (const auto &[At, S] : Exit.State.entries())
      if (At.Slot.isField() && isLeftEmpty(W, Exit.State, S) &&
          !isVariable(W, At.Holder) && !isNoBreak(Index[F], S, Index))
        Sources[At.Slot].push_back(
            {F, S.ClearLoc, S.How, callsContentOf(W, At.Slot)});
  for (const PendingInvoke &I : W.pending())
    for (NodeIndex N : I.Callable)
      if (SlotKey Slot = slotOf(W.nodes(), N); Slot.isField())
        (I.OnCopy ? CallsOf[Slot].OnCopy : CallsOf[Slot].InPlace) = true;
}

bool BreakTable::isCalledAsCopy(SlotKey Slot) const {
  auto It = CallsOf.find(Slot);
  return It != CallsOf.end() && It->second.OnCopy && !It->second.InPlace;
}

llvm::ArrayRef<BreakSource> BreakTable::of(SlotKey Slot) {
  auto It = Sources.find(Slot);
  if (It == Sources.end())
    return {};
  std::vector<BreakSource> &List = It->second;
  llvm::sort(List);
  List.erase(std::unique(List.begin(), List.end()), List.end());
  return List;
}

BreakJudge::BreakJudge(const ProgramIndex &Index, llvm::ArrayRef<RecordId> M,
                       bool Closed)
    : Index(Index), Closed(Closed), Members(M.begin(), M.end()) {
  llvm::sort(Members);
  for (RecordId R : Members)
    llvm::append_range(Families, Index.family(R));
  llvm::sort(Families);
  Families.erase(std::unique(Families.begin(), Families.end()), Families.end());
}

/// Is it called by something that we do not see?
bool BreakJudge::isRoot(FunctionId Id) const {
  const Function &F = Index[Id];
  if (F.has(FunctionFlag::Main) || F.has(FunctionFlag::AddressTaken) ||
      (F.has(FunctionFlag::Virtual) && Index.runsVirtually(Id)))
    return true;
  if (Closed && !Index.callersOf(Id).empty())
    return false;
  // Without a main() this is a library: its users call what they can see.
  return !Index.program().HasMain && !F.has(FunctionFlag::Internal) &&
         !F.has(FunctionFlag::Deferred);
}

BreakJudge::Ways BreakJudge::waysTo(FunctionId Start) const {
  Ways W;
  std::vector<FunctionId> Work{Start};
  std::set<FunctionId> Seen{Start};
  for (size_t Next = 0; Next != Work.size(); ++Next) {
    FunctionId F = Work[Next];
    if (Index[F].has(FunctionFlag::Destructor) && Index[F].Class) {
      bool OfMember =
          std::binary_search(Families.begin(), Families.end(), Index[F].Class);
      (OfMember ? W.Dead : W.Owner) = true;
      if (OfMember && W.Destructor.isNone())
        W.Destructor = F;
      continue; // Runs when an object ends, whoever lets go of it.
    }
    W.Others |= isRoot(F) || Work.size() > MaxCallers;
    if (W.Others)
      return W;
    for (FunctionId Caller : Index.callersOf(F))
      if (Seen.insert(Caller).second)
        Work.push_back(Caller);
  }
  return W;
}

/// Does a method run it that the project promises to call in time?
bool BreakJudge::isCalledInTime(FunctionId Start) const {
  const std::vector<FunctionId> &Promised = Index.program().CalledInTime;
  if (Promised.empty())
    return false;
  std::vector<FunctionId> Work{Start};
  std::set<FunctionId> Seen{Start};
  for (size_t Next = 0; Next != Work.size(); ++Next) {
    if (llvm::binary_search(Promised, Work[Next]))
      return true;
    for (FunctionId Caller : Index.callersOf(Work[Next]))
      if (Seen.insert(Caller).second)
        Work.push_back(Caller);
  }
  return false;
}

/// Is it the body of a closure on the cycle, or of one made inside it?
bool BreakJudge::isMemberBody(FunctionId F) const {
  for (unsigned Depth = 0; F && Depth != 8; ++Depth) {
    RecordId Class = Index[F].Class;
    if (Class.isNone() || Index[Class].Kind == RecordKind::Class)
      return false;
    if (std::binary_search(Members.begin(), Members.end(), Class))
      return true;
    F = Index[Class].Creator;
  }
  return false;
}

std::optional<BreakKind> BreakJudge::judge(const BreakSource &Source,
                                           bool KeepsItself) const {
  if (isCalledInTime(Source.In))
    return BreakKind::Owner;
  Ways W = waysTo(Source.In);
  if (isMemberBody(Source.In) && (W.Others || W.Owner))
    return BreakKind::Self;
  if (W.Others)
    return KeepsItself ? BreakKind::KeepAlive : BreakKind::Protocol;
  if (W.Owner)
    return BreakKind::Owner;
  if (W.Dead)
    return BreakKind::Dead;
  return std::nullopt;
}

} // namespace refcycle::analyzer
