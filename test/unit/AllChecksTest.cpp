// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From evidence to findings: which check, which level, which hop to weaken, and
// what is one problem.

#include "checks/AllChecks.h"
#include "checks/Advice.h"
#include "checks/Verdict.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::HasSubstr;

static EvidenceHop hop(std::string From, std::string Via, std::string To) {
  EvidenceHop H;
  H.From = H.Declaring = H.StableFrom = From;
  H.Via = Via;
  H.To = To;
  H.Stores = {HopStore{{"a.cpp", 1, 1}, {}, true}};
  return H;
}

static EvidenceHop capture(std::string Via, std::string To) {
  EvidenceHop H = hop("(lambda at a.cpp:5:3)", Via, To);
  H.Slot = SlotShape::Capture;
  H.Holder = ObjectShape::Closure;
  return H;
}

static EvidenceHop slot(std::string From, std::string Via) {
  EvidenceHop H = hop(From, Via, "(lambda at a.cpp:5:3)");
  H.Slot = SlotShape::Function;
  H.Kind = EdgeKind::Value;
  return H;
}

static CycleWitness witness(std::vector<EvidenceHop> Hops) {
  CycleWitness W;
  W.Hops = std::move(Hops);
  W.Function = "f";
  W.ClosingStore = {"a.cpp", 5, 1};
  W.MustAlias = true;
  return W;
}

static std::vector<Finding> findingsOf(std::vector<CycleWitness> Witnesses) {
  Evidence E;
  E.Witnesses = std::move(Witnesses);
  return runChecks(E);
}

static Finding only(CycleWitness W) {
  std::vector<Finding> F = findingsOf({std::move(W)});
  EXPECT_EQ(F.size(), 1u);
  return F.empty() ? Finding() : F[0];
}

static CycleWitness pair() {
  return witness({hop("A", "next", "B"), hop("B", "back", "A")});
}

static HopBreak breakOf(BreakKind Kind) {
  return {0, Kind, "A::close", {"a.cpp", 9, 1}};
}

TEST(AllChecks, MembersNameEverySlot) {
  Finding F = only(pair());
  EXPECT_EQ(F.Check, "refcycle-members");
  EXPECT_EQ(F.Message, "'A' and 'B' keep each other alive through 'A::next' "
                       "and 'B::back'");
}

TEST(AllChecks, AClosureInAClosureNamesTheClass) {
  EvidenceHop Inner = capture("self", "Session");
  Inner.From = Inner.StableFrom = "(lambda at a.cpp:4:1)";
  EvidenceHop Outer = capture("f", Inner.From);
  Finding F = only(witness({Outer, Inner, slot("Session", "on_close")}));
  EXPECT_EQ(F.Message, "'Session' keeps itself alive: 'on_close' stores a "
                       "lambda that captures 'f'");
}

TEST(AllChecks, AClosureNamesTheCapture) {
  Finding F =
      only(witness({slot("Session", "on_close"), capture("self", "Session")}));
  EXPECT_EQ(F.Check, "refcycle-closure");
  EXPECT_EQ(F.Message, "'Session' keeps itself alive: 'on_close' stores a "
                       "lambda that captures 'self'");
  EXPECT_EQ(F.Weaken, 1u);
}

TEST(AllChecks, AnObjectThatHoldsItself) {
  EXPECT_EQ(only(witness({hop("A", "self_", "A")})).Check,
            "refcycle-keep-alive");
}

TEST(AllChecks, AHiddenHopIsErased) {
  CycleWitness W = pair();
  W.Hops[0].Slot = SlotShape::Erased;
  EXPECT_EQ(only(W).Check, "refcycle-erased");
}

TEST(AllChecks, AFrameHop) {
  CycleWitness W = pair();
  W.Hops[1].Holder = ObjectShape::Frame;
  EXPECT_EQ(only(W).Check, "refcycle-frame");
}

TEST(AllChecks, CyclesThatOneFixEndsAreOneFinding) {
  EXPECT_EQ(findingsOf({pair(), witness({hop("A", "next", "B"),
                                         hop("B", "other", "A")})})
                .size(),
            1u);
}

TEST(AllChecks, CyclesThatShareAnotherHopAreTwo) {
  // Both go through the timer of A; each has a closure of its own to change.
  auto Through = [](const char *Closure) {
    EvidenceHop Slot = hop("Timer", "run", Closure);
    Slot.Slot = SlotShape::Function;
    EvidenceHop Capture = hop(Closure, "self", "A");
    Capture.Slot = SlotShape::Capture;
    Capture.Holder = ObjectShape::Closure;
    return witness({hop("A", "timer", "Timer"), Slot, Capture});
  };
  EXPECT_EQ(findingsOf({Through("lambda 1"), Through("lambda 2")}).size(), 2u);
}

TEST(AllChecks, CyclesThatShareOnlyAClassAreTwo) {
  // Weakening one leaves the other.
  EXPECT_EQ(
      findingsOf({pair(), witness({hop("A", "x", "C"), hop("C", "y", "A")})})
          .size(),
      2u);
}

TEST(AllChecks, TheSurestCycleOfAKnotIsShown) {
  CycleWitness Broken = pair();
  Broken.Breaks = {breakOf(BreakKind::Protocol)};
  CycleWitness Longer =
      witness({hop("A", "next", "B"), hop("B", "c", "C"), hop("C", "a", "A")});
  std::vector<Finding> F = findingsOf({Broken, Longer});
  ASSERT_EQ(F.size(), 1u);
  EXPECT_EQ(F[0].Cycle.size(), 3u);
}

TEST(AllChecks, ChecksCanBeChosen) {
  Evidence E;
  E.Witnesses = {pair()};
  EXPECT_TRUE(runChecks(E, {{"refcycle-closure"}}).empty());
  EXPECT_EQ(runChecks(E, {{"refcycle-members"}}).size(), 1u);
}

TEST(Verdict, NoBreakAndTheSameObjectsIsDefinite) {
  EXPECT_EQ(only(pair()).Level, Confidence::Definite);
}

TEST(Verdict, ADeadBreakLowersNothing) {
  CycleWitness W = pair();
  W.Breaks = {breakOf(BreakKind::Dead)};
  EXPECT_EQ(only(W).Level, Confidence::Definite);
}

TEST(Verdict, ObjectsThatOnlyMayBeTheSameAreProbable) {
  CycleWitness W = pair();
  W.MustAlias = false;
  EXPECT_EQ(only(W).Level, Confidence::Probable);
}

TEST(Verdict, AnIncompleteClassIsNotDefinite) {
  CycleWitness W = pair();
  W.Incomplete = true;
  EXPECT_EQ(only(W).Level, Confidence::Probable);
}

TEST(Verdict, EveryOtherBreakLowers) {
  for (BreakKind Kind : {BreakKind::Owner, BreakKind::Self, BreakKind::Protocol,
                         BreakKind::KeepAlive}) {
    CycleWitness W = pair();
    W.Breaks = {breakOf(Kind)};
    EXPECT_EQ(only(W).Level, Confidence::Possible);
  }
}

TEST(Verdict, AnExitThatMissesTheBreakIsNamed) {
  CycleWitness W = pair();
  W.Breaks = {breakOf(BreakKind::Protocol)};
  W.LeaksAt = "a return from 'g'";
  Finding F = only(W);
  EXPECT_EQ(F.Level, Confidence::Probable);
  EXPECT_EQ(F.Breaks[0].MissedBy, "a return from 'g'");
}

static CycleWitness ownedBy(SeenOwner First, SeenOwner Second) {
  CycleWitness W = pair();
  W.Hops[0].Owner = First;
  W.Hops[1].Owner = Second;
  return W;
}

TEST(Advice, ASingleHandleBeforeAContainer) {
  CycleWitness W = witness({hop("A", "kids", "B"), hop("B", "parent", "A")});
  W.Hops[0].Container = true;
  EXPECT_EQ(advise(W).Hop, 1u);
}

TEST(Advice, NeverAPart) {
  CycleWitness W = pair();
  W.Hops[1].Kind = EdgeKind::Value;
  EXPECT_EQ(advise(W).Hop, 0u);
}

TEST(Advice, ALateStoreBeforeAnEarlyOne) {
  CycleWitness W = pair();
  W.Hops[0].Stores[0].Late = false;
  EXPECT_EQ(advise(W).Hop, 1u);
}

TEST(Advice, NeverTheOnlyOwner) {
  CycleWitness W = ownedBy(SeenOwner::Object, SeenOwner::None);
  W.ClosingHop = 1;
  EXPECT_EQ(advise(W).Hop, 0u);
  // Even a container gives way before it.
  W.Hops[0].Container = true;
  EXPECT_EQ(advise(W).Hop, 0u);
  EXPECT_EQ(advise(W).How, Remedy::Weaken);
}

TEST(Advice, TheSurestOtherOwnerFirst) {
  EXPECT_EQ(advise(ownedBy(SeenOwner::Unseen, SeenOwner::Variable)).Hop, 1u);
  EXPECT_EQ(advise(ownedBy(SeenOwner::Outside, SeenOwner::Variable)).Hop, 0u);
  EXPECT_EQ(advise(ownedBy(SeenOwner::Outside, SeenOwner::Object)).Hop, 1u);
}

TEST(Advice, AProvedOwnerIsAsGoodAsASeenOne) {
  CycleWitness W = ownedBy(SeenOwner::Unseen, SeenOwner::Outside);
  W.Hops[0].Weaken.emplace().Edits.push_back({{"a.h", 1, 1}, 0, 1, "x", 0});
  EXPECT_EQ(advise(W).Hop, 0u);
  EXPECT_THAT(advise(W).Why, HasSubstr("every store takes its value from"));
}

TEST(Advice, OnlyOwnersAreToBeCleared) {
  Advice A = advise(ownedBy(SeenOwner::None, SeenOwner::None));
  EXPECT_EQ(A.How, Remedy::Clear);
  EXPECT_THAT(A.Why, HasSubstr("a weak handle would end it at once"));
}

TEST(Advice, AClosureThatIsTheOnlyOwnerIsClearedWhereItIsKept) {
  CycleWitness W = witness({slot("A", "done"), capture("a", "A")});
  W.Hops[1].Owner = SeenOwner::None;
  EXPECT_EQ(advise(W).How, Remedy::Clear);
  EXPECT_EQ(advise(W).Hop, 0u);
  W.Hops[1].Owner = SeenOwner::Object;
  EXPECT_EQ(advise(W).How, Remedy::Weaken);
  EXPECT_EQ(advise(W).Hop, 1u);
}

TEST(Advice, AHandleToTheObjectItselfIsCleared) {
  CycleWitness W = witness({hop("A", "self", "A")});
  W.Hops[0].Owner = SeenOwner::Object;
  EXPECT_EQ(advise(W).How, Remedy::Clear);
  // An edge to oneself that nobody clears, such as `node->next = node`.
  W.Hops[0].Owner = SeenOwner::Variable;
  EXPECT_EQ(advise(W).How, Remedy::Weaken);
  W.Breaks = {breakOf(BreakKind::KeepAlive)};
  EXPECT_EQ(advise(W).How, Remedy::Clear);
  // Not known to be one object: a list.
  W.MustAlias = false;
  EXPECT_EQ(advise(W).How, Remedy::Weaken);
}

TEST(Advice, AHandleInsideACaptureIsTheCapture) {
  // [future] { ... }: the class of the future owns by trade.
  CycleWitness W =
      witness({hop("Future", "state", "State"), slot("State", "next"),
               capture("future", "Future")});
  W.Hops[2].Kind = EdgeKind::Value;
  W.Hops[0].Owner = SeenOwner::Outside;
  EXPECT_EQ(advise(W).Hop, 2u);
  // A part of an ordinary class is no capture.
  W = witness({hop("Part", "back", "A"), hop("A", "part", "Part")});
  W.Hops[1].Kind = EdgeKind::Value;
  EXPECT_EQ(advise(W).Hop, 0u);
}

TEST(Advice, OfEqualHopsTheFirst) {
  CycleWitness W = witness({hop("A", "peer", "A"), hop("A", "peer", "A")});
  W.ClosingHop = 1;
  EXPECT_EQ(advise(W).Hop, 0u);
}

TEST(AllChecks, AClearedHopHasNoFix) {
  CycleWitness W = witness({hop("A", "self", "A")});
  W.Hops[0].Owner = SeenOwner::Object;
  W.Hops[0].Weaken.emplace().Edits.push_back({{"a.h", 1, 1}, 0, 1, "x", 0});
  Finding F = only(W);
  EXPECT_EQ(F.How, Remedy::Clear);
  EXPECT_FALSE(F.Fix);
}

TEST(AllChecks, ABreakOfTwoEqualHopsIsSaidOnce) {
  CycleWitness W = witness({hop("A", "peer", "A"), hop("A", "peer", "A")});
  W.Breaks = {breakOf(BreakKind::Protocol), breakOf(BreakKind::Protocol)};
  W.Breaks[1].Hop = 1;
  EXPECT_EQ(only(W).Breaks.size(), 1u);
}

TEST(AllChecks, AnotherWayThroughOneMoreMemberIsNamed) {
  CycleWitness Undo =
      witness({hop("Doc", "undo", "Op"), hop("Op", "doc", "Doc")});
  CycleWitness Redo =
      witness({hop("Doc", "redo", "Op"), hop("Op", "doc", "Doc")});
  for (CycleWitness *W : {&Undo, &Redo})
    W->Hops[0].Container = true;
  Undo.Hops[0].Loc = {"doc.h", 3, 1};
  Redo.Hops[0].Loc = {"doc.h", 4, 1};
  std::vector<Finding> F = findingsOf({Undo, Redo});
  ASSERT_EQ(F.size(), 1u);
  ASSERT_EQ(F[0].Notes.size(), 1u);
  EXPECT_EQ(F[0].Notes[0].Message,
            "the cycle is also closed through 'Doc::redo'");
}

TEST(AllChecks, ALongerWayIsAnotherStory) {
  CycleWitness Short = pair();
  CycleWitness Long =
      witness({hop("A", "x", "X"), hop("X", "y", "B"), hop("B", "back", "A")});
  for (CycleWitness *W : {&Short, &Long})
    W->Hops.front().Container = true;
  std::vector<Finding> F = findingsOf({Short, Long});
  ASSERT_EQ(F.size(), 1u);
  EXPECT_TRUE(F[0].Notes.empty());
}

TEST(AllChecks, ASuspectIsOnlyPossible) {
  Evidence E;
  E.Suspects.push_back(
      {{hop("A", "next", "B"), hop("B", "back", "A")}, 1, {"a.cpp", 7, 1}, {}});
  std::vector<Finding> F = runChecks(E);
  ASSERT_EQ(F.size(), 1u);
  EXPECT_EQ(F[0].Level, Confidence::Possible);
  EXPECT_EQ(F[0].Loc.Line, 7u);
  EXPECT_EQ(F[0].Message, "'A' and 'B' may keep each other alive through "
                          "'A::next' and 'B::back'");
}
