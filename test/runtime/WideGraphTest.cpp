// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Graphs wider than the collector's list of objects to follow: the rest is
// found by walking pages again (src/deduction.cpp, reasonable_pending).

#include "refcycle/gc.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace gc = refcycle::gc;

namespace {

/// Not in a cycle by its type alone: `back` makes every object part of one.
struct node {
  std::vector<refcycle::ref<node>> kids;
  refcycle::ref<node> back;
};

using node_ref = refcycle::ref<node>;

class WideGraph : public testing::Test {
protected:
  void SetUp() override {
    gc::collect();
    gc::disable();
  }
  void TearDown() override { gc::enable(); }
};

/// A root over `width` objects, each over `width` others made before it, so
/// that what a walk over pages reaches lies behind it as often as before it.
node_ref make_layers(int layers, std::size_t width) {
  std::minstd_rand random(5);
  std::vector<node_ref> below, all;
  for (int layer = 0; layer != layers; ++layer) {
    std::vector<node_ref> here(width);
    for (node_ref &n : here) {
      n = refcycle::make<node>();
      for (int i = 0; i != 3 && !below.empty(); ++i)
        n->kids.push_back(below[random() % below.size()]);
    }
    for (std::size_t i = 0; i != below.size(); ++i)
      here[i]->kids.push_back(below[i]); // Nobody is left out.
    below = std::move(here);
  }
  auto root = refcycle::make<node>();
  root->kids = std::move(below);
  for (node_ref &kid : root->kids)
    kid->back = root;
  return root;
}

TEST_F(WideGraph, SurvivesWhileItsRootIsHeld) {
  node_ref root = make_layers(4, 20'000);
  for (int i = 0; i != 3; ++i)
    EXPECT_EQ(gc::collect().objects_freed, 0u);
  std::size_t reached = 0;
  for (node_ref at = root; at; at = at->kids.empty() ? nullptr : at->kids[0])
    ++reached;
  EXPECT_EQ(reached, 5u);
}

TEST_F(WideGraph, IsFreedWhole) {
  node_ref root = make_layers(4, 20'000);
  gc::collect();
  root = nullptr;
  EXPECT_EQ(gc::collect().objects_freed, 4 * 20'000u + 1);
}

TEST_F(WideGraph, DiesWithoutTheOneBesideIt) {
  node_ref alive = make_layers(3, 5'000);
  node_ref dead = make_layers(3, 5'000);
  dead = nullptr;
  EXPECT_EQ(gc::collect().objects_freed, 3 * 5'000u + 1);
  EXPECT_EQ(gc::collect().objects_freed, 0u);
  EXPECT_EQ(alive->kids.size(), 5'000u);
}

} // namespace
