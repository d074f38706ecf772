// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of a slot after two ways were joined.

#include "evidence/Heap.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

namespace {
constexpr NodeIndex Holder = 2, Member = 3, Queue = 4, Callable = 5;
constexpr TraceId PostTrace = 7;
const SlotKey Slot{{0}, 0};

HeapEdge edgeTo(NodeIndex Target, TraceId Trace) {
  HeapEdge E;
  E.Target = Target;
  E.Kind = Hold::Strong;
  E.Trace = Trace;
  return E;
}

HeapState withMember() {
  HeapState S;
  S.addEdge({Holder, Slot}, edgeTo(Member, 1));
  return S;
}

const HeapEdge &memberOf(const HeapState &S) {
  return S.find({Holder, Slot})->Edges[0];
}

Way waiting() {
  Way W;
  W.With = PostTrace;
  return W;
}
} // namespace

// One way lets go, the other one posts a callable.
TEST(Heap, WhereTheCallableRunsItsWayWasTaken) {
  HeapState S = withMember(), Posts = withMember();
  S.kill({Holder, Slot});
  Posts.addEdge({Queue, Slot}, edgeTo(Callable, PostTrace));
  S.join(Posts, {}, waiting());
  EXPECT_TRUE(memberOf(S).MaybeCleared);
  EXPECT_FALSE(memberOf(S).Missed);
  S.kill({Queue, Slot}); // Taken out of the queue.
  S.assumeStored(Callable);
  EXPECT_FALSE(memberOf(S).MaybeCleared);
}

TEST(Heap, AnotherCallableSaysNothing) {
  HeapState S = withMember(), Posts = withMember();
  S.kill({Holder, Slot});
  Posts.addEdge({Queue, Slot}, edgeTo(Callable, PostTrace));
  Posts.addEdge({Queue, Slot}, edgeTo(Callable + 1, PostTrace + 1));
  S.join(Posts, {}, waiting());
  S.assumeStored(Callable + 1);
  EXPECT_TRUE(memberOf(S).MaybeCleared);
}

TEST(Heap, WhatIsPostedOnBothWaysSaysNothing) {
  HeapState Posts = withMember(), S = withMember();
  Posts.addEdge({Queue, Slot}, edgeTo(Callable, PostTrace));
  S.addEdge({Queue, Slot}, edgeTo(Callable, PostTrace));
  S.kill({Holder, Slot});
  Posts.join(S, waiting(), {});
  Posts.assumeStored(Callable);
  EXPECT_TRUE(memberOf(Posts).MaybeCleared);
}

// It may be gone for another reason, too.
TEST(Heap, ASecondClearIsNotForgotten) {
  HeapState S = withMember(), Posts = withMember();
  S.kill({Holder, Slot});
  Posts.addEdge({Queue, Slot}, edgeTo(Callable, PostTrace));
  S.join(Posts, {}, waiting());
  S.maybeKill({Holder, Slot});
  S.assumeStored(Callable);
  EXPECT_TRUE(memberOf(S).MaybeCleared);
}

TEST(Heap, AnOpenWayIsTheOneThatIsNamed) {
  HeapState S = withMember(), Stays = withMember(), Posts = withMember();
  S.kill({Holder, Slot});
  Way Open;
  Open.Loc.Line = 12;
  S.join(Stays, {}, Open);
  Posts.addEdge({Queue, Slot}, edgeTo(Callable, PostTrace));
  S.join(Posts, {}, waiting());
  EXPECT_EQ(memberOf(S).Missed, Open);
}
