// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What whole programs show: facts as text in, cycles out. First what must be
// reported, then, longer, what must stay silent.

#include "EvidenceOf.h"
#include "gmock/gmock.h"

using namespace refcycle::analyzer;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// "Session.on_close L.self": the hops of each cycle.
static std::vector<std::string> cyclesOf(llvm::StringRef Text) {
  return hopsOf(evidenceOf(Text).Witnesses);
}

static std::string classes(llvm::StringRef Rest) {
  return (R"(class A { next strong B; kids container strong B; cb function }
class B { back strong A; weak weak A; raw raw A; cb function }
closure L invoke L.call creator f { self capture strong A }
fn L.call() of L deferred { }
)" + Rest)
      .str();
}

TEST(Evidence, AnInversePairInOneFunction) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
  })")),
              ElementsAre("A.next B.back"));
}

TEST(Evidence, AClosureStoredInWhatItCaptures) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f() of A {
    r0 = this
    r1 = alloc temp L
    r2 = slot r1 L self
    store r2, r0 init
    r3 = slot r0 A cb
    store r3, r1 value
  })")),
              ElementsAre("A.cb L.self"));
}

TEST(Evidence, ASetterClosesTheCycle) {
  EXPECT_THAT(cyclesOf(classes(R"(fn B::set(h value A) of B {
    r0 = this
    r1 = param h
    r2 = slot r0 B back
    store r2, r1
  }
  fn A::open() of A {
    r0 = this
    r1 = slot r0 A next
    r2 = load r1
    call r2 B::set(r0)
  })")),
              ElementsAre("A.next B.back"));
}

//===----------------------------------------------------------------------===//
// More that must be reported
//===----------------------------------------------------------------------===//

// The body of f(a, b) that ties the knot; fresh objects where the test makes
// them so.
static const char Tie[] = R"(
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
)";

TEST(Evidence, AStoreThroughAPlaceThatTheCallerPasses) {
  EXPECT_THAT(cyclesOf(classes(R"(
  fn assign(to place B, what value B) {
    r0 = param to
    r1 = param what
    store r0, r1
  }
  fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r1 B back
    store r2, r0
    r3 = slot r0 A next
    call assign(r3, r1)
  })")),
              ElementsAre("A.next B.back"));
}

TEST(Evidence, ACallbackThatTheCallerKnowsIsRun) {
  EXPECT_THAT(cyclesOf(classes(R"(
  closure K invoke K.call creator f { a capture strong A }
  fn K.call(b value B) of K deferred {
    r0 = this
    r1 = slot r0 K a
    r2 = load r1
    r3 = slot r2 A next
    r4 = param b
    store r3, r4
  }
  fn apply(cb value, b value B) {
    r0 = param cb
    r1 = param b
    invoke r0(r1)
  }
  fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = alloc temp K
    r3 = slot r2 K a
    store r3, r0 init
    r4 = slot r1 B back
    store r4, r0
    call apply(r2, r1)
  })")),
              ElementsAre("A.next B.back"));
}

TEST(Evidence, AClosureThatIsCalledLaterMayCloseACycle) {
  EXPECT_THAT(cyclesOf(classes(R"(
  closure K invoke K.call creator f { a capture strong A; b capture strong B }
  fn K.call() of K deferred {
    r0 = this
    r1 = slot r0 K a
    r2 = load r1
    r3 = slot r2 A next
    r4 = slot r0 K b
    r5 = load r4
    store r3, r5
  }
  fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r1 B back
    store r2, r0
    r3 = alloc temp K
    r4 = slot r3 K a
    store r4, r0 init
    r5 = slot r3 K b
    store r5, r1 init
    r6 = slot r1 B cb
    store r6, r3 value
  })")),
              Contains("A.next B.back"));
}

TEST(Evidence, ABoundMethodRunsOnItsFirstArgument) {
  EXPECT_THAT(cyclesOf(classes(R"(
  bind M invoke A::tie creator f { 0 capture strong A; 1 capture strong B }
  fn A::tie(b value B) of A {
    r0 = this
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
  }
  fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r1 B back
    store r2, r0
    r3 = alloc temp M
    r4 = slot r3 M 0
    store r4, r0 init
    r5 = slot r3 M 1
    store r5, r1 init
    invoke r3()
  })")),
              ElementsAre("A.next B.back"));
}

TEST(Evidence, ParentsOfAnEarlierIterationAreTheSameObject) {
  // chapter = nullptr; for (...) { item = new; chapter->kids += item;
  // item->parent = chapter; }  with chapter assigned in another iteration.
  Evidence E =
      evidenceOf(R"(class N { parent strong N; kids container strong N }
  fn f() {
    local chapter
    r0 = var chapter
    r1 = null
    store r0, r1 init
    loop {
      r2 = alloc heap N
      if {
        r3 = var chapter
        store r3, r2
        continue
      }
      r4 = var chapter
      r5 = load r4
      r6 = slot r5 N kids
      store r6, r2 insert
      r7 = slot r2 N parent
      store r7, r5
    }
  })");
  ASSERT_EQ(E.Witnesses.size(), 1u);
  EXPECT_TRUE(E.Witnesses[0].MustAlias);
}

TEST(Evidence, AVirtualCallReachesItsOverriders) {
  EXPECT_THAT(cyclesOf(classes(R"(
  class I polymorphic
  class D polymorphic : I { owner strong A }
  fn I::set(a value A) of I virtual
  fn D::set(a value A) of D virtual overrides I::set {
    r0 = this
    r1 = param a
    r2 = slot r0 D owner
    store r2, r1
  }
  class H { part strong I }
  class A2 : A { h strong I }
  fn f(a value A2) {
    r0 = param a
    r1 = alloc heap D
    r2 = slot r0 A2 h
    store r2, r1
    call r1 I::set(r0) virtual
  })")),
              ElementsAre("A2.h D.owner"));
}

//===----------------------------------------------------------------------===//
// Leaks at an exit, and breaks
//===----------------------------------------------------------------------===//

static std::string leakOf(llvm::StringRef Text) {
  Evidence E = evidenceOf(Text);
  return E.Witnesses.empty() ? "no cycle" : E.Witnesses[0].LeaksAt;
}

/// "self A::f": how each break of the first cycle is classified.
static std::vector<std::string> breaksOf(llvm::StringRef Text) {
  static const char *const Names[] = {"dead", "owner", "self", "protocol",
                                      "keep-alive"};
  std::vector<std::string> Breaks;
  Evidence E = evidenceOf(Text);
  if (E.Witnesses.empty())
    return {"no cycle"};
  for (const HopBreak &B : E.Witnesses[0].Breaks)
    Breaks.push_back(Names[unsigned(B.Kind)] + (" " + B.Function));
  return Breaks;
}

static std::string fresh(llvm::StringRef Rest) {
  return classes("fn f() {\n r0 = alloc heap A\n r1 = alloc heap B\n" +
                 std::string(Tie) + Rest.str() + "\n}\n");
}

TEST(LeakAtExit, FreshObjectsThatNobodyElseKnowsLeak) {
  EXPECT_EQ(leakOf(fresh("")), "the end of 'f'");
}

TEST(LeakAtExit, AnEarlyReturnIsNamed) {
  EXPECT_EQ(leakOf(fresh("if { return } \n clear r3 null")),
            "a return from 'f'");
}

TEST(LeakAtExit, WhatIsReturnedIsNotLost) {
  EXPECT_EQ(leakOf(fresh("return r0")), "");
}

TEST(LeakAtExit, WhatOthersHoldIsNotLost) {
  EXPECT_EQ(leakOf(fresh("r4 = global g\n store r4, r0 raw")), "");
}

TEST(LeakAtExit, WhatUnknownCodeGotIsNotLost) {
  EXPECT_EQ(leakOf(fresh("call unknown_code(r1)")), "");
}

TEST(LeakAtExit, ParametersAreNotLost) {
  EXPECT_EQ(leakOf(classes("fn f(a value A, b value B) {\n r0 = param a\n"
                           " r1 = param b\n" +
                           std::string(Tie) + "}")),
            "");
}

TEST(LeakAtExit, ADestructorThatRunsAtTheExitCanBreak) {
  EXPECT_EQ(leakOf(classes(R"(
  class Owner { a strong A }
  fn ~Owner() of Owner dtor {
    r0 = this
    r1 = slot r0 Owner a
    r2 = load r1
    r3 = slot r2 A next
    clear r3 null
  }
  fn f() {
    local o destroys Owner
    r4 = alloc stack Owner
    r5 = var o
    store r5, r4 init
    r0 = alloc heap A
    r1 = alloc heap B
    r6 = slot r4 Owner a
    store r6, r0)" + std::string(Tie) +
                           "}")),
            "no cycle");
}

/// `f` has an owner on the heap, whose destructor comes behind `f`, and does
/// \p Rest with it.
static std::string ownerOnTheHeap(const std::string &Rest) {
  return classes(R"(
  class Owner { a strong A }
  fn f() {
    local o
    r4 = alloc heap Owner
    r5 = var o
    r0 = alloc heap A
    r1 = alloc heap B
    r6 = slot r4 Owner a
    store r6, r0)" +
                 std::string(Tie) + Rest + R"(
  }
  fn ~Owner() of Owner dtor {
    r0 = this
    r1 = slot r0 Owner a
    r2 = load r1
    r3 = slot r2 A next
    clear r3 null
  })");
}

TEST(LeakAtExit, TheDestructorOfWhatAHandleHoldsCanBreak) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init unique\n")), "no cycle");
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init strong\n")), "no cycle");
}

TEST(LeakAtExit, AVariableHoldsAsItsTypeDoes) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nr7 = null\n store r5, r7 init unique\n"
                                  "store r5, r4 assign raw\n")),
            "no cycle");
}

TEST(LeakAtExit, ALostOwnerBreaksNothing) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init raw\n")),
            "the end of 'f'");
}

TEST(LeakAtExit, AnOwnerThatTheCycleOwnsBreaksNothing) {
  EXPECT_EQ(leakOf(ownerOnTheHeap("\nstore r5, r4 init strong\n"
                                  "r7 = slot r1 B cb\nstore r7, r4 strong\n")),
            "the end of 'f'");
}

TEST(LeakAtExit, AThrowIsNamed) {
  EXPECT_EQ(leakOf(fresh("if { throw } \n clear r3 null")), "a throw from 'f'");
}

TEST(LeakAtExit, TheEndOfTheProgramProvesNothing) {
  EXPECT_EQ(leakOf(fresh("throw ends")), "");
}

TEST(LeakAtExit, AnOpenBranchMayMissAClear) {
  EXPECT_EQ(leakOf(fresh("if mayskip @ f.cpp:3:1 { \n clear r3 null \n }")),
            "the end of 'f'");
}

TEST(LeakAtExit, AClosedBranchDoesNotMissAClear) {
  EXPECT_EQ(leakOf(fresh("if maytake @ f.cpp:3:1 { \n clear r3 null \n }")),
            "");
}

TEST(LeakAtExit, ASecondChanceRulesOutTheFirstMiss) {
  EXPECT_EQ(leakOf(fresh("if mayskip @ f.cpp:3:1 { \n clear r3 null \n }\n"
                         "if mayskip @ f.cpp:3:1 { \n clear r3 null \n }")),
            "");
}

TEST(LeakAtExit, ALaterRoundMayClear) {
  EXPECT_EQ(leakOf(fresh(
                "loop {\n if mayskip @ f.cpp:3:1 { \n clear r3 null \n }\n }")),
            "");
}

TEST(Breaks, ADestructorOfAMemberCannotRun) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn ~A() of A dtor {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
  })"),
              ElementsAre("dead ~A"));
}

TEST(Breaks, AHelperThatOnlyADeadDestructorCallsCannotRun) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn ~A() of A dtor {
    r0 = this
    call r0 A::drop()
  }
  fn A::drop() of A {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
  }
  fn main() main { call f() })"),
              ElementsAre("dead A::drop"));
}

TEST(Breaks, ADestructorOutsideTheCycleCounts) {
  EXPECT_THAT(breaksOf(fresh("") + R"(class Owner { a strong A }
  fn ~Owner() of Owner dtor {
    r0 = this
    r1 = slot r0 Owner a
    r2 = load r1
    r3 = slot r2 A next
    clear r3 null
  })"),
              ElementsAre("owner ~Owner"));
}

TEST(Breaks, AFunctionThatMainReachesCounts) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn A::close() of A {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
  }
  fn main() main { r0 = alloc heap A; call r0 A::close() })"),
              ElementsAre("protocol A::close"));
}

TEST(Breaks, AFunctionThatNobodyCallsDoesNotCount) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn A::close() of A {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
  }
  fn main() main { call f() })"),
              IsEmpty());
}

TEST(Breaks, InALibraryAnybodyMayCallWhatIsVisible) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn A::close() of A {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
  })"),
              ElementsAre("protocol A::close"));
}

TEST(Breaks, FillingTheSlotAgainIsNoBreak) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn A::restart() of A {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
    r2 = alloc heap B
    store r1, r2
  })"),
              IsEmpty());
}

TEST(Breaks, AConstructorBreaksNothing) {
  EXPECT_THAT(breaksOf(fresh("") + R"(fn A::A() of A ctor {
    r0 = this
    r1 = slot r0 A next
    r2 = null
    store r1, r2
  })"),
              IsEmpty());
}

static const char SelfCapture[] = R"(fn f() of A {
    r0 = this
    r1 = alloc temp L
    r2 = slot r1 L self
    store r2, r0 init
    r3 = slot r0 A cb
    store r3, r1 value
  }
)";

TEST(Breaks, AClosureThatDropsItsCaptureBreaksItself) {
  EXPECT_THAT(breaksOf(R"(class A { cb function }
  closure L invoke L.call creator f { self capture strong A }
  fn L.call() of L deferred {
    r0 = this
    r1 = slot r0 L self
    clear r1 null
  }
)" + std::string(SelfCapture)),
              ElementsAre("self L.call"));
}

TEST(Breaks, DroppingACopyInANestedClosureBreaksNothing) {
  EXPECT_THAT(breaksOf(R"(class A { cb function }
  closure L invoke L.call creator f { self capture strong A }
  closure Inner invoke Inner.call creator L.call { self capture strong A }
  fn Inner.call() of Inner deferred {
    r0 = this
    r1 = slot r0 Inner self
    clear r1 null
  }
  fn L.call() of L deferred {
    r0 = this
    r1 = slot r0 L self
    r2 = load r1
    r3 = alloc temp Inner
    r4 = slot r3 Inner self
    store r4, r2 init
    call post(r3)
  }
)" + std::string(SelfCapture)),
              IsEmpty());
}

TEST(Breaks, MovingTheCallbackOutCounts) {
  EXPECT_THAT(breaksOf(classes(SelfCapture) + R"(fn A::finish() of A {
    local cb
    r0 = this
    r1 = slot r0 A cb
    r2 = load r1
    r3 = var cb
    store r3, r2 init
    clear r1 moveout
    invoke r2()
  })"),
              ElementsAre("protocol A::finish"));
}

//===----------------------------------------------------------------------===//
// More that must stay silent
//===----------------------------------------------------------------------===//

TEST(Silence, ChildrenHandedToTheConstructor) {
  EXPECT_THAT(cyclesOf(R"(class N { left strong N; right strong N }
  fn N::N(l value N, r value N) of N ctor {
    r0 = this
    r1 = param l
    r2 = slot r0 N left
    store r2, r1 init
    r3 = param r
    r4 = slot r0 N right
    store r4, r3 init
  }
  fn parse() {
    local sum
    r0 = var sum
    r1 = alloc heap N
    store r0, r1 init
    loop {
      r2 = alloc heap N
      r3 = var sum
      r4 = load r3
      r5 = alloc heap N
      call r2 N::N(r4, r5)
      store r3, r2
    }
    r6 = load r0
    return r6
  })"),
              IsEmpty());
}

TEST(Silence, AppendingToAList) {
  EXPECT_THAT(cyclesOf(R"(class N { next strong N }
  class List { head strong N; tail strong N }
  fn List::append(n value N) of List {
    r0 = this
    r1 = param n
    r2 = slot r0 List tail
    r3 = load r2
    if r3 {
      r4 = slot r3 N next
      store r4, r1
    } else {
      r5 = slot r0 List head
      store r5, r1
    }
    store r2, r1
  })"),
              IsEmpty());
}

TEST(Silence, InsertingIntoTheMiddleOfAList) {
  EXPECT_THAT(cyclesOf(R"(class N { next strong N }
  fn splice(p value N, n value N) {
    r0 = param p
    r1 = param n
    r2 = slot r0 N next
    r3 = load r2
    r4 = slot r1 N next
    store r4, r3
    store r2, r1
  })"),
              IsEmpty());
}

TEST(Silence, RotatingATree) {
  EXPECT_THAT(cyclesOf(R"(class N { l strong N; r strong N }
  fn rotate(x value N) {
    r0 = param x
    r1 = slot r0 N r
    r2 = load r1
    r3 = slot r2 N l
    r4 = load r3
    store r1, r4
    store r3, r0
    return r2
  })"),
              IsEmpty());
}

TEST(Silence, StepsThatCaptureTheStepBefore) {
  EXPECT_THAT(cyclesOf(R"(class S { next function }
  closure L invoke L.call creator build { following capture strong S }
  fn L.call() of L deferred { }
  fn build() {
    local following
    r0 = var following
    r1 = null
    store r0, r1 init
    loop {
      r2 = alloc heap S
      r3 = load r0
      if r3 {
        r4 = alloc temp L
        r5 = slot r4 L following
        store r5, r3 init
        r6 = slot r2 S next
        store r6, r4 value
      }
      store r0, r2
    }
    r7 = load r0
    return r7
  })"),
              IsEmpty());
}

TEST(Silence, AClosureHandedToTheLibraryIsNotStored) {
  EXPECT_THAT(cyclesOf(classes(R"(fn async_read(cb value) system
  fn f() of A {
    r0 = this
    r1 = alloc temp L
    r2 = slot r1 L self
    store r2, r0 init
    call async_read(r1)
  })")),
              IsEmpty());
}

TEST(Silence, ACaptureOfThisOrAWeakHandleOwnsNothing) {
  EXPECT_THAT(cyclesOf(R"(class A { cb function }
  closure L invoke L.call creator f { this capture raw A; weak capture weak A }
  fn L.call() of L deferred { }
  fn f() of A {
    r0 = this
    r1 = alloc temp L
    r2 = slot r1 L this
    store r2, r0 init raw
    r3 = slot r1 L weak
    store r3, r0 init weak
    r4 = slot r0 A cb
    store r4, r1 value
  })"),
              IsEmpty());
}

TEST(Silence, SoleOwnersAloneMakeNoCycle) {
  EXPECT_THAT(cyclesOf(R"(class A { b unique B }
  class B { a unique A }
  fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A b
    store r2, r1
    r3 = slot r1 B a
    store r3, r0
  })"),
              IsEmpty());
}

TEST(Silence, OverwritingAHopEndsTheCycle) {
  EXPECT_THAT(cyclesOf(fresh("r4 = alloc heap B\n store r2, r4")), IsEmpty());
}

TEST(Silence, ACalleeThatClearsEndsTheCycle) {
  EXPECT_THAT(cyclesOf(fresh("call r0 A::close()") + R"(fn A::close() of A {
    r0 = this
    r1 = slot r0 A next
    r2 = load r1
    if r2 {
      clear r1 null
    }
  })"),
              IsEmpty());
}

TEST(Silence, TwoElementsOfOneContainerAreTwoObjects) {
  EXPECT_THAT(cyclesOf(R"(class N { to container strong N }
  class G { all container strong N }
  fn G::link() of G {
    r0 = this
    r1 = slot r0 G all
    r2 = load r1 element
    r3 = load r1 element
    r4 = slot r2 N to
    store r4, r3 insert
  })"),
              IsEmpty());
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

TEST(LeakAtExit, AJobThatAlwaysPostsAnotherIsNeverGone) {
  EXPECT_EQ(leakOf(queueWithJobs("if maytake mayskip @ f.cpp:3:1")),
            "the end of 'f'");
}

TEST(Silence, AQueueThatIsDrainedKeepsNothing) {
  EXPECT_EQ(leakOf(queueWithJobs("if")), "");
}

TEST(Silence, WeakAndRawBackPointersMakeNoCycle) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B weak
    store r3, r0
    r4 = slot r1 B raw
    store r4, r0
  })")),
              IsEmpty());
}

TEST(Silence, StoresOnWaysThatExcludeEachOtherMakeNoCycle) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    if {
      r2 = slot r0 A next
      store r2, r1
    } else {
      r3 = slot r1 B back
      store r3, r0
    }
  })")),
              IsEmpty());
}

TEST(Silence, WhatIsClearedBeforeTheEndMakesNoCycle) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
    clear r3 null
  })")),
              IsEmpty());
}
