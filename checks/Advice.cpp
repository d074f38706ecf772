// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One rank for each hop, compared from left to right.

#include "Advice.h"
#include "Wording.h"
#include "llvm/ADT/STLExtras.h"
#include <array>
#include <limits>

namespace refcycle::analyzer {

/// Does the hop start at something that is stored to be called: a lambda, a
/// bind object, an object with a call operator?
static bool isCalled(const CycleWitness &W, size_t I) {
  return isCallable(W.Hops[I]) || before(W, I).Slot == SlotShape::Function;
}

/// Is the hop the handle of a class that is nothing else, and whose object is a
/// part of the one before?
static bool isWhole(const CycleWitness &W, size_t I) {
  const EvidenceHop &Part = before(W, I);
  return W.Hops[I].Whole && Part.Kind == EdgeKind::Value && !Part.Container;
}

/// The hop that counts for \p I: its own, or that of the handle inside what a
/// callable captures by value. Such a handle is a member of a class that owns
/// by trade (a future, a subscription), so it is the capture that has to go.
/// The same for a part of an object that is a handle as a whole.
static const EvidenceHop &countedHop(const CycleWitness &W, size_t I) {
  size_t At = I;
  if (isWhole(W, (I + 1) % W.Hops.size()))
    return after(W, I);
  if (isCalled(W, I))
    while (W.Hops[At].Kind == EdgeKind::Value &&
           W.Hops[At].Slot != SlotShape::Function &&
           (At + 1) % W.Hops.size() != I)
      At = (At + 1) % W.Hops.size();
  return W.Hops[At];
}

static bool isFixed(const EvidenceHop &H) {
  return H.Weaken && !H.Weaken->Edits.empty();
}

static bool hasLateStore(const EvidenceHop &H) {
  return llvm::any_of(H.Stores, [](const HopStore &S) { return S.Late; });
}

/// Only a count can be given up; a part or a sole owner cannot. Of a part that
/// is a handle there is no weak form, so something else has to do.
enum class Giving { Nothing, Part, Count };

static Giving givenUpBy(const CycleWitness &W, size_t I) {
  if (countedHop(W, I).Kind != EdgeKind::Strong)
    return Giving::Nothing;
  if (isCalled(W, I))
    return Giving::Count;
  if (isWhole(W, I))
    return Giving::Nothing;
  return &countedHop(W, I) == &W.Hops[I] ? Giving::Count : Giving::Part;
}

/// A fix is offered if another owner was proved, over the whole program.
static SeenOwner ownerOf(const CycleWitness &W, size_t I) {
  const EvidenceHop &H = countedHop(W, I);
  return isFixed(H) ? std::max(H.Owner, SeenOwner::Outside) : H.Owner;
}

namespace {
/// What tells two hops apart, in the order in which it counts. Each is a number
/// of which more is better.
enum Criterion : unsigned {
  Counted,    ///< It can be given up at all.
  Shared,     ///< Not seen to be the only owner of its object.
  Called,     ///< Starts at what is stored to be called.
  Single,     ///< Who has many owns them, who has one points back.
  OtherOwner, ///< How sure another owner is.
  Fixed,
  Late,    ///< Its store can be the last of the cycle.
  FewUses, ///< Fewer lines work through it.
  StoredLast,
  Criteria
};
} // namespace

using Rank = std::array<int, Criteria>;

static Rank rankOf(const CycleWitness &W, size_t I) {
  const EvidenceHop &H = W.Hops[I];
  Rank R;
  R[Counted] = int(givenUpBy(W, I));
  R[Shared] = ownerOf(W, I) != SeenOwner::None;
  R[Called] = isCalled(W, I);
  R[Single] = !H.Container;
  R[OtherOwner] = int(ownerOf(W, I));
  R[Fixed] = isFixed(H);
  R[Late] = hasLateStore(H);
  R[FewUses] = H.Uses ? -int(*H.Uses) : std::numeric_limits<int>::min();
  R[StoredLast] = I == W.ClosingHop;
  return R;
}

/// An object that owns itself does so until its work is done.
static bool isKeepAlive(const CycleWitness &W) {
  return W.Hops.size() == 1 && !W.Hops[0].Container &&
         (W.Hops[0].Owner == SeenOwner::Object ||
          (W.MustAlias && !W.Breaks.empty()));
}

/// What can be emptied: a hop that is emptied somewhere already, a slot for
/// callables, else the best there is.
static unsigned hopToClear(const CycleWitness &W, unsigned Best) {
  for (const HopBreak &B : W.Breaks)
    if (W.Hops[B.Hop].Kind != EdgeKind::Value ||
        W.Hops[B.Hop].Slot == SlotShape::Function)
      return B.Hop;
  auto Function = llvm::find_if(W.Hops, [](const EvidenceHop &H) {
    return H.Slot == SlotShape::Function;
  });
  return Function == W.Hops.end() ? Best : unsigned(Function - W.Hops.begin());
}

std::string otherOwner(const CycleWitness &W, size_t I) {
  if (W.Hops[I].Kind != EdgeKind::Strong)
    return "";
  std::string Target = objectName(after(W, I));
  switch (ownerOf(W, I)) {
  case SeenOwner::Object:
    return "it leads back to the object whose member function builds the cycle";
  case SeenOwner::Outside:
    return isFixed(W.Hops[I])
               ? "every store takes its value from another owner of " + Target
               : "something outside the cycle owns " + Target + " as well";
  case SeenOwner::Variable:
    return "a variable of " + quoted(W.Function) + " owns " + Target +
           " as well, until it ends";
  case SeenOwner::None:
    return "nothing else owns " + Target + ": a weak handle would end it";
  case SeenOwner::Unseen:
    break;
  }
  return "who else owns " + Target + " was not seen";
}

static std::string lines(unsigned Count) {
  return Count == 1 ? "1 line" : std::to_string(Count) + " lines";
}

/// What decided between the best hop and the next best one.
static std::string whyNot(const CycleWitness &W, unsigned Best, unsigned Next) {
  Rank Better = rankOf(W, Best), Worse = rankOf(W, Next);
  unsigned First = 0;
  while (First != Criteria && Better[First] == Worse[First])
    ++First;
  const EvidenceHop &H = W.Hops[Best], &Other = W.Hops[Next];
  std::string Name = quoted(Other.Via);
  switch (First) {
  case Counted:
    return "no other edge is a counted handle";
  case Shared:
    return "every other edge is the only owner of its object";
  case Called:
    return "what is kept to be called need not own what it works on";
  case Single:
    return "it points back: " + Name + " holds any number of objects";
  case OtherOwner:
    return "of the target of " + Name + " that is less sure";
  case Late:
    return "only its stores can close the cycle";
  case FewUses:
    return H.Uses && Other.Uses
               ? "it has the fewest uses: " + lines(*H.Uses) + ", and " + Name +
                     " has " + std::to_string(*Other.Uses)
               : "";
  case StoredLast:
    return "its store was the last";
  default:
    return "";
  }
}

static std::string whyWeaken(const CycleWitness &W, unsigned Best) {
  if (W.Hops.size() == 1)
    return "it is the only edge of the cycle";
  std::string Why = otherOwner(W, Best);
  // Other objects of one class may have the same member on the cycle.
  unsigned Next = Best;
  for (unsigned I = 0; I != W.Hops.size(); ++I)
    if (!isSameSlot(W.Hops[I], W.Hops[Best]) &&
        (Next == Best || rankOf(W, I) > rankOf(W, Next)))
      Next = I;
  std::string Decided = Next == Best ? "" : whyNot(W, Best, Next);
  if (Why.empty() || Decided.empty())
    return Why + Decided;
  return Why + "; " + Decided;
}

Advice advise(const CycleWitness &W) {
  unsigned Best = 0;
  for (unsigned I = 1; I != W.Hops.size(); ++I)
    if (rankOf(W, I) > rankOf(W, Best))
      Best = I;
  // A ring of objects of few classes says the same of several objects.
  Best = unsigned(llvm::find_if(W.Hops,
                                [&](const EvidenceHop &H) {
                                  return isSameSlot(H, W.Hops[Best]) &&
                                         H.From == W.Hops[Best].From;
                                }) -
                  W.Hops.begin());
  if (isKeepAlive(W))
    return {Best, Remedy::Clear,
            "it keeps the object alive on purpose; a weak handle would not"};
  if (ownerOf(W, Best) == SeenOwner::None)
    return {hopToClear(W, Best), Remedy::Clear,
            "each owner on the cycle is the only one of its object: a weak "
            "handle would end it at once"};
  return {Best, Remedy::Weaken, whyWeaken(W, Best)};
}

} // namespace refcycle::analyzer
