// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of checks, and the findings that come of it.

#include "AllChecks.h"
#include "Advice.h"
#include "ClosureCheck.h"
#include "CountChecks.h"
#include "ErasedCheck.h"
#include "FrameCheck.h"
#include "KeepAliveCheck.h"
#include "Knots.h"
#include "MembersCheck.h"
#include "RegistryCheck.h"
#include "Verdict.h"
#include "Wording.h"
#include "base/QualifiedName.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>

namespace refcycle::analyzer {

llvm::ArrayRef<const Check *> allChecks() {
  static const FrameCheck Frame;
  static const ErasedCheck Erased;
  static const ClosureCheck Closure;
  static const KeepAliveCheck KeepAlive;
  static const MembersCheck Members;
  static const RegistryCheck Registry;
  // From the special to the general: the first that wants a cycle gets it.
  static const std::vector<const Check *> Table = [] {
    std::vector<const Check *> All{&Frame, &Erased, &Closure, &KeepAlive,
                                   &Members};
    llvm::append_range(All, countChecks());
    All.push_back(&Registry);
    return All;
  }();
  return Table;
}

static const Check &checkFor(const CycleWitness &W) {
  for (const Check *C : allChecks())
    if (C->reports(W))
      return *C;
  llvm_unreachable("refcycle-members takes every cycle");
}

static HopKind kindOf(const EvidenceHop &H) {
  if (H.Slot == SlotShape::Function)
    return HopKind::Closure;
  if (H.Slot == SlotShape::Erased)
    return HopKind::Erased;
  if (H.Kind == EdgeKind::Unique)
    return HopKind::Unique;
  return H.Kind == EdgeKind::Strong ? HopKind::Strong : HopKind::Value;
}

static Hop describeHop(const EvidenceHop &H) {
  Hop Out{H.From, H.Via, H.To, kindOf(H), H.Loc, {}, H.StableFrom, H.Declaring};
  // The way of calls is not told: one line for each place, late if any was.
  std::map<SourceRef, bool> Places;
  for (const HopStore &S : H.Stores)
    Places[S.Loc] |= S.Late;
  for (const auto &[Loc, Late] : Places)
    Out.Stores.push_back({Loc, Late});
  Out.NoWeakKind = H.NoWeakKind;
  Out.Uses = H.Uses;
  return Out;
}

static BreakClass classOf(BreakKind Kind) {
  static_assert(unsigned(BreakKind::KeepAlive) ==
                    unsigned(BreakClass::KeepAlive),
                "the two enums list the same classes");
  return BreakClass(Kind);
}

/// The report says each hop, each break and the hop to weaken by itself; these
/// are what it cannot know.
static void addNotes(const CycleWitness &W, Finding &F) {
  for (const HopBreak &B : W.Breaks) {
    // Two objects of one class are two hops through one member.
    bool Said = llvm::any_of(F.Breaks, [&](const BreakSite &Other) {
      return Other.Loc == B.Loc && Other.Function == B.Function &&
             isSameSlot(W.Hops[Other.Edge], W.Hops[B.Hop]);
    });
    if (!Said)
      F.Breaks.push_back({B.Hop, classOf(B.Kind), B.Function, B.Loc,
                          isEffective(B) ? W.LeaksAt : std::string(),
                          B.Destructor});
  }
  if (!W.MissedFlag.empty())
    F.Notes.push_back({"only elements in which '" + W.MissedFlag +
                           "' was set go here, and nothing sets it",
                       W.MissedLoc});
  else if (!W.MissedIn.empty())
    F.Notes.push_back({"on this way through " + functionName(W.MissedIn) +
                           " nothing breaks the cycle",
                       W.MissedLoc});
  if (!W.LeaksAt.empty())
    F.Notes.push_back({"at " + W.LeaksAt +
                           " the last handle from outside is gone, and the "
                           "cycle is whole",
                       W.LeakLoc});
}

/// Who clears one member instead of weakening the hop that all cycles of the
/// knot share should know of the others.
static void addOtherWays(const CycleWitness &W,
                         llvm::ArrayRef<const CycleWitness *> Others,
                         Finding &F) {
  constexpr size_t MostWays = 3;
  std::vector<const EvidenceHop *> Named;
  auto IsNamed = [&](const EvidenceHop &H) {
    auto Same = [&](const EvidenceHop &Other) { return isSameSlot(Other, H); };
    return llvm::any_of(W.Hops, Same) ||
           llvm::any_of(Named, [&](auto *Other) { return Same(*Other); });
  };
  for (const CycleWitness *Other : Others) {
    // One member more is another way for the same objects; two are another
    // story.
    std::vector<const EvidenceHop *> New;
    for (const EvidenceHop &H : Other->Hops)
      if (!IsNamed(H))
        New.push_back(&H);
    if (New.size() != 1 || Named.size() == MostWays)
      continue;
    Named.push_back(New[0]);
    F.Notes.push_back({"the cycle is also closed through " +
                           quoted(New[0]->Declaring + "::" + New[0]->Via),
                       New[0]->Loc});
  }
}

static Finding describe(const CycleWitness &W, const Verdict &J,
                        llvm::ArrayRef<const CycleWitness *> Others = {}) {
  Finding F;
  const Check &C = checkFor(W);
  F.Check = C.name().str();
  F.Level = J.Level;
  F.Message = C.message(W);
  F.Reasons = J.Reasons;
  Advice A = advise(W);
  F.Weaken = A.Hop;
  F.How = A.How;
  F.Why = A.Why;
  for (size_t I = 0; I != W.Hops.size(); ++I) {
    F.Cycle.push_back(describeHop(W.Hops[I]));
    F.Cycle.back().OtherOwner = otherOwner(W, I);
  }
  if (F.How == Remedy::Weaken)
    F.Fix = W.Hops[F.Weaken].Weaken;
  F.ClosingStore = W.ClosingStore;
  F.Loc = W.ClosingStore.isValid() ? W.ClosingStore : W.Hops[F.Weaken].Loc;
  addNotes(W, F);
  addOtherWays(W, Others, F);
  if (!Others.empty())
    F.Reasons.push_back("the shortest of " + std::to_string(Others.size() + 1) +
                        " cycles that the same fix ends");
  F.Id = fingerprint(F);
  return F;
}

/// The same hops have the same id, whether or not a walk builds the cycle.
static Finding describe(const SuspectCycle &S) {
  CycleWitness W;
  W.Hops = S.Hops;
  W.ClosingHop = S.ClosingHop;
  W.ClosingStore = S.ClosingStore;
  W.Breaks = S.Breaks;
  Finding F = describe(W, reachVerdict(S));
  F.Message = suspicion(W);
  return F;
}

/// The same for all instances of the templates that a cycle goes through: one
/// mistake, at the same places.
static std::vector<std::pair<SourceRef, std::string>>
mistakeOf(const Finding &F) {
  std::vector<std::pair<SourceRef, std::string>> Key{{F.Loc, F.Check}};
  for (const Hop &H : F.Cycle)
    Key.emplace_back(H.Loc, withoutTemplateArguments(H.From) + "::" + H.Via);
  for (const Note &N : F.Notes)
    Key.emplace_back(N.Loc, std::string());
  return Key;
}

std::vector<Finding> runChecks(const Evidence &E, const CheckOptions &Options) {
  std::vector<Finding> Findings;
  std::set<std::string> Ids;
  std::set<decltype(mistakeOf({}))> Seen;
  auto Add = [&](Finding F) {
    if (!Seen.insert(mistakeOf(F)).second)
      return;
    // Two callbacks that are lambdas have only their places to tell them apart.
    for (unsigned Copy = 2; F.Cycle.empty() && Ids.count(F.Id); ++Copy)
      F.Id = fingerprint(F, Copy);
    // Two closures of one function in one slot with the same captures.
    if (!Ids.insert(F.Id).second)
      return;
    if (Options.Enabled.empty() || llvm::is_contained(Options.Enabled, F.Check))
      Findings.push_back(std::move(F));
  };
  for (const Knot &K : groupByFix(E.Witnesses))
    Add(describe(*K.Shown.Witness, K.Shown.Judged, K.Others));
  for (const SuspectCycle &S : E.Suspects)
    Add(describe(S));
  for (const CountLeak &L : E.CountLeaks)
    Add(describe(L));
  for (const RegistryLeak &L : E.Registries)
    Add(describe(L));
  llvm::sort(Findings, reportsBefore);
  return Findings;
}

} // namespace refcycle::analyzer
