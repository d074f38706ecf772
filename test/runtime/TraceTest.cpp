// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where handles may hide and still be found: every container and wrapper, by
// reflection, macro, hand-written function and from outside. For each: the
// number of handles shown, a cycle through it, and the audit.

#include "Pythonic.h"

#include <forward_list>
#include <queue>
#include <stack>

namespace refcycle::python {

/// Cannot be changed, so it is traced from outside.
struct Foreign {
  ref<List> a;
  ref<List> b;
  Foreign() {}
};

/// Traced by a function found by argument-dependent look-up.
struct Found {
  ref<List> a;
  Found() {}
};
template <class V> void refcycle_trace(V &visit, Found &f) { visit(f.a); }

} // namespace refcycle::python

template <> struct refcycle::trace_traits<refcycle::python::Foreign> {
  template <class V> static void trace(V &visit, python::Foreign &f) {
    visit(f.a, f.b);
  }
};

namespace refcycle::python {
namespace {

/// Fills the holder with handles to one list that owns the holder, then checks
/// that they are all shown and that the cycle is collected.
template <class Holder, class Fill>
void expect_found(std::size_t handles, Fill fill) {
  testing::isolation alone;
  auto list = make<List>();
  auto holder = make<Holder>();
  EXPECT_TRUE(gc::is_tracked(holder));
  fill(*holder, list);
  list->items.push_back(holder);
  EXPECT_EQ(gc::get_referents(holder),
            std::vector<any_ref>(handles, any_ref(list)));
  std::string audit = testing::audit_trace(holder);
  EXPECT_TRUE(audit.empty() || audit.ends_with("cannot be copied\n")) << audit;
  list.reset();
  holder.reset();
  EXPECT_EQ(collect(), 2u);
}

using R = ref<List>;

TEST(Trace, Vector) {
  expect_found<std::vector<R>>(2, [](auto &c, R r) { c = {r, r}; });
}
TEST(Trace, Deque) {
  expect_found<std::deque<R>>(2, [](auto &c, R r) { c = {r, r}; });
}
TEST(Trace, ListOfLists) {
  expect_found<std::list<std::list<R>>>(2,
                                        [](auto &c, R r) { c = {{r}, {r}}; });
}
TEST(Trace, ForwardList) {
  expect_found<std::forward_list<R>>(2, [](auto &c, R r) { c = {r, r}; });
}
TEST(Trace, Set) {
  expect_found<std::set<R>>(1, [](auto &c, R r) { c = {r}; });
}
TEST(Trace, Multiset) {
  expect_found<std::multiset<R>>(2, [](auto &c, R r) { c = {r, r}; });
}
TEST(Trace, UnorderedSet) {
  expect_found<std::unordered_set<R>>(1, [](auto &c, R r) { c = {r}; });
}
TEST(Trace, MapKeysAndValues) {
  expect_found<std::map<R, R>>(2, [](auto &c, R r) { c[r] = r; });
}
TEST(Trace, UnorderedMultimap) {
  expect_found<std::unordered_multimap<int, R>>(2, [](auto &c, R r) {
    c.emplace(1, r);
    c.emplace(1, r);
  });
}
TEST(Trace, StackQueueAndPriorityQueue) {
  expect_found<std::stack<R>>(1, [](auto &c, R r) { c.push(r); });
  expect_found<std::queue<R>>(1, [](auto &c, R r) { c.push(r); });
  expect_found<std::priority_queue<R>>(1, [](auto &c, R r) { c.push(r); });
}
TEST(Trace, PairAndTuple) {
  expect_found<std::pair<int, R>>(1, [](auto &c, R r) { c.second = r; });
  expect_found<std::tuple<R, int, R>>(
      2, [](auto &c, R r) { c = std::tuple(r, 1, r); });
}
TEST(Trace, ArrayAndNestedArray) {
  expect_found<std::array<R, 3>>(3, [](auto &c, R r) { c.fill(r); });
  expect_found<std::array<std::array<R, 2>, 2>>(
      4, [](auto &c, R r) { c = {{{r, r}, {r, r}}}; });
}
TEST(Trace, OptionalFullAndEmpty) {
  expect_found<std::optional<R>>(1, [](auto &c, R r) { c = r; });
  expect_found<std::pair<std::optional<R>, R>>(
      1, [](auto &c, R r) { c.second = r; });
}
TEST(Trace, Variant) {
  expect_found<std::variant<int, std::vector<R>>>(
      2, [](auto &c, R r) { c = std::vector<R>{r, r}; });
}
TEST(Trace, UniquePtr) {
  expect_found<std::unique_ptr<R>>(
      1, [](auto &c, R r) { c = std::make_unique<R>(r); });
}

struct Tree {
  R own;
  std::vector<Tree> branches;
  std::unique_ptr<Tree> twin;
};

TEST(Trace, TypeThatContainsItselfByValue) {
  expect_found<Tree>(3, [](Tree &t, R r) {
    t.own = r;
    t.branches.emplace_back().own = r;
    t.twin = std::make_unique<Tree>();
    t.twin->own = r;
  });
}

TEST(Trace, AliasRef) {
  struct Holder {
    alias_ref<std::vector<any_ref>> part;
  };
  expect_found<Holder>(1, [](Holder &h, R r) { h.part = {r, &r->items}; });
}

TEST(Trace, Function) {
  struct Holder {
    function<int(int)> f;
  };
  expect_found<Holder>(2, [](Holder &h, R r) {
    h.f = {with(r, 5, std::vector<R>{r}),
           [](R &, int five, std::vector<R> &, int x) { return five + x; }};
    EXPECT_EQ(h.f(1), 6);
  });
}

class Private {
public:
  explicit Private(R r = {}) : first(r), second{r, r} {}
  void fill(R r) { *this = Private(r); }

private:
  R first;
  std::vector<R> second;
  REFCYCLE_TRACE(Private, first, second)
};

TEST(Trace, MacroSeesPrivateMembers) {
  expect_found<Private>(3, [](Private &p, R r) { p.fill(r); });
}

struct ByHand {
  bool used = false;
  R a, b;
  ByHand() {}
  template <class V> void trace(V &visit) {
    visit(a);
    if (used)
      visit(b);
  }
};

TEST(Trace, MemberFunctionDecides) {
  expect_found<ByHand>(2, [](ByHand &h, R r) {
    h.used = true;
    h.a = h.b = r;
  });
}

TEST(Trace, FromOutside) {
  expect_found<Foreign>(2, [](Foreign &f, R r) { f.a = f.b = r; });
  expect_found<Found>(1, [](Found &f, R r) { f.a = r; });
}

struct Shape {
  virtual ~Shape() = default;
  virtual void trace(visitor &) {}
};
struct Circle : Shape {
  R centre;
  std::set<R> others;
  void trace(visitor &visit) override { visit(centre, others); }
};

TEST(Trace, VirtualTraceBehindUniquePtr) {
  struct Drawing {
    std::vector<std::unique_ptr<Shape>> shapes;
  };
  expect_found<Drawing>(2, [](Drawing &d, R r) {
    auto circle = std::make_unique<Circle>();
    circle->centre = r;
    circle->others = {r};
    d.shapes.push_back(std::move(circle));
  });
}

struct Most {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w;
  R x;
};

TEST(Trace, AggregateOfTwentyFourMembers) {
  expect_found<Most>(1, [](Most &most, R r) { most.x = r; });
}

TEST(Trace, LeavesAreNotTracked) {
  struct Plain {
    int x;
    std::string s;
    std::vector<std::map<int, std::string>> m;
    std::shared_ptr<int> p;
    std::atomic<int> *raw;
  };
  struct HoldsLeaves {
    ref<Plain> p;
    std::vector<ref<std::string>> v;
  };
  EXPECT_FALSE(gc::is_tracked(make<Plain>()));
  EXPECT_FALSE(gc::is_tracked(make<HoldsLeaves>()));
}

TEST(Trace, MutualRecursionIsTracked) {
  struct B;
  struct A {
    ref<B> b;
  };
  struct B {
    ref<A> a;
  };
  EXPECT_TRUE(gc::is_tracked(make<A>()));
  EXPECT_TRUE(gc::is_tracked(make<B>()));
}

/// Owns a handle that its trace function does not show.
struct Forgetful {
  R shown;
  R hidden;
  Forgetful(R a, R b) : shown(a), hidden(b) {}
  REFCYCLE_TRACE(Forgetful, shown)
};

TEST(TraceAudit, NamesAMissedHandle) {
  auto object = make<Forgetful>(make<List>(), make<List>());
  EXPECT_EQ(testing::audit_trace(object),
            "trace of refcycle::python::Forgetful misses 1 handle(s) to "
            "refcycle::python::List at offset 8\n");
}

/// Shows one handle twice.
struct Repeating {
  R once;
  template <class V> void trace(V &visit) { visit(once, once); }
  explicit Repeating(R r) : once(r) {}
};

TEST(TraceAudit, NamesADoubleVisit) {
  auto object = make<Repeating>(make<List>());
  EXPECT_EQ(testing::audit_trace(object),
            "trace of refcycle::python::Repeating shows too often 1 handle(s) "
            "to refcycle::python::List\n");
}

TEST(TraceAudit, LeavesNothingBehind) {
  auto object = make<Tree>(make<List>());
  EXPECT_EQ(testing::audit_trace(object),
            "refcycle::python::Tree cannot be audited: it cannot be copied\n");
  auto good = make<std::vector<R>>(3, make<List>());
  std::size_t before = testing::live_objects();
  EXPECT_EQ(testing::audit_trace(good), "");
  EXPECT_EQ(testing::live_objects(), before);
  testing::verify_heap();
}

TEST(TraceAudit, HiddenHandleKeepsItsTargetButHarmsNothing) {
  testing::isolation alone;
  auto list = make<List>();
  auto object = make<Forgetful>(nullptr, list);
  list->items.push_back(object);
  list.reset();
  object.reset();
  EXPECT_EQ(collect(), 0u); // Held from outside, as far as anyone can see.
  auto all = gc::get_objects();
  for (auto &r : all)
    if (auto l = ref_cast<List>(r))
      l->items.clear();
}

} // namespace
} // namespace refcycle::python
