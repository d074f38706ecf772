// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counted handles without the collector: counts, identity, order of death,
// conversions, failures while making.

#include "refcycle/memory.h"
#include "refcycle/refcycle.h"
#include "refcycle/testing.h"

#include <gtest/gtest.h>
#include <pthread.h>

namespace refcycle {
namespace {

struct Node {
  int value = 0;
  ref<Node> next;
  std::vector<ref<Node>> kids;
};

/// Writes its name into a log when it dies.
struct Witness {
  std::string name;
  std::vector<std::string> *log = nullptr;
  ref<Witness> inner;
  Witness(std::string n, std::vector<std::string> *l, ref<Witness> i = {})
      : name(std::move(n)), log(l), inner(std::move(i)) {}
  ~Witness() { log->push_back(name); }
  REFCYCLE_TRACE(Witness, inner)
};

TEST(Ref, EmptyHoldsNothing) {
  ref<Node> none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(use_count(none), 0u);
  EXPECT_EQ(id(none), 0u);
}

TEST(Ref, CountFollowsHandles) {
  auto a = make<Node>(1);
  EXPECT_EQ(use_count(a), 1u);
  {
    ref<Node> b = a;
    EXPECT_EQ(use_count(a), 2u);
    EXPECT_TRUE(is(a, b));
  }
  EXPECT_EQ(use_count(a), 1u);
  std::vector<ref<Node>> list{a, a};
  EXPECT_EQ(use_count(a), 3u);
  list.clear();
  EXPECT_EQ(use_count(a), 1u);
}

TEST(Ref, RefcountCountsItsOwnArgument) {
  auto a = make<Node>();
  EXPECT_EQ(refcount(a), 2u);
  EXPECT_EQ(refcount(std::move(a)), 1u);
}

TEST(Ref, MoveLeavesNothingBehind) {
  auto a = make<Node>(7);
  ref<Node> b = std::move(a);
  EXPECT_FALSE(a);
  EXPECT_EQ(b->value, 7);
  EXPECT_EQ(use_count(b), 1u);
}

TEST(Ref, RebindingDropsTheOldObject) {
  std::vector<std::string> log;
  auto a = make<Witness>("a", &log);
  a = make<Witness>("b", &log);
  EXPECT_EQ(log, std::vector<std::string>{"a"});
  const ref<Witness> &itself = a;
  a = itself;
  EXPECT_EQ(use_count(a), 1u);
}

TEST(Ref, AssigningFromInsideTheObjectIsSafe) {
  auto a = make<Node>(1);
  a->next = make<Node>(2);
  a->next->next = make<Node>(3);
  a = a->next;
  EXPECT_EQ(a->value, 2);
  a = std::move(a->next);
  EXPECT_EQ(a->value, 3);
}

TEST(Ref, ObjectDiesWithItsLastHandleAndOwnersDieFirst) {
  std::vector<std::string> log;
  make<Witness>("outer", &log, make<Witness>("inner", &log));
  EXPECT_EQ(log, (std::vector<std::string>{"outer", "inner"}));
}

TEST(Ref, DistinctObjectsHaveDistinctIds) {
  auto a = make<Node>(), b = make<Node>();
  EXPECT_NE(id(a), id(b));
  EXPECT_FALSE(is(a, b));
  EXPECT_EQ(std::hash<ref<Node>>{}(a), std::hash<ref<Node>>{}(ref<Node>(a)));
}

struct Base {
  int tag = 1;
  virtual ~Base() = default;
  REFCYCLE_TRACE(Base)
};
struct Derived : Base {
  std::vector<std::string> *log;
  ref<Base> other;
  explicit Derived(std::vector<std::string> *l) : log(l) {}
  ~Derived() override { log->push_back("derived"); }
  REFCYCLE_TRACE(Derived, other)
};

TEST(Ref, BaseHandleRunsTheRightDestructor) {
  std::vector<std::string> log;
  ref<Base> b = make<Derived>(&log);
  EXPECT_EQ(b->tag, 1);
  EXPECT_TRUE(ref_cast<Derived>(b));
  b.reset();
  EXPECT_EQ(log.size(), 1u);
}

struct PlainBase {
  int x = 3;
};
} // namespace
} // namespace refcycle
REFCYCLE_OPEN_BASE(refcycle::PlainBase)
namespace refcycle {
namespace {
struct PlainDerived : PlainBase {
  std::string text = "derived";
  REFCYCLE_TRACE(PlainDerived)
};

TEST(Ref, NonVirtualBaseRunsTheRightDestructorToo) {
  ref<PlainBase> b = make<PlainDerived>();
  EXPECT_EQ(b->x, 3); // The address checker sees the string's buffer go.
}

TEST(Ref, AnyRefHoldsEverythingAndRemembersTheType) {
  any_ref a = make<Node>(5);
  EXPECT_EQ(ref_cast<Node>(a)->value, 5);
  EXPECT_FALSE(ref_cast<Witness>(a));
  a = make<int>(3);
  EXPECT_EQ(*ref_cast<int>(a), 3);
}

TEST(Ref, RefFromThisSharesTheCount) {
  auto a = make<Node>();
  ref<Node> self = ref_from(a.get());
  EXPECT_EQ(use_count(a), 2u);
}

struct Pair {
  int first = 1;
  int second = 2;
};

TEST(Ref, AliasKeepsTheWholeAlive) {
  auto whole = make<Pair>();
  alias_ref<int> part(whole, &whole->second);
  whole.reset();
  EXPECT_EQ(*part, 2);
}

TEST(RefDeathTest, SecondBaseIsRefused) {
  struct A {
    int a = 1;
    virtual ~A() = default;
    void trace(visitor &) {}
  };
  struct B {
    int b = 2;
    virtual ~B() = default;
    void trace(visitor &) {}
  };
  struct C final : A, B {
    void trace(visitor &) {}
  };
  auto c = make<C>();
  EXPECT_DEATH({ ref<B> b = c; }, "not the first one; use alias_ref");
}

struct Thrower {
  std::string text = "built";
  explicit Thrower(bool now) {
    if (now)
      throw std::runtime_error("no");
  }
  REFCYCLE_TRACE(Thrower)
};

TEST(Make, ThrowingConstructorLeavesNothing) {
  std::size_t before = testing::live_objects();
  EXPECT_THROW(make<Thrower>(true), std::runtime_error);
  EXPECT_EQ(testing::live_objects(), before);
  EXPECT_NO_THROW(make<Thrower>(false));
}

struct Huge {
  std::array<char, 200000> bytes{};
  ref<Huge> next;
};

TEST(Make, LargeObjectsHavePagesOfTheirOwn) {
  auto a = make<Huge>();
  a->next = make<Huge>();
  a->next->next = a;
  a->bytes.back() = 'x';
  REFCYCLE_EXPECT_COLLECTED(2, a.reset());
}

struct alignas(64) Aligned {
  ref<Aligned> next;
  double x = 1;
};

TEST(Make, KeepsAlignmentAndSize) {
  std::vector<ref<Aligned>> many;
  for (int i = 0; i < 3000; ++i) {
    many.push_back(make<Aligned>());
    ASSERT_EQ(id(many.back()) % 64, 0u);
  }
  testing::verify_heap();
}

TEST(Make, OutOfMemoryThrowsAndHarmsNothing) {
  std::vector<ref<Node>> kept;
  subtle::limit_page_bytes(0);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100000; ++i)
          kept.push_back(make<Node>(i));
      },
      std::bad_alloc);
  subtle::limit_page_bytes(~std::size_t{0});
  for (std::size_t i = 0; i < kept.size(); ++i)
    ASSERT_EQ(kept[i]->value, static_cast<int>(i));
  EXPECT_NO_THROW(make<Node>());
  testing::verify_heap();
}

TEST(Make, TenMillionNodesAreFreedOnASmallStack) {
  auto run = [](void *) -> void * {
    struct Link {
      ref<Link> next;
    };
    gc::disable();
    ref<Link> head;
    for (int i = 0; i < 10'000'000; ++i)
      head = make<Link>(std::move(head));
    head.reset();
    EXPECT_EQ(testing::live_objects(), 0u);
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, run, nullptr), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Make, EmptyPagesGoBack) {
  std::size_t before = memory_info().reserved_bytes;
  std::vector<ref<Node>> many;
  for (int i = 0; i < 100000; ++i)
    many.push_back(make<Node>());
  EXPECT_GT(memory_info().reserved_bytes, before + 4'000'000);
  many.clear();
  EXPECT_LE(memory_info().reserved_bytes, before + 2 * 65536);
}

} // namespace
} // namespace refcycle
