// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPython's test_finalization (PEP 442), case by case under the original names.

#include "Pythonic.h"

#include <algorithm>

namespace refcycle::python {

struct Simple;

/// What the finalizers of one test did.
struct Journal {
  std::vector<std::uintptr_t> calls;
  std::vector<any_ref> survivors;
  std::vector<std::string> errors;
};

enum class Deed { nothing, resurrect, suicide };

/// The class under test: records its finalization, checks that it is intact,
/// and does what it is told.
struct Simple {
  Journal *journal;
  Deed deed;
  ref<Simple> self, left, right;
  std::uintptr_t own_id = 0;
  bool suicided = false;

  Simple(Journal *j, Deed d) : journal(j), deed(d) {}
  REFCYCLE_TRACE(Simple, self, left, right)

  void expect(bool good, const char *what) {
    if (!good)
      journal->errors.push_back(what);
  }
  void check_sanity() {
    expect(own_id == reinterpret_cast<std::uintptr_t>(this), "identity");
    if (self)
      expect(self.get() == this, "self");
    if (!left || !right)
      return;
    expect(left->suicided ? !left->right : left->right.get() == this, "left");
    expect(right->suicided ? !right->left : right->left.get() == this, "right");
  }
  void finalize() {
    journal->calls.push_back(own_id);
    check_sanity();
    if (deed == Deed::resurrect)
      journal->survivors.push_back(ref_from(this));
    if (deed == Deed::suicide) {
      suicided = true;
      self.reset();
      left.reset();
      right.reset();
    }
  }
};

struct LegacySelfCycle {
  ref<LegacySelfCycle> self;
};

} // namespace refcycle::python

template <>
inline constexpr bool
    refcycle::uncollectable<refcycle::python::LegacySelfCycle> = true;

namespace refcycle::python {
namespace {

using Ids = std::vector<std::uintptr_t>;

static Ids sorted(Ids ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

class FinalizationTest : public Quiet {
protected:
  Journal journal;

  ref<Simple> make_simple(Deed deed = Deed::nothing) {
    auto s = make<Simple>(&journal, deed);
    s->own_id = id(s);
    return s;
  }
  ref<Simple> make_self_cycle(Deed deed = Deed::nothing) {
    auto s = make_simple(deed);
    s->self = s;
    return s;
  }
  std::vector<ref<Simple>> build_chain(const std::vector<Deed> &deeds) {
    std::vector<ref<Simple>> nodes;
    for (Deed deed : deeds)
      nodes.push_back(make_simple(deed));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i]->left = nodes[(i + nodes.size() - 1) % nodes.size()];
      nodes[i]->left->right = nodes[i];
    }
    return nodes;
  }

  void expect_state(const Ids &calls, const Ids &survivors) {
    EXPECT_EQ(sorted(journal.calls), sorted(calls));
    Ids alive;
    for (const any_ref &s : journal.survivors)
      alive.push_back(id(s));
    EXPECT_EQ(sorted(alive), sorted(survivors));
    EXPECT_EQ(journal.errors, std::vector<std::string>{});
  }

  void check_chain(const std::vector<Deed> &deeds) {
    auto nodes = build_chain(deeds);
    Ids ids, survivors;
    std::vector<weak_ref<Simple>> watches;
    for (auto &node : nodes) {
      ids.push_back(id(node));
      if (node->deed == Deed::resurrect)
        survivors.push_back(id(node));
      watches.emplace_back(node);
    }
    nodes.clear();
    collect();
    expect_state(ids, survivors);
    for (auto &watch : watches)
      EXPECT_TRUE(watch.expired());
    journal.survivors.clear();
    collect();
    expect_state(ids, {});
  }
};

using SimpleFinalizationTest = FinalizationTest;

TEST_F(SimpleFinalizationTest, test_simple) {
  auto s = make_simple();
  Ids ids{id(s)};
  weak_ref<Simple> watch(s);
  s.reset();
  expect_state(ids, {});
  EXPECT_TRUE(watch.expired());
  collect();
  expect_state(ids, {});
}

TEST_F(SimpleFinalizationTest, test_simple_resurrect) {
  auto s = make_simple(Deed::resurrect);
  Ids ids{id(s)};
  weak_ref<Simple> watch(s);
  s.reset();
  collect();
  expect_state(ids, ids);
  EXPECT_FALSE(watch.expired());
  journal.survivors.clear();
  expect_state(ids, {});
  EXPECT_TRUE(watch.expired());
}

/// An untracked object with a finalizer.
struct NonGC {
  int *calls;
  std::vector<any_ref> *survivors;
  void finalize() {
    ++*calls;
    if (survivors)
      survivors->push_back(ref_from(this));
  }
};

TEST_F(SimpleFinalizationTest, test_non_gc) {
  int calls = 0;
  auto s = make<NonGC>(&calls, nullptr);
  EXPECT_FALSE(gc::is_tracked(s));
  s.reset();
  EXPECT_EQ(calls, 1);
  collect();
  EXPECT_EQ(calls, 1);
}

TEST_F(SimpleFinalizationTest, test_non_gc_resurrect) {
  // Unlike CPython, where objects outside the collector have no flag to
  // remember it by, a finalizer runs once here too.
  int calls = 0;
  std::vector<any_ref> survivors;
  make<NonGC>(&calls, &survivors);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(survivors.size(), 1u);
  survivors.clear();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(survivors.empty());
}

class SelfCycleFinalizationTest : public FinalizationTest {
protected:
  void check(Deed deed) {
    auto s = make_self_cycle(deed);
    Ids ids{id(s)}, survivors;
    if (deed == Deed::resurrect)
      survivors = ids;
    weak_ref<Simple> watch(s);
    s.reset();
    collect();
    expect_state(ids, survivors);
    EXPECT_TRUE(watch.expired());
    journal.survivors.clear();
    collect();
    expect_state(ids, {});
    EXPECT_TRUE(watch.expired());
  }
};

TEST_F(SelfCycleFinalizationTest, test_simple) { check(Deed::nothing); }
TEST_F(SelfCycleFinalizationTest, test_simple_resurrect) {
  check(Deed::resurrect);
}
TEST_F(SelfCycleFinalizationTest, test_simple_suicide) { check(Deed::suicide); }

using CycleChainFinalizationTest = FinalizationTest;
constexpr Deed N = Deed::nothing, R = Deed::resurrect, S = Deed::suicide;

TEST_F(CycleChainFinalizationTest, test_homogenous) { check_chain({N, N, N}); }
TEST_F(CycleChainFinalizationTest, test_homogenous_resurrect) {
  check_chain({R, R, R});
}
TEST_F(CycleChainFinalizationTest, test_homogenous_suicidal) {
  check_chain({S, S, S});
}
TEST_F(CycleChainFinalizationTest, test_heterogenous_suicidal_one) {
  check_chain({S, N, S, N});
}
TEST_F(CycleChainFinalizationTest, test_heterogenous_suicidal_two) {
  check_chain({S, S, N, N});
}
TEST_F(CycleChainFinalizationTest, test_heterogenous_resurrect_one) {
  check_chain({R, N, R, N});
}
TEST_F(CycleChainFinalizationTest, test_heterogenous_resurrect_two) {
  check_chain({R, N, S, R, N, S});
}
TEST_F(CycleChainFinalizationTest, test_heterogenous_resurrect_three) {
  check_chain({R, R, N, N, S, S});
}

using LegacyFinalizationTest = FinalizationTest;

TEST_F(LegacyFinalizationTest, test_legacy_self_cycle) {
  auto s = make<LegacySelfCycle>();
  s->self = s;
  auto old = id(s);
  weak_ref<LegacySelfCycle> watch(s);
  s.reset();
  collect();
  ASSERT_EQ(gc::garbage().size(), 1u);
  EXPECT_EQ(id(gc::garbage()[0]), old);
  EXPECT_FALSE(watch.expired());
  // Broken by hand, it dies by count.
  ref_cast<LegacySelfCycle>(gc::garbage()[0])->self.reset();
  gc::garbage().clear();
  EXPECT_TRUE(watch.expired());
}

TEST_F(LegacyFinalizationTest, test_legacy) {
  // Outside of cycles such an object dies as any other.
  auto s = make<LegacySelfCycle>();
  weak_ref<LegacySelfCycle> watch(s);
  s.reset();
  EXPECT_TRUE(watch.expired());
  EXPECT_TRUE(gc::garbage().empty());
}

class Misbehaviour : public FinalizationTest {};

TEST_F(Misbehaviour, ExceptionsOfFinalizersGoToTheHook) {
  std::vector<std::string> seen;
  auto old =
      gc::set_unraisable_hook([&](std::string_view where, std::exception_ptr) {
        seen.emplace_back(where);
      });
  auto fail = [](Object &) { throw std::runtime_error("bad"); };
  make<Object>(fail); // By count.
  make_loop(fail);    // By collection.
  EXPECT_EQ(collect(), 1u);
  EXPECT_EQ(seen, (std::vector<std::string>(2, "refcycle::python::Object")));
  gc::set_unraisable_hook(old);
}

TEST_F(Misbehaviour, FinalizerThatAllocatesAndCollects) {
  std::size_t before = testing::live_objects();
  for (int i = 0; i < 100; ++i)
    make_loop([](Object &) {
      make_loop();
      EXPECT_EQ(collect(), 0u);
    });
  EXPECT_EQ(collect(), 100u);
  EXPECT_EQ(collect(), 100u);
  EXPECT_EQ(testing::live_objects(), before);
}

TEST_F(Misbehaviour, FinalizerThatBreaksAnothersCycle) {
  auto victim = make_loop();
  Object *target = victim.get();
  auto breaker = make_loop();
  breaker->del = [target](Object &) { target->attr.clear(); };
  breaker->attr["victim"] = victim;
  breaker.reset();
  victim.reset();
  EXPECT_EQ(collect(), 2u);
  testing::verify_heap();
}

} // namespace
} // namespace refcycle::python
