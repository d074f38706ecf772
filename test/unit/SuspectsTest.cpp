// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The closing-store rule over whole programs: which components of stored edges
// hold a late store, and which cannot hold a cycle of objects.

#include "evidence/Suspects.h"
#include "EvidenceOf.h"
#include "gmock/gmock.h"
#include <array>
#include <random>

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::IsEmpty;

static std::vector<std::string> suspectsOf(llvm::StringRef Text) {
  return hopsOf(evidenceOf(Text).Suspects);
}

static const char Node[] = "class N { next strong N; other strong N }\n";

static std::string inF(llvm::StringRef Body) {
  return Node + ("fn f(p value N, n value N) {\n r0 = param p\n r1 = param n\n"
                 " r2 = slot r0 N next\n r3 = slot r1 N next\n" +
                 Body.str() + "\n}\n");
}

TEST(Suspects, AStoreOfOneParameterIntoAnother) {
  EXPECT_THAT(suspectsOf(inF("store r2, r1")), ElementsAre("N.next"));
}

TEST(Suspects, TwoSettersThatNobodyIsSeenToCallTogether) {
  EXPECT_EQ(suspectsOf(R"(class A { b strong B }
  class B { a strong A }
  fn A::set(b value B) of A {
    r0 = this
    r1 = param b
    r2 = slot r0 A b
    store r2, r1
  }
  fn B::set(a value A) of B {
    r0 = this
    r1 = param a
    r2 = slot r0 B a
    store r2, r1
  })")
                .size(),
            1u);
}

TEST(Suspects, AClosureInAFunctionSlotLeadsToItsCaptures) {
  EXPECT_THAT(suspectsOf(R"(class A { cb function }
  closure L invoke L.call creator f { a capture strong A }
  fn L.call() of L deferred { }
  fn f(a value A, b value A) {
    r0 = param a
    r1 = param b
    r2 = alloc temp L
    r3 = slot r2 L a
    store r3, r1 init
    r4 = slot r0 A cb
    store r4, r2 value
  })"),
              ElementsAre("A.cb L.a"));
}

TEST(Suspects, WhatALaterIterationKnowsIsNotFresh) {
  EXPECT_EQ(suspectsOf(R"(class A { b strong B }
  class B { a strong A }
  fn f() {
    r0 = alloc heap A
    r1 = alloc heap B
    r2 = slot r0 A b
    r3 = slot r1 B a
    loop {
      if {
        store r2, r1
      } else {
        store r3, r0
      }
    }
  })")
                .size(),
            1u);
}

TEST(Suspects, ARemovalOnThePathEndsAShortcut) {
  EXPECT_THAT(suspectsOf(inF("r4 = load r2\n r5 = slot r4 N next\n"
                             "r6 = load r5\n clear r5 null\n store r2, r6")),
              ElementsAre("N.next"));
}

//===----------------------------------------------------------------------===//
// What must stay silent
//===----------------------------------------------------------------------===//

TEST(Suspects, AFreshTarget) {
  EXPECT_THAT(suspectsOf(inF("r4 = alloc heap N\n store r2, r4")), IsEmpty());
}

TEST(Suspects, AFreshHolder) {
  EXPECT_THAT(suspectsOf(inF("r4 = alloc heap N\n r5 = slot r4 N next\n"
                             "store r5, r0")),
              IsEmpty());
}

TEST(Suspects, AShortcut) {
  EXPECT_THAT(suspectsOf(inF("r4 = load r2\n r5 = slot r4 N next\n"
                             "r6 = load r5\n store r2, r6")),
              IsEmpty());
}

TEST(Suspects, ASplice) {
  EXPECT_THAT(suspectsOf("class N { next strong N }\n"
                         "fn f(p value N) {\n r0 = param p\n"
                         " r1 = alloc heap N\n r2 = slot r0 N next\n"
                         " r3 = slot r1 N next\n r4 = load r2\n"
                         " store r3, r4\n store r2, r1\n}\n"),
              IsEmpty());
}

TEST(Suspects, ASetterWhoseCallersAllHaveNewObjects) {
  EXPECT_THAT(suspectsOf(inF("store r2, r1") +
                         "fn main() main {\n r0 = alloc heap N\n"
                         " r1 = alloc heap N\n call f(r0, r1)\n}\n"),
              IsEmpty());
}

TEST(Suspects, WhyAComponentIsDischargedIsKept) {
  Evidence E = evidenceOf(inF("r4 = alloc heap N\n store r2, r4"));
  ASSERT_EQ(E.Discharged.size(), 1u);
  EXPECT_THAT(E.Discharged[0].Classes, ElementsAre("N"));
}

//===----------------------------------------------------------------------===//
// Random programs
//===----------------------------------------------------------------------===//

namespace {

/// A straight program over objects of one class, run for real while it is
/// written: does a cycle of objects ever exist?
class RandomProgram {
public:
  explicit RandomProgram(unsigned Seed) : Random(Seed) {}
  std::string write(unsigned Steps);
  bool hadCycle() const { return Cyclic; }

private:
  unsigned below(unsigned N) { return Random() % N; }
  void create();
  void set(unsigned Object, unsigned Slot, int To);
  bool reaches(int From, unsigned To) const;

  std::mt19937 Random;
  std::string Text;
  std::vector<std::array<int, 2>> Objects;
  unsigned NextReg = 0;
  std::vector<unsigned> Regs;
  bool Cyclic = false;
};

} // namespace

void RandomProgram::create() {
  Regs.push_back(NextReg);
  Text += "r" + std::to_string(NextReg++) + " = alloc heap N\n";
  Objects.push_back({-1, -1});
}

bool RandomProgram::reaches(int From, unsigned To) const {
  std::vector<int> Work{From};
  std::vector<bool> Seen(Objects.size());
  while (!Work.empty()) {
    int O = Work.back();
    Work.pop_back();
    if (O < 0 || Seen[O])
      continue;
    if (unsigned(O) == To)
      return true;
    Seen[O] = true;
    Work.insert(Work.end(), Objects[O].begin(), Objects[O].end());
  }
  return false;
}

void RandomProgram::set(unsigned Object, unsigned Slot, int To) {
  std::string Reg = "r" + std::to_string(NextReg++);
  Text += Reg + " = slot r" + std::to_string(Regs[Object]) + " N " +
          (Slot ? "other" : "next") + "\n";
  Text += To < 0 ? "clear " + Reg + " null\n"
                 : "store " + Reg + ", r" + std::to_string(Regs[To]) + "\n";
  Objects[Object][Slot] = To;
  Cyclic |= To >= 0 && reaches(To, Object);
}

std::string RandomProgram::write(unsigned Steps) {
  Text = std::string(Node) + "fn f() {\n";
  create();
  for (unsigned I = 0; I != Steps; ++I) {
    unsigned Count = unsigned(Objects.size());
    if (below(3) == 0)
      create();
    else
      set(below(Count), below(2), below(4) ? int(below(Count)) : -1);
  }
  return Text + "}\n";
}

TEST(Suspects, NoCycleWithoutALateStore) {
  unsigned Discharged = 0, Cyclic = 0;
  for (unsigned Seed = 0; Seed != 2000; ++Seed) {
    RandomProgram R(Seed);
    Evidence E = evidenceOf(R.write(4 + Seed % 8));
    bool Silent = E.Witnesses.empty() && E.Suspects.empty();
    EXPECT_FALSE(Silent && R.hadCycle()) << "seed " << Seed;
    Discharged += Silent;
    Cyclic += R.hadCycle();
  }
  EXPECT_GT(Discharged, 150u); // The rule says something,
  EXPECT_GT(Cyclic, 200u);     // and there was something to say.
}
