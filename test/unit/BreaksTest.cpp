// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What could end a cycle, and what of that can run while the cycle lives.

#include "evidence/Breaks.h"
#include "EvidenceOf.h"
#include "gmock/gmock.h"

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::IsEmpty;

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

// A public function that breaks the cycle.
static const char Close[] = R"(fn A::close() of A {
    r0 = this
    r1 = slot r0 A next
    clear r1 null
  })";

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
  EXPECT_THAT(breaksOf(fresh("") + OwnerDestructor),
              ElementsAre("owner ~Owner"));
}

TEST(Breaks, AFunctionThatMainReachesCounts) {
  EXPECT_THAT(breaksOf(fresh("") + Close + R"(
  fn main() main { r0 = alloc heap A; call r0 A::close() })"),
              ElementsAre("protocol A::close"));
}

TEST(Breaks, AFunctionThatNobodyCallsDoesNotCount) {
  EXPECT_THAT(breaksOf(fresh("") + Close + R"(
  fn main() main { call f() })"),
              IsEmpty());
}

TEST(Breaks, InALibraryAnybodyMayCallWhatIsVisible) {
  EXPECT_THAT(breaksOf(fresh("") + Close), ElementsAre("protocol A::close"));
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
