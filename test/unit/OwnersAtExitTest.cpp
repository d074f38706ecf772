// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who else owns what a hop leads to, as the function that builds the cycle and
// its callers see it. A.next and B.back are the two hops.

#include "evidence/OwnersAtExit.h"
#include "EvidenceOf.h"
#include "gmock/gmock.h"

using namespace refcycle::analyzer;
using testing::ElementsAre;

/// The answers for A.next and B.back of the one cycle of the program.
static std::vector<SeenOwner> ownersIn(llvm::StringRef Functions) {
  Evidence E = evidenceOf((R"(class A { next strong B }
class B { back strong A }
class Keeper { kept container strong B }
)" + Functions)
                              .str());
  std::vector<SeenOwner> Owners;
  EXPECT_EQ(E.Witnesses.size(), 1u);
  for (const CycleWitness &W : E.Witnesses)
    for (const EvidenceHop &H : W.Hops)
      Owners.push_back(H.Owner);
  return Owners;
}

// A::f() makes a B, which refers back to its maker.
static const char Maker[] = R"(fn A::f() of A {
    r0 = this
    r1 = alloc heap B
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
  }
)";

TEST(OwnersAtExit, WhatAnObjectMakesForItselfHasNoOther) {
  EXPECT_THAT(ownersIn(Maker), ElementsAre(SeenOwner::None, SeenOwner::Object));
}

TEST(OwnersAtExit, ParametersAreOwnedOutside) {
  EXPECT_THAT(ownersIn(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
  })"),
              ElementsAre(SeenOwner::Outside, SeenOwner::Outside));
}

TEST(OwnersAtExit, ACallerMayHandOverTheOnlyHandle) {
  EXPECT_THAT(ownersIn(R"(fn A::add(b value B) of A {
    r0 = this
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
  }
  fn A::open() of A {
    r0 = this
    r1 = alloc heap B
    call r0 A::add(r1)
  })"),
              ElementsAre(SeenOwner::None, SeenOwner::Object));
}

TEST(OwnersAtExit, VariablesOwnLocals) {
  EXPECT_THAT(ownersIn(R"(fn f() {
    local a
    r0 = alloc heap A
    r1 = alloc heap B
    r2 = var a
    store r2, r0 init strong
    r3 = slot r0 A next
    store r3, r1
    r4 = slot r1 B back
    store r4, r0
  })"),
              ElementsAre(SeenOwner::None, SeenOwner::Variable));
}

TEST(OwnersAtExit, CallersOfAFunctionThatLeaksSayNothing) {
  // The variable of run() owned the A; main() sees garbage only.
  EXPECT_THAT(ownersIn(std::string(Maker) + R"(fn run() {
    local a
    r0 = alloc heap A
    r1 = var a
    store r1, r0 init strong
    call r0 A::f()
  }
  fn main() main {
    call run()
  })"),
              ElementsAre(SeenOwner::None, SeenOwner::Object));
}

TEST(OwnersAtExit, ATemporaryOwnsNothingLater) {
  EXPECT_THAT(ownersIn(std::string(Maker) + R"(fn run() {
    r0 = alloc heap A
    call r0 A::f()
  })"),
              ElementsAre(SeenOwner::None, SeenOwner::None));
}

TEST(OwnersAtExit, WhatIsReturnedIsOwnedOutside) {
  EXPECT_THAT(ownersIn(R"(fn f() {
    r0 = alloc heap A
    r1 = alloc heap B
    r3 = slot r0 A next
    store r3, r1
    r4 = slot r1 B back
    store r4, r0
    return r1
  })"),
              ElementsAre(SeenOwner::Outside, SeenOwner::None));
}

TEST(OwnersAtExit, AnotherSlotOfWhatGoesOn) {
  EXPECT_THAT(ownersIn(R"(fn f(k value Keeper) {
    r0 = alloc heap A
    r1 = alloc heap B
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
    r4 = param k
    r5 = slot r4 Keeper kept
    store r5, r1
  })"),
              ElementsAre(SeenOwner::Outside, SeenOwner::None));
}

TEST(OwnersAtExit, WhatWasFoundInTheSlotIsUnseen) {
  EXPECT_THAT(ownersIn(R"(fn A::f() of A {
    r0 = this
    r1 = slot r0 A next
    r2 = load r1
    r3 = slot r2 B back
    store r3, r0
  })"),
              ElementsAre(SeenOwner::Unseen, SeenOwner::Object));
}
