// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cyclic components: rules one by one, then random graphs against a naive
// closure, then one deep graph for the stack.

#include "graph/Components.h"
#include "graph/TextGraph.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <random>
#include <set>

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::IsEmpty;

// "A => B" is a strong edge, "A ~> B" a weak one.
static std::vector<std::string> componentsOf(llvm::StringRef Text) {
  OwnershipGraph G = llvm::cantFail(parseGraph(Text));
  std::vector<std::string> Names;
  for (const Component &C : findOwningComponents(G)) {
    std::string Line;
    for (NodeId N : C)
      Line += (Line.empty() ? "" : " ") + G.name(N);
    Names.push_back(Line);
  }
  return Names;
}

TEST(OwningComponents, AcyclicGraphHasNone) {
  EXPECT_THAT(componentsOf("A => B; B => C; A => C"), IsEmpty());
}

TEST(OwningComponents, SelfOwnershipIsACycle) {
  EXPECT_THAT(componentsOf("A => A"), ElementsAre("A"));
}

TEST(OwningComponents, WeakEdgeBreaksTheCycle) {
  EXPECT_THAT(componentsOf("A => B; B ~> A"), IsEmpty());
}

TEST(OwningComponents, RawEdgeBreaksTheCycle) {
  EXPECT_THAT(componentsOf("A => B; B .> A"), IsEmpty());
}

TEST(OwningComponents, PartsAndSoleOwnersKeepAlive) {
  EXPECT_THAT(componentsOf("A :> B; B -> C; C => A"), ElementsAre("A B C"));
}

TEST(OwningComponents, OverlappingCyclesAreOneComponent) {
  // A-B and B-C share B: a user sees one knot, not two.
  EXPECT_THAT(componentsOf("A => B; B => A; B => C; C => B"),
              ElementsAre("A B C"));
}

TEST(OwningComponents, OwnedComponentsComeFirst) {
  EXPECT_THAT(componentsOf("A => A; A => B; B => B"), ElementsAre("B", "A"));
}

using Matrix = std::vector<std::vector<bool>>;

/// Who keeps whom alive, by Floyd and Warshall.
static Matrix closureOf(const OwnershipGraph &G) {
  Matrix M(G.size(), std::vector<bool>(G.size()));
  for (const Edge &E : G.edges())
    if (keepsAlive(E.Kind))
      M[E.From.Index][E.To.Index] = true;
  for (size_t K = 0; K != G.size(); ++K)
    for (size_t I = 0; I != G.size(); ++I)
      for (size_t J = 0; J != G.size(); ++J)
        M[I][J] = M[I][J] || (M[I][K] && M[K][J]);
  return M;
}

static std::set<Component> naiveComponents(const OwnershipGraph &G) {
  Matrix M = closureOf(G);
  std::set<Component> Components;
  for (uint32_t I = 0; I != G.size(); ++I) {
    Component C;
    for (uint32_t J = 0; J != G.size(); ++J)
      if (M[I][J] && M[J][I])
        C.push_back({J});
    if (!C.empty())
      Components.insert(C);
  }
  return Components;
}

TEST(OwningComponents, AgreesWithTheClosureOnRandomGraphs) {
  std::mt19937 Random(1);
  for (unsigned Round = 0; Round != 20000; ++Round) {
    OwnershipGraph::Builder B;
    unsigned Nodes = 1 + Random() % 6, Edges = Random() % 10;
    for (unsigned I = 0; I != Nodes; ++I)
      B.addNode(std::string(1, char('A' + I)));
    for (unsigned I = 0; I != Edges; ++I)
      B.addEdge({unsigned(Random() % Nodes)}, {unsigned(Random() % Nodes)},
                EdgeKind(Random() % 5), "");
    OwnershipGraph G = B.build();
    std::vector<Component> Found = findOwningComponents(G);
    EXPECT_EQ(std::set<Component>(Found.begin(), Found.end()),
              naiveComponents(G));
  }
}

TEST(OwningComponents, ARingOfAMillionDoesNotOverflowTheStack) {
  constexpr uint32_t Size = 1000000;
  OwnershipGraph::Builder B;
  for (uint32_t I = 0; I != Size; ++I)
    B.addNode("");
  for (uint32_t I = 0; I != Size; ++I)
    B.addEdge({I}, {(I + 1) % Size}, EdgeKind::Strong, "");
  std::vector<Component> Found = findOwningComponents(B.build());
  ASSERT_EQ(Found.size(), 1u);
  EXPECT_EQ(Found[0].size(), Size);
}
