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
