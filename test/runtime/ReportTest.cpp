// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports, test helpers, interning and memory figures.

#include "refcycle/memory.h"
#include "refcycle/refcycle.h"
#include "refcycle/testing.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace app {

struct Child;
struct Parent {
  std::vector<refcycle::ref<Child>> kids;
};
struct Child {
  refcycle::ref<Parent> parent;
};
struct Node {
  refcycle::ref<Node> next, prev;
};
struct Route {
  struct Leg {
    refcycle::ref<Route> back;
  };
  Leg leg;
};

} // namespace app

namespace refcycle {
namespace {

using app::Child;
using app::Node;
using app::Parent;
using app::Route;

static ref<Parent> make_family(int kids) {
  auto p = make<Parent>();
  for (int i = 0; i < kids; ++i)
    p->kids.push_back(make<Child>(p));
  return p;
}

class Report : public ::testing::Test {
protected:
  testing::isolation alone;
};

TEST_F(Report, NamesCyclesByTypeAndMember) {
  auto alive = make_family(1);
  make_family(2);
  make_family(1);
  EXPECT_EQ(leak_report(),
            "app::Child::parent -> app::Parent::kids, 2 instances, 5 objects, " +
                std::to_string(3 * sizeof(Child) + 2 * sizeof(Parent)) +
                " bytes\n");
  EXPECT_EQ(gc::collect().objects_freed, 5u);
  EXPECT_EQ(leak_report(), "");
  alive->kids.clear();
}

TEST_F(Report, ShortestCycleOfATangleStandsForIt) {
  auto a = make<Node>(), b = make<Node>(), c = make<Node>();
  a->next = b;
  b->next = c;
  c->next = a;
  c->prev = b;
  a.reset();
  b.reset();
  c.reset();
  auto found = find_cycles();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "app::Node::next -> app::Node::prev");
  EXPECT_EQ(found[0].objects, 3u);
}

TEST_F(Report, NamesMembersOfMembers) {
  auto r = make<Route>();
  r->leg.back = r;
  r.reset();
  EXPECT_EQ(find_cycles().at(0).path, "app::Route::leg.back");
}

TEST_F(Report, AcyclicGarbageOfACycleIsNotACycle) {
  auto p = make_family(1);
  auto tail = make<Node>();
  struct Both {
    ref<Parent> p;
    ref<Node> tail;
  };
  make<Both>(p, tail);
  p.reset();
  ASSERT_EQ(find_cycles().size(), 1u);
  EXPECT_EQ(find_cycles()[0].objects, 2u);
}

TEST_F(Report, LookingChangesNothing) {
  auto p = make_family(3);
  weak_ref<Parent> watch(p);
  p.reset();
  leak_report();
  to_dot();
  census();
  EXPECT_FALSE(watch.expired());
  testing::verify_heap();
  EXPECT_EQ(gc::collect().objects_freed, 4u);
}

TEST_F(Report, WhyAliveShowsTheWayFromOutside) {
  auto root = make_family(1);
  ref<Child> child = root->kids[0];
  EXPECT_EQ(why_alive(child), "app::Parent, held by 1 handle outside the heap\n"
                              "  app::Parent::kids -> app::Child\n");
  EXPECT_EQ(why_alive(root), "app::Child, held by 1 handle outside the heap\n"
                             "  app::Child::parent -> app::Parent\n");
  auto second = root;
  EXPECT_EQ(why_alive(root), "app::Parent, held by 1 handle outside the heap\n");
  second.reset();
  child.reset();
  EXPECT_EQ(why_alive(root),
            "app::Parent, held by this handle and by cycles only\n");
  root->kids.clear();
  EXPECT_EQ(why_alive(root), "app::Parent, held by this handle only\n");
}

TEST_F(Report, CensusCountsByType) {
  auto p = make_family(3);
  auto n = make<int>(1);
  std::size_t parents = 0, children = 0;
  for (const census_row &row : census()) {
    if (row.type == "app::Parent")
      parents = row.objects;
    if (row.type == "app::Child") {
      children = row.objects;
      EXPECT_EQ(row.bytes, 3 * sizeof(Child));
      EXPECT_TRUE(row.tracked);
    }
    if (row.type == "int") {
      EXPECT_FALSE(row.tracked);
    }
  }
  EXPECT_EQ(parents, 1u);
  EXPECT_EQ(children, 3u);
  p->kids.clear();
}

TEST_F(Report, DotDrawsObjectsAndMembers) {
  auto p = make_family(1);
  std::string dot = to_dot();
  EXPECT_NE(dot.find("label=\"app::Parent\\ncount 2\""), dot.npos) << dot;
  EXPECT_NE(dot.find("[label=\"kids\"]"), dot.npos);
  EXPECT_NE(dot.find("[label=\"parent\"]"), dot.npos);
  p->kids.clear();
}

TEST_F(Report, DebugFlagsPrintThroughTheSink) {
  std::vector<std::string> lines;
  gc::set_debug_sink([&](std::string_view line) { lines.emplace_back(line); });
  make_family(1);
  gc::set_debug(gc::debug_stats | gc::debug_collectable);
  gc::collect();
  gc::set_debug_sink({});
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], "gc: collecting generation 2...");
  EXPECT_TRUE(lines[1].starts_with("gc: objects in each generation: 2 0 "));
  EXPECT_TRUE(lines[2].starts_with("gc: collectable <app::Parent 0x"));
  EXPECT_TRUE(lines[4].starts_with("gc: done, 2 unreachable, 0 uncollectable"));
}

TEST_F(Report, ExpectNoCyclesNamesWhatItFinds) {
  REFCYCLE_EXPECT_NO_CYCLES();
  EXPECT_NONFATAL_FAILURE(
      {
        make_family(1);
        REFCYCLE_EXPECT_NO_CYCLES();
      },
      "app::Child::parent -> app::Parent::kids");
}

TEST_F(Report, ExpectFreedAndExpectCollected) {
  REFCYCLE_EXPECT_FREED(make<Node>());
  REFCYCLE_EXPECT_COLLECTED(3, make_family(2));
  EXPECT_NONFATAL_FAILURE(REFCYCLE_EXPECT_FREED(make_family(1)), "parent");
}

TEST_F(Report, MemoryInfoAddsUp) {
  auto before = memory_info();
  auto kept = make_family(10);
  auto now = memory_info();
  EXPECT_EQ(now.objects, before.objects + 11);
  EXPECT_EQ(now.object_bytes,
            before.object_bytes + sizeof(Parent) + 10 * sizeof(Child));
  EXPECT_GE(now.slot_bytes, now.object_bytes);
  EXPECT_GE(now.reserved_bytes, now.slot_bytes);
  EXPECT_GT(now.resident_bytes, 0u);
  kept->kids.clear();
}

TEST_F(Report, TwoHandleObjectTakesTwentyFourBytes) {
  auto before = memory_info().slot_bytes;
  auto n = make<Node>();
  EXPECT_EQ(memory_info().slot_bytes - before, 24u);
}

TEST(Intern, EqualValuesAreOneObject) {
  auto a = intern(std::string("spam")), b = intern("spam");
  EXPECT_TRUE(is(a, b));
  EXPECT_FALSE(is(a, intern("eggs")));
  EXPECT_EQ(*a, "spam");
}

TEST(Intern, ValuesDieWithTheirLastHandle) {
  auto before = intern_info();
  auto a = intern("a rather long text that is not interned elsewhere");
  EXPECT_EQ(intern_info().live, before.live + 1);
  EXPECT_EQ(intern_info().misses, before.misses + 1);
  auto b = a;
  intern(std::string(*a));
  EXPECT_EQ(intern_info().hits, before.hits + 1);
  a.reset();
  b.reset();
  EXPECT_EQ(intern_info().live, before.live);
}

TEST(Intern, SmallIntegersStay) {
  auto address = id(intern(256));
  EXPECT_EQ(id(intern(256)), address);
  EXPECT_GE(intern_info().immortal, 1u);
  auto before = intern_info();
  intern(-5);
  EXPECT_EQ(intern_info().immortal, before.immortal + 1);
  intern(257);
  intern(-6);
  EXPECT_EQ(intern_info().immortal, before.immortal + 1);
}

TEST(Intern, ForEverMeansUntilTheThreadEnds) {
  std::size_t before = intern_info().live;
  intern_for_ever(std::string("permanent"));
  EXPECT_EQ(intern_info().live, before + 1);
}

TEST(Intern, ManyValues) {
  std::vector<interned<std::string>> kept;
  for (int i = 0; i < 10000; ++i)
    kept.push_back(intern(std::to_string(i % 1000)));
  for (int i = 0; i < 9000; ++i)
    ASSERT_TRUE(is(kept[static_cast<std::size_t>(i)],
                   kept[static_cast<std::size_t>(i) + 1000]));
}

} // namespace
} // namespace refcycle
