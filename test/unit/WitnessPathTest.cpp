// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cycle that stands for a component is the shortest one.

#include "graph/WitnessPath.h"
#include "graph/TextGraph.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

static std::string witnessOf(llvm::StringRef Text) {
  OwnershipGraph G = llvm::cantFail(parseGraph(Text));
  std::vector<Component> Components = findOwningComponents(G);
  if (Components.empty())
    return "";
  std::string Line;
  for (const Edge &E : shortestCycle(G, Components[0]))
    Line += (Line.empty() ? "" : " ") + G.name(E.From);
  return Line;
}

TEST(WitnessPath, AnAcyclicGraphHasNone) { EXPECT_EQ(witnessOf("A => B"), ""); }

TEST(WitnessPath, TheShorterOfTwoCyclesIsShown) {
  EXPECT_EQ(witnessOf("A => B; B => C; C => A; C => B"), "B C");
}

TEST(WitnessPath, AnObjectThatHoldsItselfIsShortest) {
  EXPECT_EQ(witnessOf("A => B; B => A; B => B"), "B");
}

TEST(WitnessPath, WeakShortcutsDoNotCount) {
  EXPECT_EQ(witnessOf("A => B; B => C; C => A; B ~> A"), "A B C");
}
