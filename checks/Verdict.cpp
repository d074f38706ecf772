// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From evidence to confidence.

#include "Verdict.h"
#include "Wording.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

static std::string breakReason(const std::vector<EvidenceHop> &Hops,
                               const HopBreak &B) {
  std::string Slot = quoted(Hops[B.Hop].Via);
  std::string Who = functionName(B.Function);
  switch (B.Kind) {
  case BreakKind::Dead:
    return Who + " empties " + Slot + ", but cannot run while the cycle lives";
  case BreakKind::Owner:
    return Who + " empties " + Slot + " when an outside owner ends";
  case BreakKind::Self:
    return "the closure itself empties " + Slot;
  case BreakKind::Protocol:
    return Who + " empties " + Slot;
  case BreakKind::KeepAlive:
    return Who + " ends the keep-alive in " + Slot;
  }
  return "";
}

/// What a witness and a suspect have in common.
template <typename Cycle>
static void addLoweringReasons(const Cycle &C, Verdict &J) {
  for (const HopBreak &B : C.Breaks)
    if (std::string Reason = breakReason(C.Hops, B);
        !llvm::is_contained(J.Reasons, Reason))
      J.Reasons.push_back(std::move(Reason));
  if (C.Breaks.empty())
    J.Reasons.push_back("nothing in the program takes a hop away");
  if (C.Incomplete)
    J.Reasons.push_back("a class of the cycle is not known completely");
  if (C.OpenWorld)
    J.Reasons.push_back("a class of the cycle is public in a header of a "
                        "library: its users are not seen");
}

/// Rotating a tree, splicing a list: code that rewires objects of one class, or
/// objects that have one member from a common base, picks among them, and which
/// of them meet depends on what it picked.
static bool isRewiring(const CycleWitness &W) {
  const EvidenceHop &First = W.Hops[0];
  auto All = [&](auto Is) { return llvm::all_of(W.Hops, Is); };
  return W.Chosen &&
         All([](auto &H) { return H.Holder == ObjectShape::Class; }) &&
         (All([&](auto &H) { return H.From == First.From; }) ||
          All([&](auto &H) {
            return H.Via == First.Via && H.Declaring == First.Declaring;
          }));
}

static const EvidenceHop *promisedHop(const CycleWitness &W) {
  auto Found = llvm::find_if(W.Hops, [](auto &H) { return H.Promised; });
  return Found == W.Hops.end() ? nullptr : &*Found;
}

static Confidence levelOf(const CycleWitness &W, bool Broken) {
  if (isRewiring(W) || W.GuessedClass)
    return Confidence::Possible;
  if (Broken)
    return W.LeaksAt.empty() ? Confidence::Possible : Confidence::Probable;
  bool IsSeen = !W.Incomplete && !W.OpenWorld && !promisedHop(W);
  return W.MustAlias && IsSeen ? Confidence::Definite : Confidence::Probable;
}

Verdict reachVerdict(const CycleWitness &W) {
  Verdict J;
  bool Broken = llvm::any_of(W.Breaks, isEffective);
  J.Level = levelOf(W, Broken);
  J.Reasons.push_back("the stores of the cycle meet in " + quoted(W.Function));
  J.Reasons.push_back(W.MustAlias
                          ? "every hop is between the same objects for sure"
                          : "the objects are the same as far as seen");
  if (isRewiring(W))
    J.Reasons.push_back("objects of one class are rewired: which of several "
                        "meet is not known");
  if (W.GuessedClass)
    J.Reasons.push_back(
        "the object was found as a base class: whether it has " +
        quoted(W.Hops[0].Via) + " is not known");
  if (const EvidenceHop *H = promisedHop(W))
    J.Reasons.push_back("the declaration of " +
                        quoted(H->Declaring + "::" + H->Via) +
                        " says that the argument is kept; what else becomes "
                        "of it is not seen");
  if (!W.LeaksAt.empty())
    J.Reasons.push_back("at " + W.LeaksAt +
                        " the last outside handles are gone and the cycle is "
                        "whole" +
                        (W.MissedIn.empty() ? std::string()
                                            : ", on one way through " +
                                                  functionName(W.MissedIn)));
  if (W.Outnumbered)
    J.Reasons.push_back("more elements were put in by then than taken out");
  addLoweringReasons(W, J);
  return J;
}

Verdict reachVerdict(const SuspectCycle &S) {
  Verdict J;
  J.Reasons.push_back("every hop is stored somewhere in the program");
  J.Reasons.push_back("the store into " + quoted(S.Hops[S.ClosingHop].Via) +
                      " can be the last of a cycle: it may join objects that "
                      "are already in use");
  J.Reasons.push_back("the stores were not seen to meet in the same objects");
  addLoweringReasons(S, J);
  return J;
}

} // namespace refcycle::analyzer
