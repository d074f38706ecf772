// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What whole programs show: facts as text in, cycles out. First what must be
// reported, then, longer, what must stay silent.

#include "evidence/Evidence.h"
#include "facts/FactsText.h"
#include "link/Linker.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::IsEmpty;

static Evidence evidenceOf(llvm::StringRef Text) {
  llvm::Expected<TuFacts> Facts = parseFacts(Text);
  if (!Facts) {
    ADD_FAILURE() << llvm::toString(Facts.takeError());
    return {};
  }
  Linker L;
  L.add(std::move(*Facts));
  LinkedProgram P = L.finish();
  return gatherEvidence(P);
}

/// "Session.on_close L.self": the hops of each cycle.
static std::vector<std::string> cyclesOf(llvm::StringRef Text) {
  std::vector<std::string> Cycles;
  for (const CycleWitness &W : evidenceOf(Text).Witnesses) {
    std::string Hops;
    for (const EvidenceHop &H : W.Hops)
      Hops += (Hops.empty() ? "" : " ") + H.From + "." + H.Via;
    Cycles.push_back(Hops);
  }
  return Cycles;
}

static std::string classes(llvm::StringRef Rest) {
  return (R"(class A { next strong B; kids container strong B; cb function }
class B { back strong A; weak weak A; raw raw A; cb function }
closure L invoke L.call creator f { self capture strong A }
fn L.call() of L deferred { }
)" + Rest).str();
}

TEST(Evidence, AnInversePairInOneFunction) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
  })")), ElementsAre("A.next B.back"));
}

TEST(Evidence, AClosureStoredInWhatItCaptures) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f() of A {
    r0 = this
    r1 = alloc temp L
    r2 = slot r1 L self
    store r2, r0 init
    r3 = slot r0 A cb
    store r3, r1 value
  })")), ElementsAre("A.cb L.self"));
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
  })")), ElementsAre("A.next B.back"));
}

TEST(Evidence, WeakAndRawBackPointersMakeNoCycle) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B weak
    store r3, r0
    r4 = slot r1 B raw
    store r4, r0
  })")), IsEmpty());
}

TEST(Evidence, StoresOnWaysThatExcludeEachOtherMakeNoCycle) {
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
  })")), IsEmpty());
}

TEST(Evidence, WhatIsClearedBeforeTheEndMakesNoCycle) {
  EXPECT_THAT(cyclesOf(classes(R"(fn f(a value A, b value B) {
    r0 = param a
    r1 = param b
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
    clear r3 null
  })")), IsEmpty());
}
