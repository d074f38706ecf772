// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A million random mutations of an object graph, checked against a naive tracer
// that keeps its own picture of who points to whom.

#include "refcycle/gc.h"
#include "refcycle/testing.h"

#include <gtest/gtest.h>
#include <random>
#include <unordered_set>

namespace refcycle {
namespace {

class World;

/// Reports its death to the world, which knows whether it may die.
struct Node {
  World *world;
  int number;
  ref<Node> left;
  std::vector<ref<Node>> kids;
  std::map<int, ref<Node>> named;

  Node(World *w, int n) : world(w), number(n) {}
  ~Node();
  REFCYCLE_TRACE(Node, left, kids, named)
};

/// The graph twice: in real objects, and as plain numbers.
class World {
public:
  explicit World(unsigned seed) : random(seed), roots(300) {}

  void mutate() {
    switch (random() % 40) {
    case 0:
    case 1:
      return put_root(pick(), make_node());
    case 2:
      return put_root(pick(), {});
    case 3:
      return put_root(pick(), roots[pick()]);
    case 4:
    case 5:
    case 6:
      if (ref<Node> from = walk())
        connect(from, make_node());
      return;
    default:
      break;
    }
    if (ref<Node> from = walk())
      connect(from, random() % 3 == 0 ? ref<Node>() : walk());
  }

  /// Every object that the picture calls reachable is alive, and after a full
  /// collection no other one.
  void compare(bool collected) {
    std::unordered_set<int> reachable = trace();
    for (int number : reachable)
      ASSERT_TRUE(alive.contains(number));
    if (collected) {
      ASSERT_EQ(alive.size(), reachable.size());
    }
  }

  void died(int number) { alive.erase(number); }
  void clear() {
    for (ref<Node> &root : roots)
      root.reset();
  }
  std::size_t count() const { return alive.size(); }

private:
  std::size_t pick() { return random() % roots.size(); }
  void put_root(std::size_t at, ref<Node> node) { roots[at] = std::move(node); }

  ref<Node> make_node() {
    auto node = make<Node>(this, next_number++);
    alive.emplace(node->number, node.get());
    return node;
  }

  ref<Node> walk() {
    ref<Node> at = roots[pick()];
    for (unsigned steps = random() % 6; at && steps != 0; --steps) {
      ref<Node> next = at->left;
      if (!at->kids.empty() && random() % 2)
        next = at->kids[random() % at->kids.size()];
      if (!next)
        break;
      at = next;
    }
    return at;
  }

  void connect(const ref<Node> &from, ref<Node> to) {
    switch (random() % 5) {
    case 0:
    case 1:
      from->left = std::move(to);
      break;
    case 2:
      if (from->kids.size() < 4)
        from->kids.push_back(std::move(to));
      else
        from->kids.clear();
      break;
    case 3:
      if (!from->kids.empty())
        from->kids.pop_back();
      break;
    default:
      from->named[static_cast<int>(random() % 3)] = std::move(to);
    }
  }

  /// The naive tracer: follows members from the roots, knows no counts.
  std::unordered_set<int> trace() const {
    std::unordered_set<int> seen;
    std::vector<const Node *> pending;
    auto reach = [&](const ref<Node> &r) {
      if (r && seen.insert(r->number).second)
        pending.push_back(r.get());
    };
    for (const ref<Node> &root : roots)
      reach(root);
    while (!pending.empty()) {
      const Node *node = pending.back();
      pending.pop_back();
      reach(node->left);
      for (const ref<Node> &kid : node->kids)
        reach(kid);
      for (const auto &[key, target] : node->named)
        reach(target);
    }
    return seen;
  }

  std::mt19937 random;
  std::vector<ref<Node>> roots;
  std::unordered_map<int, Node *> alive;
  int next_number = 0;
};

Node::~Node() { world->died(number); }

TEST(RandomGraph, MillionMutationsAgreeWithANaiveTracer) {
  testing::isolation alone;
  gc::enable();
  gc::set_threshold(200, 5, 5);
  const std::size_t before = testing::live_objects();
  World world(7);
  for (int i = 1; i <= 1'000'000; ++i) {
    world.mutate();
    if (i % 20000 == 0) {
      world.compare(false);
      gc::collect(static_cast<generation>(i / 20000 % 3));
      world.compare(i / 20000 % 3 == 2);
      testing::verify_heap();
    }
  }
  world.clear();
  gc::collect();
  EXPECT_EQ(world.count(), 0u);
  EXPECT_EQ(testing::live_objects(), before);
}

TEST(RandomGraph, FrozenObjectsNeverDieAndHarmNobody) {
  testing::isolation alone;
  World world(11);
  for (int i = 1; i <= 50'000; ++i) {
    world.mutate();
    if (i % 5000 == 0)
      gc::freeze();
    if (i % 1000 == 0) {
      gc::collect();
      world.compare(false);
      testing::verify_heap();
    }
  }
  gc::unfreeze();
  gc::collect();
  world.compare(true);
  world.clear();
  gc::collect();
  EXPECT_EQ(world.count(), 0u);
}

} // namespace
} // namespace refcycle
