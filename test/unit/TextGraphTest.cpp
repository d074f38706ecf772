// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Graphs as text survive a round trip.

#include "graph/TextGraph.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

static std::string reprinted(llvm::StringRef Text) {
  llvm::Expected<OwnershipGraph> G = parseGraph(Text);
  if (!G)
    return llvm::toString(G.takeError());
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  print(*G, OS);
  return Out;
}

TEST(TextGraph, EveryKindSurvivesARoundTrip) {
  EXPECT_EQ(reprinted("A => B [next]; A -> C; A :> D; B ~> A; B .> C"),
            "A -> C\nA :> D\nA => B [next]\nB .> C\nB ~> A\nC\nD\n");
}

TEST(TextGraph, NamesMayContainBlanksAndArrows) {
  EXPECT_EQ(reprinted("(lambda at a.cpp:1:2) => X::operator->"),
            "(lambda at a.cpp:1:2) => X::operator->\nX::operator->\n");
}

TEST(TextGraph, AnEdgeNeedsTwoEnds) {
  EXPECT_THAT(reprinted("A =>  "), testing::HasSubstr("A =>"));
  EXPECT_THAT(reprinted(" => B"), testing::Not(testing::IsEmpty()));
}
