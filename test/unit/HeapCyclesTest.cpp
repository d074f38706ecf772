// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a function leaves its cycle behind as garbage, and where not.

#include "evidence/HeapCycles.h"
#include "EvidenceOf.h"

using namespace refcycle::analyzer;

/// Where the first cycle leaks; "" if that was not seen.
static std::string leakOf(llvm::StringRef Text) {
  Evidence E = evidenceOf(Text);
  return E.Witnesses.empty() ? "no cycle" : E.Witnesses[0].LeaksAt;
}

TEST(HeapCycles, FreshObjectsThatNobodyElseKnowsLeak) {
  EXPECT_EQ(leakOf(fresh("")), "the end of 'f'");
}

TEST(HeapCycles, AnEarlyReturnIsNamed) {
  EXPECT_EQ(leakOf(fresh("if { return } \n clear r3 null")),
            "a return from 'f'");
}

TEST(HeapCycles, WhatIsReturnedIsNotLost) {
  EXPECT_EQ(leakOf(fresh("return r0")), "");
}

TEST(HeapCycles, WhatOthersHoldIsNotLost) {
  EXPECT_EQ(leakOf(fresh("r4 = global g\n store r4, r0 raw")), "");
}

TEST(HeapCycles, WhatUnknownCodeGotIsNotLost) {
  EXPECT_EQ(leakOf(fresh("call unknown_code(r1)")), "");
}

TEST(HeapCycles, ParametersAreNotLost) {
  EXPECT_EQ(leakOf(classes("fn f(a value A, b value B) {\n r0 = param a\n"
                           " r1 = param b\n" +
                           std::string(Tie) + "}")),
            "");
}

TEST(HeapCycles, ADestructorThatRunsAtTheExitCanBreak) {
  EXPECT_EQ(leakOf(classes(R"(
  fn f() {
    local o destroys Owner
    r4 = alloc stack Owner
    r5 = var o
    store r5, r4 init
    r0 = alloc heap A
    r1 = alloc heap B
    r6 = slot r4 Owner a
    store r6, r0)" + std::string(Tie) +
                           "}" + OwnerDestructor)),
            "no cycle");
}

/// `f` has an owner on the heap, whose destructor comes behind `f`, and does
/// \p Rest with it.
static std::string ownerOnTheHeap(const std::string &Rest) {
  return classes(R"(
  fn f() {
    local o
    r4 = alloc heap Owner
    r5 = var o
    r0 = alloc heap A
    r1 = alloc heap B
    r6 = slot r4 Owner a
    store r6, r0)" +
                 std::string(Tie) + Rest + "\n}" + OwnerDestructor);
}

TEST(HeapCycles, TheDestructorOfWhatAHandleHoldsCanBreak) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init unique\n")), "no cycle");
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init strong\n")), "no cycle");
}

TEST(HeapCycles, AVariableHoldsAsItsTypeDoes) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nr7 = null\n store r5, r7 init unique\n"
                                  "store r5, r4 assign raw\n")),
            "no cycle");
}

TEST(HeapCycles, ALostOwnerBreaksNothing) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init raw\n")),
            "the end of 'f'");
}

TEST(HeapCycles, AnOwnerThatTheCycleOwnsBreaksNothing) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init strong\n"
                                  "r7 = slot r1 B cb\nstore r7, r4 strong\n")),
            "the end of 'f'");
}

TEST(HeapCycles, AThrowIsNamed) {
  EXPECT_EQ(leakOf(fresh("if { throw } \n clear r3 null")), "a throw from 'f'");
}

TEST(HeapCycles, TheEndOfTheProgramProvesNothing) {
  EXPECT_EQ(leakOf(fresh("throw ends")), "");
}

TEST(HeapCycles, AnOpenBranchMayMissAClear) {
  EXPECT_EQ(leakOf(fresh("if mayskip @ f.cpp:3:1 { \n clear r3 null \n }")),
            "the end of 'f'");
}

TEST(HeapCycles, AClosedBranchDoesNotMissAClear) {
  EXPECT_EQ(leakOf(fresh("if maytake @ f.cpp:3:1 { \n clear r3 null \n }")),
            "");
}

TEST(HeapCycles, ASecondChanceRulesOutTheFirstMiss) {
  EXPECT_EQ(leakOf(fresh("if mayskip @ f.cpp:3:1 { \n clear r3 null \n }\n"
                         "if mayskip @ f.cpp:3:1 { \n clear r3 null \n }")),
            "");
}

TEST(HeapCycles, ALaterRoundMayClear) {
  EXPECT_EQ(leakOf(fresh(
                "loop {\n if mayskip @ f.cpp:3:1 { \n clear r3 null \n }\n }")),
            "");
}

/// A job that posts another of its kind, under \p Condition, and a loop that
/// takes jobs out one by one.
static std::string queueWithJobs(llvm::StringRef Condition) {
  return (R"(class S { q container function; }
  closure L invoke L.call creator S::post { self capture strong S }
  fn L.call() of L deferred {
    r0 = this
    r1 = slot r0 L self
    r2 = load r1
    )" + Condition +
          R"( {
      call r2 S::post()
    }
  }
  fn S::post() of S {
    r0 = this
    r1 = alloc temp L
    r2 = slot r1 L self
    store r2, r0 init
    r3 = slot r0 S q
    store r3, r1 insert value
  }
  fn S::drain() of S {
    r0 = this
    r1 = slot r0 S q
    loop {
      r2 = load r1 element
      clear r1 erase
      invoke r2()
    }
  }
  fn f() {
    r0 = alloc heap S
    call r0 S::post()
    call r0 S::drain()
  })")
      .str();
}

TEST(HeapCycles, AJobThatAlwaysPostsAnotherIsNeverGone) {
  EXPECT_EQ(leakOf(queueWithJobs("if maytake mayskip @ f.cpp:3:1")),
            "the end of 'f'");
}

TEST(HeapCycles, AQueueThatIsDrainedKeepsNothing) {
  EXPECT_EQ(leakOf(queueWithJobs("if")), "");
}
