// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPython's test_weakref, the part on references, under the original names.
// What is left out, and why, stands in docs/cpython-cases.md.

#include "Pythonic.h"

#include <algorithm>
#include <unordered_set>

namespace refcycle::python {
namespace {

struct C {
  ref<C> c, me;
  weak_ref<C> wr;
  int value = 0;
};

class ReferencesTestCase : public Quiet {
protected:
  int calls = 0;
  auto count() {
    return [this](const weak_ref<C> &) { ++calls; };
  }
};

TEST_F(ReferencesTestCase, test_basic_ref) {
  auto o = make<C>();
  weak_ref<C> w(o);
  EXPECT_TRUE(is(w.lock(), o));
  EXPECT_FALSE(w.expired());
  EXPECT_EQ(use_count(o), 1u);
  o.reset();
  EXPECT_EQ(w.lock(), nullptr);
  EXPECT_TRUE(w.expired());
}

TEST_F(ReferencesTestCase, test_basic_callback) {
  auto o = make<C>();
  weak_ref<C> w(o, count());
  o.reset();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(w.expired());
}

TEST_F(ReferencesTestCase, test_multiple_callbacks) {
  auto o = make<C>();
  std::vector<int> order;
  weak_ref<C> first(o, [&](const weak_ref<C> &) { order.push_back(1); });
  weak_ref<C> second(o, [&](const weak_ref<C> &) { order.push_back(2); });
  o.reset();
  EXPECT_TRUE(first.expired());
  EXPECT_TRUE(second.expired());
  EXPECT_EQ(order, (std::vector<int>{2, 1})); // The newest comes first.
}

TEST_F(ReferencesTestCase, test_multiple_selfref_callbacks) {
  // Every reference is dead before the first callback runs.
  auto o = make<C>();
  std::vector<weak_ref<C>> refs;
  int alive = 0;
  for (int i = 0; i < 3; ++i)
    refs.emplace_back(o, [&](const weak_ref<C> &self) {
      alive += !self.expired();
      for (auto &other : refs)
        alive += !other.expired();
      refs.clear();
    });
  o.reset();
  EXPECT_EQ(alive, 0);
}

TEST_F(ReferencesTestCase, test_ref_reuse) {
  auto o = make<C>();
  weak_ref<C> ref1(o);
  weak_ref<C> with_callback(o, count());
  weak_ref<C> ref2(o);
  EXPECT_TRUE(ref1.same_as(ref2));
  EXPECT_EQ(weak_count(o), 2u);
  with_callback = {};
  EXPECT_EQ(weak_count(o), 1u);
  ref1 = {};
  ref2 = {};
  EXPECT_EQ(weak_count(o), 0u);
}

TEST_F(ReferencesTestCase, test_shared_ref_without_callback) {
  auto o = make<C>();
  weak_ref<C> a(o), b(o), c = a;
  EXPECT_TRUE(a.same_as(b));
  EXPECT_TRUE(a.same_as(c));
  EXPECT_FALSE(a.same_as(weak_ref<C>(o, count())));
}

TEST_F(ReferencesTestCase, test_getweakrefcount) {
  auto o = make<C>();
  EXPECT_EQ(weak_count(o), 0u);
  weak_ref<C> a(o), b(o, count()), c(o, count());
  EXPECT_EQ(weak_count(o), 3u);
  EXPECT_EQ(weak_count(make<int>(1)), 0u);
}

TEST_F(ReferencesTestCase, test_callbacks_protected) {
  // What a callback throws reaches the hook and nobody else.
  int lost = 0;
  auto old = gc::set_unraisable_hook(
      [&](std::string_view, std::exception_ptr) { ++lost; });
  auto o = make<C>();
  weak_ref<C> bad(o, [](const weak_ref<C> &) { throw 1; });
  weak_ref<C> good(o, count());
  o.reset();
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(calls, 1);
  gc::set_unraisable_hook(old);
}

TEST_F(ReferencesTestCase, test_sf_bug_840829) {
  // A callback that collects while its object dies must not see it again.
  auto c = make<C>();
  auto loop = make<C>();
  loop->me = loop;
  weak_ref<C> first(c, [&](const weak_ref<C> &) {
    collect();
    ++calls;
  });
  loop.reset();
  c.reset();
  EXPECT_EQ(calls, 1);
  testing::verify_heap();
}

TEST_F(ReferencesTestCase, test_callback_in_cycle) {
  // J holds a weak reference to II, whose callback belongs to J; both are in
  // the same trash.
  auto ii = make<C>();
  auto j = make<C>();
  j->wr = weak_ref<C>(ii, {with(j), [](ref<C> &self, const weak_ref<C> &) {
                             ADD_FAILURE() << "called for " << id(self);
                           }});
  ii->me = j;
  j->me = ii;
  ii.reset();
  j.reset();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(ReferencesTestCase, test_callback_reachable_one_way) {
  // c1 and c2 form a cycle; each has a callback on the other, owned by c2.
  auto c1 = make<C>(), c2 = make<C>();
  c2->me = c2;
  c2->c = c1;
  c2->wr = weak_ref<C>(
      c1, {with(c2), [](ref<C> &, const weak_ref<C> &) { ADD_FAILURE(); }});
  c1.reset();
  c2.reset();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(ReferencesTestCase, test_callback_different_classes) {
  struct D {
    ref<D> me;
    ref<C> c1;
    weak_ref<C> wr;
  };
  auto c1 = make<C>();
  auto c2 = make<D>();
  c2->me = c2;
  c2->c1 = c1;
  c2->wr = weak_ref<C>(
      c1, {with(c2), [](ref<D> &, const weak_ref<C> &) { ADD_FAILURE(); }});
  c1.reset();
  c2.reset();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(ReferencesTestCase, test_callback_in_cycle_resurrection) {
  // Neither the callback of trash nor one from outside can bring c back.
  std::vector<std::string> alist;
  auto c1 = make<C>(), c2 = make<C>();
  c1->me = c2;
  c2->me = c1;
  c2->c = c1;
  c1->wr =
      weak_ref<C>(c2, [&](const weak_ref<C> &) { alist.push_back("inside"); });
  weak_ref<C> outside(c1, [&](const weak_ref<C> &w) {
    alist.push_back(w.expired() ? "C went away" : "still here");
  });
  c1.reset();
  c2.reset();
  EXPECT_TRUE(alist.empty());
  collect();
  EXPECT_EQ(alist, std::vector<std::string>{"C went away"});
  EXPECT_TRUE(outside.expired());
}

TEST_F(ReferencesTestCase, test_callbacks_on_callback) {
  // Two trash objects with callbacks on each other, and outside ones on both.
  auto c = make<C>(), d = make<C>();
  weak_ref<C> external1(c, count()), external2(d, count());
  d->c = c;
  c->c = d;
  c->wr = weak_ref<C>(d, [](const weak_ref<C> &) { ADD_FAILURE(); });
  d->wr = weak_ref<C>(c, [](const weak_ref<C> &) { ADD_FAILURE(); });
  c.reset();
  d.reset();
  EXPECT_EQ(calls, 0);
  collect();
  EXPECT_EQ(calls, 2);
}

TEST_F(ReferencesTestCase, test_gc_during_ref_creation) {
  gc::enable();
  gc::set_threshold(1, 1, 1);
  for (int i = 0; i < 200; ++i) {
    auto a = make<C>();
    a->me = make<C>();
    a->me->me = a;
    weak_ref<C> w(a, count());
    weak_ref<C> plain(a);
    EXPECT_TRUE(is(w.lock(), a));
    EXPECT_TRUE(is(plain.lock(), a));
  }
  testing::verify_heap();
}

TEST_F(ReferencesTestCase, test_ref_created_during_del) {
  weak_ref<Object> late;
  auto target = make<Object>(
      [&](Object &self) { late = weak_ref<Object>(ref_from(&self)); });
  target.reset();
  EXPECT_TRUE(late.expired());
}

TEST_F(ReferencesTestCase, test_init) {
  weak_ref<C> never;
  EXPECT_TRUE(never.expired());
  EXPECT_EQ(never.lock(), nullptr);
  weak_ref<C> of_nothing{ref<C>()};
  EXPECT_TRUE(of_nothing.expired());
}

TEST_F(ReferencesTestCase, test_classes) {
  // Any type may be watched, tracked or not.
  auto number = make<int>(3);
  weak_ref<int> w(number);
  EXPECT_EQ(*w.lock(), 3);
  number.reset();
  EXPECT_TRUE(w.expired());
}

/// Equal by value.
struct Value {
  int x;
  friend bool operator==(const Value &, const Value &) = default;
};

TEST_F(ReferencesTestCase, test_equality) {
  auto x = make<Value>(1), y = make<Value>(1), z = make<Value>(2);
  weak_ref<Value> a(x), b(y), c(z), d(x);
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a == c);
  EXPECT_TRUE(a == d);
  x.reset();
  y.reset();
  EXPECT_FALSE(a == b); // Dead ones are equal only to themselves.
  EXPECT_TRUE(a == d);
}

template <class T>
concept ordered = requires(T a, T b) { a < b; };

TEST_F(ReferencesTestCase, test_ordering) {
  EXPECT_FALSE(ordered<weak_ref<Value>>);
}

TEST_F(ReferencesTestCase, test_trashcan_16602) {
  // Weak references to deeply nested objects whose drops are queued.
  struct Nested {
    ref<Nested> parent;
    weak_ref<Nested> up;
  };
  ref<Nested> o;
  for (int i = 0; i < 3000; ++i) {
    auto outer = make<Nested>(o);
    if (o)
      outer->up = weak_ref<Nested>(o, [this](const weak_ref<Nested> &w) {
        calls += w.lock() == nullptr;
      });
    o = outer;
  }
  std::vector<weak_ref<Nested>> plain;
  for (ref<Nested> at = o; at; at = at->parent)
    plain.emplace_back(at);
  o.reset();
  for (auto &w : plain)
    EXPECT_TRUE(w.expired());
}

TEST_F(ReferencesTestCase, test_callback_attribute) {
  auto x = make<C>();
  weak_ref<C> ref1(x, count()), ref2(x);
  EXPECT_TRUE(ref1.has_callback());
  EXPECT_FALSE(ref2.has_callback());
}

TEST_F(ReferencesTestCase, test_callback_attribute_after_deletion) {
  auto x = make<C>();
  weak_ref<C> w(x, count());
  x.reset();
  collect();
  EXPECT_EQ(calls, 1); // And never again, though the reference stays.
  collect();
  EXPECT_EQ(calls, 1);
}

TEST_F(ReferencesTestCase, test_callback_gcs) {
  struct ObjectWithDel {
    ref<ObjectWithDel> x;
    void finalize() { x.reset(); }
  };
  auto x = make<ObjectWithDel>();
  weak_ref<ObjectWithDel> w(
      x, [this](const weak_ref<ObjectWithDel> &) { calls += 1 + !collect(); });
  x.reset();
  EXPECT_EQ(calls, 2);
}

class SubclassableWeakrefTestCase : public ReferencesTestCase {
protected:
  /// A weak reference with a value of its own that counts its calls.
  struct MyRef : weak_ref<C> {
    int value;
    int called = 0;
    MyRef(const ref<C> &r, int v) : weak_ref<C>(r), value(v) {}
    ref<C> lock() {
      ++called;
      return weak_ref<C>::lock();
    }
  };
};

TEST_F(SubclassableWeakrefTestCase, test_subclass_refs) {
  auto o = make<C>();
  MyRef w(o, 24);
  EXPECT_TRUE(is(w.lock(), o));
  EXPECT_EQ(w.called, 1);
  EXPECT_EQ(w.value, 24);
  o.reset();
  EXPECT_EQ(w.lock(), nullptr);
  EXPECT_EQ(w.called, 2);
}

TEST_F(SubclassableWeakrefTestCase,
       test_subclass_refs_dont_replace_standard_refs) {
  auto o = make<C>();
  MyRef r1(o, 1);
  weak_ref<C> r2(o);
  EXPECT_TRUE(r1.same_as(r2));
  EXPECT_EQ(weak_count(o), 1u);
}

TEST_F(SubclassableWeakrefTestCase,
       test_subclass_refs_dont_conflate_callbacks) {
  auto o = make<C>();
  weak_ref<C> r1(o, count()), r2(o, [](const weak_ref<C> &) {});
  EXPECT_FALSE(r1.same_as(r2));
  EXPECT_EQ(weak_count(o), 2u);
}

TEST_F(SubclassableWeakrefTestCase, test_subclass_refs_with_cycle) {
  // Both the reference and its target are trash.
  struct Holder {
    ref<Holder> me;
    weak_ref<Holder> own;
  };
  auto h = make<Holder>();
  h->me = h;
  h->own = weak_ref<Holder>(h, [](const weak_ref<Holder> &) { ADD_FAILURE(); });
  h.reset();
  EXPECT_EQ(collect(), 1u);
}

/// Beyond CPython: copies are names of one reference.
TEST_F(ReferencesTestCase, CopyOutsideTheTrashKeepsTheCallback) {
  auto a = make<C>();
  auto target = make<C>();
  a->me = a;
  a->c = target;
  a->wr = weak_ref<C>(target, count());
  weak_ref<C> outside = a->wr;
  target.reset();
  a.reset();
  collect();
  EXPECT_EQ(calls, 1);
}

/// A callback that holds `held`, on an object that lives on.
static weak_ref<C> watch_with(const ref<C> &target, const ref<C> &held) {
  return weak_ref<C>(target, {with(held), [](ref<C> &, const weak_ref<C> &) {
                                ADD_FAILURE() << "this was trash";
                              }});
}

TEST_F(ReferencesTestCase, CycleThroughACallbackOfSeveralHandles) {
  auto target = make<C>();
  auto a = make<C>(), b = make<C>();
  a->c = b;
  a->wr = b->wr = watch_with(target, a);
  a.reset();
  b.reset();
  EXPECT_NE(leak_report(), "");
  EXPECT_EQ(collect(), 2u);
  EXPECT_EQ(weak_count(target), 0u);
}

TEST_F(ReferencesTestCase, HandleOutsideKeepsWhatTheCallbackHolds) {
  auto target = make<C>(), a = make<C>();
  a->value = 5;
  a->wr = watch_with(target, a);
  weak_ref<C> outside = a->wr;
  weak_ref<C> seen = a;
  a.reset();
  EXPECT_EQ(collect(), 0u);
  EXPECT_EQ(seen.lock()->value, 5);
  outside = {};
  EXPECT_EQ(collect(), 1u);
}

TEST_F(ReferencesTestCase, HandlesOfOneCallbackInSeveralGenerations) {
  auto target = make<C>(), a = make<C>();
  collect(generation::young); // Both are middle-aged now.
  auto b = make<C>();
  a->c = b;
  a->wr = b->wr = watch_with(target, a);
  a.reset();
  b.reset();
  EXPECT_EQ(collect(generation::young), 0u);
  EXPECT_EQ(collect(generation::middle), 2u);
}

struct Valued {
  int value;
  bool operator==(const Valued &) const = default;
};

} // namespace
} // namespace refcycle::python

template <> struct std::hash<refcycle::python::Valued> {
  std::size_t operator()(const refcycle::python::Valued &v) const {
    return std::hash<int>{}(v.value);
  }
};

namespace refcycle::python {
namespace {

TEST_F(ReferencesTestCase, test_hashing) {
  auto o = make<Valued>(42);
  auto same = make<Valued>(42);
  weak_ref<Valued> w1(o), w2(o), unasked(same);
  std::hash<weak_ref<Valued>> hash;
  EXPECT_EQ(hash(w1), std::hash<Valued>{}(*o));
  EXPECT_EQ(hash(unasked), hash(w1)); // As they are equal.
  weak_ref<Valued> late(make<Valued>(1));
  o.reset();
  EXPECT_EQ(hash(w1), hash(w2)); // Remembered.
  EXPECT_THROW(hash(late), std::logic_error);
  EXPECT_EQ(hash({}), hash({}));
}

TEST_F(ReferencesTestCase, HashByIdentityWithoutEquality) {
  auto a = make<C>();
  std::unordered_set<weak_ref<C>> set{weak_ref<C>(a), weak_ref<C>(a)};
  EXPECT_EQ(set.size(), 1u);
  a.reset();
  EXPECT_EQ(set.size(), 1u);
}

} // namespace
} // namespace refcycle::python
