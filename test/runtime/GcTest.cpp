// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPython's test_gc, case by case under the original names. What is left out,
// and why, stands in docs/cpython-cases.md.

#include "Pythonic.h"

#include <algorithm>
#include <thread>

namespace refcycle::python {

/// Cannot be taken apart by the collector: CPython's legacy __del__.
struct Uncollectable {
  ref<Uncollectable> partner;
};

} // namespace refcycle::python

template <>
inline constexpr bool refcycle::uncollectable<refcycle::python::Uncollectable> =
    true;

namespace refcycle::python {
namespace {

using GCTests = Quiet;

TEST_F(GCTests, test_list) {
  auto l = make<List>();
  l->items.push_back(l);
  collect();
  l.reset();
  EXPECT_EQ(collect(), 1u);
}

TEST_F(GCTests, test_dict) {
  auto d = make<Dict>();
  d->items["1"] = d;
  collect();
  d.reset();
  EXPECT_EQ(collect(), 1u);
}

struct Tuple {
  std::tuple<any_ref> items;
};

TEST_F(GCTests, test_tuple) {
  // The tuple is made complete; the list closes the loop later.
  auto l = make<List>();
  auto t = make<Tuple>(std::tuple<any_ref>(l));
  l->items.push_back(t);
  collect();
  t.reset();
  l.reset();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(GCTests, test_instance) {
  auto a = make<Object>();
  a->attr["a"] = a;
  collect();
  a.reset();
  EXPECT_EQ(collect(), 1u);
}

struct Derived : Object {
  ref<List> base;
  REFCYCLE_TRACE(Derived, REFCYCLE_BASE(Object), base)
};

TEST_F(GCTests, test_newinstance) {
  auto a = make<Derived>();
  a->attr["a"] = a;
  a->base = make<List>();
  collect();
  a.reset();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(GCTests, test_method) {
  // A bound method refers to its instance, which stores it.
  struct Instance {
    function<int()> init;
  };
  auto a = make<Instance>();
  a->init = {with(a), [](ref<Instance> &self) { return self ? 1 : 0; }};
  EXPECT_EQ(a->init(), 1);
  collect();
  a.reset();
  EXPECT_EQ(collect(), 1u);
}

TEST_F(GCTests, test_function) {
  // f -> d -> f
  struct Function {
    ref<Dict> globals;
  };
  auto d = make<Dict>();
  d->items["f"] = make<Function>(d);
  collect();
  d.reset();
  EXPECT_EQ(collect(), 2u);
}

/// Tells which of its handles its destructor still found.
struct Watch {
  int *seen;
  ref<Object> a, b;
  explicit Watch(int *s) : seen(s) {}
  Watch(const Watch &) = delete;
  ~Watch() { *seen += bool(a) + 2 * bool(b); }
  REFCYCLE_TRACE(Watch, a, b)
};

TEST_F(GCTests, test_function_tp_clear_leaves_consistent_state) {
  // A closure being torn down must not be callable half way: its destructor
  // sees captures either all there or all gone.
  auto a = make_loop();
  int seen = 0;
  auto watch = make<Watch>(&seen);
  watch->a = watch->b = a;
  a->attr["watch"] = watch;
  a.reset();
  watch.reset();
  EXPECT_EQ(collect(), 2u);
  EXPECT_EQ(seen, 0);
}

TEST_F(GCTests, test_frame) {
  // A call frame that refers to itself.
  auto run = [] {
    auto frame = make<Dict>();
    frame->items["frame"] = frame;
  };
  collect();
  run();
  EXPECT_EQ(collect(), 1u);
}

TEST_F(GCTests, test_legacy_finalizer) {
  // a cannot be collected, b can.
  auto a = make<Uncollectable>();
  a->partner = a;
  auto b = make_loop();
  auto id_a = id(a);
  collect();
  a.reset();
  b.reset();
  EXPECT_EQ(collect(), 2u);
  ASSERT_EQ(gc::garbage().size(), 1u);
  EXPECT_EQ(id(gc::garbage()[0]), id_a);
  ref_cast<Uncollectable>(gc::garbage()[0])->partner.reset();
}

TEST_F(GCTests, test_legacy_finalizer_newclass) {
  // What an uncollectable object reaches is kept, but not listed.
  auto a = make<Uncollectable>();
  a->partner = make<Uncollectable>();
  a->partner->partner = a;
  auto l = make<List>();
  l->items = {l, a};
  a.reset();
  l.reset();
  auto done = gc::collect();
  EXPECT_EQ(done.objects_freed, 1u); // The list.
  EXPECT_EQ(done.uncollectable, 2u);
  EXPECT_EQ(gc::garbage().size(), 2u);
  ref_cast<Uncollectable>(gc::garbage()[0])->partner.reset();
}

TEST_F(GCTests, test_saveall) {
  EXPECT_TRUE(gc::garbage().empty());
  auto l = make<List>();
  l->items.push_back(l);
  auto id_l = id(l);
  gc::set_debug(gc::get_debug() | gc::debug_saveall);
  l.reset();
  collect();
  gc::set_debug(0);
  ASSERT_EQ(gc::garbage().size(), 1u);
  any_ref object = std::move(gc::garbage().back());
  gc::garbage().pop_back();
  EXPECT_EQ(id(object), id_l);
  ref_cast<List>(object)->items.clear();
}

TEST_F(GCTests, test_del) {
  // A finalizer may start a collection.
  gc::enable();
  gc::set_threshold(1);
  auto a = make<Object>([](Object &) {
    for (int i = 0; i < 10; ++i)
      make<List>()->items.push_back(make<List>());
  });
  a.reset();
  testing::verify_heap();
}

TEST_F(GCTests, test_del_newclass) {
  // The same when the finalizer runs inside a collection.
  gc::enable();
  gc::set_threshold(1);
  make_loop([](Object &) {
    for (int i = 0; i < 10; ++i)
      make_loop();
    EXPECT_EQ(collect(), 0u);
  });
  EXPECT_GE(collect() + collect(), 1u);
  testing::verify_heap();
}

TEST_F(GCTests, test_get_count) {
  collect();
  auto [a, b, c] = gc::get_count();
  auto x = make<List>();
  auto [d, e, f] = gc::get_count();
  EXPECT_EQ(a, 0u);
  EXPECT_EQ(b + c + e + f, 0u);
  EXPECT_EQ(d, 1u);
}

TEST_F(GCTests, test_collect_generations) {
  collect();
  auto x = make<List>();
  collect(generation::young);
  auto first = gc::get_count();
  collect(generation::middle);
  auto second = gc::get_count();
  collect(generation::old);
  auto third = gc::get_count();
  EXPECT_EQ(first, (std::array<std::uint32_t, 3>{0, 1, 0}));
  EXPECT_EQ(second, (std::array<std::uint32_t, 3>{0, 0, 1}));
  EXPECT_EQ(third, (std::array<std::uint32_t, 3>{0, 0, 0}));
}

/// Nests lists with objects whose finalizers collect now and then.
static void nest_ouches(int count) {
  static int n = 0;
  auto t = make<List>();
  for (int i = 0; i < count; ++i) {
    auto outer = make<List>();
    outer->items = {t, make<Object>([](Object &) {
                      if (++n % 17 == 0)
                        collect();
                    })};
    t = outer;
  }
}

TEST_F(GCTests, test_trashcan) {
  gc::enable();
  for (int i = 0; i < 2; ++i)
    nest_ouches(150);
  EXPECT_EQ(collect(), 0u);
  testing::verify_heap();
}

static std::atomic<int> inits, dels;

struct C {
  any_ref inner;
  explicit C(any_ref i) : inner(std::move(i)) { ++inits; }
  void finalize() {
    ++dels;
    std::this_thread::yield();
  }
  REFCYCLE_TRACE(C, inner)
};

TEST_F(GCTests, test_trashcan_threads) {
  auto run = [] {
    for (int i = 0; i < 200; ++i) {
      any_ref x = make<C>(nullptr);
      for (int depth = 0; depth < 60; ++depth)
        x = make<C>(make<C>(x));
    }
  };
  std::thread first(run), second(run);
  first.join();
  second.join();
  EXPECT_EQ(inits, dels);
}

/// Two objects in a cycle whose finalizers break it, at the given call.
static void boom(int at_call) {
  static int calls, limit;
  calls = 0;
  limit = at_call;
  auto break_up = [](Object &self) {
    if (++calls >= limit)
      self.attr.clear();
  };
  auto a = make<Object>(break_up), b = make<Object>(break_up);
  a->attr["attr"] = b;
  b->attr["attr"] = a;
  collect();
  std::size_t garbage = gc::garbage().size();
  a.reset();
  b.reset();
  EXPECT_EQ(collect(), 2u);
  EXPECT_EQ(gc::garbage().size(), garbage);
}

TEST_F(GCTests, test_boom) { boom(1); }
TEST_F(GCTests, test_boom2) { boom(2); }
TEST_F(GCTests, test_boom_new) { boom(3); }

TEST_F(GCTests, test_get_referents) {
  auto one = make<int>(1), three = make<int>(3), five = make<int>(5);
  auto list = make<List>();
  list->items = {one, three, five};
  std::vector<any_ref> expected{one, three, five};
  EXPECT_EQ(gc::get_referents(list), expected);

  auto dict = make<Dict>();
  dict->items = {{"a", one}, {"b", three}};
  EXPECT_EQ(gc::get_referents(dict), (std::vector<any_ref>{one, three}));

  auto twice = make<List>();
  twice->items = {five, five};
  EXPECT_EQ(gc::get_referents(dict, twice),
            (std::vector<any_ref>{one, three, five, five}));
  EXPECT_TRUE(gc::get_referents(one).empty());
}

TEST_F(GCTests, test_is_tracked) {
  // Values are not tracked, what may hold anything is.
  EXPECT_FALSE(gc::is_tracked(nullptr));
  EXPECT_FALSE(gc::is_tracked(make<int>(1)));
  EXPECT_FALSE(gc::is_tracked(make<double>(1.0)));
  EXPECT_FALSE(gc::is_tracked(make<bool>(true)));
  EXPECT_FALSE(gc::is_tracked(make<std::string>("a")));
  EXPECT_FALSE(gc::is_tracked(make<std::vector<char>>()));
  struct OnlyValues {
    int x;
    std::string s;
    ref<std::string> shared;
  };
  EXPECT_FALSE(gc::is_tracked(make<OnlyValues>()));
  EXPECT_TRUE(gc::is_tracked(make<List>()));
  EXPECT_TRUE(gc::is_tracked(make<Dict>()));
  EXPECT_TRUE(gc::is_tracked(make<Object>()));
  EXPECT_TRUE(gc::is_tracked(make<std::set<any_ref>>()));
}

TEST_F(GCTests, test_is_finalized) {
  EXPECT_FALSE(gc::is_finalized(make<int>(3)));
  std::vector<ref<Object>> storage;
  auto lazarus = make<Object>(
      [&storage](Object &self) { storage.push_back(ref_from(&self)); });
  EXPECT_FALSE(gc::is_finalized(lazarus));
  lazarus.reset();
  collect();
  ASSERT_EQ(storage.size(), 1u);
  EXPECT_TRUE(gc::is_finalized(storage[0]));
}

TEST_F(GCTests, test_bug1055820b) {
  // Callbacks must not get at objects of the same trash.
  std::vector<ref<Object>> ouch;
  std::vector<weak_ref<Object>> refs;
  int calls = 0;
  auto callback = [&](const weak_ref<Object> &) {
    ++calls;
    ouch.clear();
    for (auto &w : refs)
      ouch.push_back(w.lock());
  };
  std::vector<ref<Object>> cs{make_loop(), make_loop()};
  for (auto &c : cs)
    refs.emplace_back(c, callback);
  collect();
  EXPECT_EQ(calls, 0);
  cs.clear();
  collect();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(ouch, (std::vector<ref<Object>>{nullptr, nullptr}));
}

TEST_F(GCTests, test_bug21435) {
  // A finalizer lets go of a bystander inside the same trash.
  struct B {
    ref<Object> x, attr;
    void finalize() { attr.reset(); }
  };
  auto a = make<Object>();
  auto b = make<B>(make<Object>());
  a->attr["attr"] = b;
  b->attr = a;
  a.reset();
  b.reset();
  EXPECT_EQ(collect(), 3u);
}

TEST_F(GCTests, test_get_stats) {
  auto old = gc::get_stats();
  collect(generation::young);
  auto now = gc::get_stats();
  EXPECT_EQ(now[0].collections, old[0].collections + 1);
  EXPECT_EQ(now[1].collections, old[1].collections);
  EXPECT_EQ(now[2].collections, old[2].collections);
  collect(generation::old);
  now = gc::get_stats();
  EXPECT_EQ(now[0].collections, old[0].collections + 1);
  EXPECT_EQ(now[1].collections, old[1].collections);
  EXPECT_EQ(now[2].collections, old[2].collections + 1);
}

TEST_F(GCTests, test_freeze) {
  auto x = make<List>();
  gc::freeze();
  EXPECT_GT(gc::get_freeze_count(), 0u);
  gc::unfreeze();
  EXPECT_EQ(gc::get_freeze_count(), 0u);
}

/// In which generations a search finds the object.
static std::string found_in(const any_ref &r) {
  std::string where;
  for (int g = 0; g < 3; ++g) {
    auto all = gc::get_objects(static_cast<generation>(g));
    if (std::find(all.begin(), all.end(), r) != all.end())
      where += static_cast<char>('0' + g);
  }
  return where;
}

TEST_F(GCTests, test_get_objects) {
  collect();
  auto l = make<List>();
  l->items.push_back(l);
  EXPECT_EQ(found_in(l), "0");
  collect(generation::young);
  EXPECT_EQ(found_in(l), "1");
  collect(generation::middle);
  EXPECT_EQ(found_in(l), "2");
  collect(generation::old);
  EXPECT_EQ(found_in(l), "2");
  l.reset();
  collect();
}

TEST_F(GCTests, test_get_objects_arguments) {
  // Generations that do not exist cannot be named; without one, all are meant.
  auto a = make<List>();
  collect(generation::young);
  auto b = make<List>();
  EXPECT_EQ(gc::get_objects().size(),
            gc::get_objects(generation::young).size() +
                gc::get_objects(generation::middle).size() +
                gc::get_objects(generation::old).size());
}

TEST_F(GCTests, test_resurrection_only_happens_once_per_object) {
  int resurrected = 0;
  std::vector<ref<Object>> instances;
  make_loop([&](Object &self) {
    ++resurrected;
    instances.push_back(ref_from(&self));
  });
  EXPECT_EQ(resurrected, 0);
  collect();
  EXPECT_EQ(resurrected, 1);
  EXPECT_EQ(instances.size(), 1u);
  instances.clear();
  EXPECT_EQ(collect(), 1u);
  EXPECT_EQ(resurrected, 1);
}

TEST_F(GCTests, test_resurrection_is_transitive) {
  std::vector<ref<Object>> instances;
  auto laz =
      make<Object>([&](Object &self) { instances.push_back(ref_from(&self)); });
  auto cargo = make_loop();
  auto cargo_id = id(cargo);
  laz->attr["cargo"] = cargo;
  cargo->attr["laz"] = laz;
  laz.reset();
  cargo.reset();
  EXPECT_EQ(collect(), 0u);
  ASSERT_EQ(instances.size(), 1u);
  EXPECT_EQ(id(instances[0]->attr["cargo"]), cargo_id);
  instances.clear();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(GCTests, test_resurrection_does_not_block_cleanup_of_other_objects) {
  constexpr std::size_t n = 100;
  std::vector<ref<Object>> zs;
  auto resurrect = [&](Object &self) { zs.push_back(ref_from(&self)); };
  auto collected = [] { return gc::get_stats()[2].collected; };
  std::size_t before = collected();
  for (std::size_t i = 0; i < n; ++i)
    make_loop();
  EXPECT_EQ(collect(), n);
  EXPECT_EQ(collected() - before, n);

  make_loop(resurrect);
  EXPECT_EQ(collect(), 0u);
  for (std::size_t i = 0; i < n; ++i)
    make_loop();
  make_loop(resurrect);
  EXPECT_EQ(collect(), n);
  EXPECT_EQ(collected() - before, 2 * n);

  zs.clear();
  EXPECT_EQ(collect(), 2u);
  EXPECT_EQ(collected() - before, 2 * n + 2);
}

/// Holds a handle that its trace function does not show.
struct ContainerNoGC {
  any_ref value;
  REFCYCLE_TRACE(ContainerNoGC)
};

TEST_F(GCTests, test_trash_weakref_clear) {
  // Z hangs behind an object that shows nothing, so the collector does not know
  // that it is trash. The callback of a weak reference that is trash must stay
  // silent all the same.
  struct A {
    ref<A> a;
    ref<ContainerNoGC> y;
    weak_ref<Object> wz;
  };
  int calls = 0;
  auto a = make<A>();
  a->a = a;
  auto z = make<Object>();
  a->y = make<ContainerNoGC>(z);
  a->wz = weak_ref<Object>(z, [&](const weak_ref<Object> &) { ++calls; });
  z.reset();
  a.reset();
  collect();
  EXPECT_EQ(calls, 0);
}

class GCCallbackTests : public Quiet {
protected:
  struct Visit {
    int who;
    gc::phase when;
    gc::callback_info info;
  };
  std::vector<Visit> visits;

  void SetUp() override {
    for (int who : {1, 2})
      gc::callbacks().push_back(
          [this, who](gc::phase when, const gc::callback_info &info) {
            visits.push_back({who, when, info});
          });
  }
  std::size_t count(int who, gc::phase when) const {
    return static_cast<std::size_t>(
        std::count_if(visits.begin(), visits.end(), [&](const Visit &v) {
          return v.who == who && v.when == when;
        }));
  }
  void TearDown() override {
    for (any_ref &object : gc::garbage())
      if (auto u = ref_cast<Uncollectable>(object))
        u->partner.reset();
    gc::garbage().clear();
  }
};

TEST_F(GCCallbackTests, test_collect) {
  collect();
  for (int who : {1, 2}) {
    EXPECT_EQ(count(who, gc::phase::start), 1u);
    EXPECT_EQ(count(who, gc::phase::stop), 1u);
  }
  EXPECT_EQ(visits[0].when, gc::phase::start);
  EXPECT_EQ(visits[3].when, gc::phase::stop);
}

TEST_F(GCCallbackTests, test_collect_generation) {
  collect(generation::middle);
  for (const Visit &v : visits)
    EXPECT_EQ(v.info.oldest, generation::middle);
}

/// A cycle of two that cannot be collected.
static void make_uncollectable() {
  auto a = make<Uncollectable>();
  a->partner = make<Uncollectable>(a);
}

TEST_F(GCCallbackTests, test_collect_garbage) {
  make_uncollectable();
  make_uncollectable();
  make_loop();
  collect();
  EXPECT_EQ(visits.back().info.collected, 1u);
  EXPECT_EQ(visits.back().info.uncollectable, 4u);
  EXPECT_EQ(gc::garbage().size(), 4u);
}

TEST_F(GCCallbackTests, test_refcount_errors) {
#if REFCYCLE_CHECKED
  auto a = make<List>();
  auto b = make<List>();
  b->items = {a, a};
  auto corrupt = [&] {
    // Fewer references than handles, but not none.
    internal::cell_of(a.get()).count = 1;
    collect();
  };
  EXPECT_DEATH(corrupt(), "fewer references than handles that trace shows");
#else
  GTEST_SKIP() << "only checked builds look";
#endif
}

class GCTogglingTests : public Quiet {
protected:
  void SetUp() override { gc::enable(); }

  /// Makes objects until a collection starts by itself.
  void wait_for_collection() {
    auto before = gc::get_stats()[0].collections;
    std::vector<ref<List>> junk;
    while (gc::get_stats()[0].collections == before) {
      ASSERT_LT(junk.size(), 10000u);
      junk.push_back(make<List>());
    }
  }
};

TEST_F(GCTogglingTests, test_bug1055820c) {
  // c0 is old, held by c1 alone, which becomes young trash together with c2.
  std::vector<ref<Object>> ouch;
  auto c0 = make_loop();
  collect();
  auto c1 = make_loop();
  c1->attr["keep"] = c0;
  c0->attr.clear();
  auto c2 = make_loop();
  weak_ref<Object> c2wr(c2);
  weak_ref<Object> c0wr(
      c0, [&](const weak_ref<Object> &) { ouch.assign(1, c2wr.lock()); });
  c0.reset();
  c1.reset();
  c2.reset();
  wait_for_collection();
  ASSERT_EQ(ouch.size(), 1u);
  EXPECT_EQ(ouch[0], nullptr);
}

TEST_F(GCTogglingTests, test_bug1055820d) {
  // As c, with a finalizer in place of the callback.
  static std::vector<ref<Object>> ouch;
  static weak_ref<Object> c2wr;
  auto d0 = make_loop([](Object &) { ouch.assign(1, c2wr.lock()); });
  collect();
  auto c1 = make_loop();
  c1->attr["keep"] = d0;
  d0->attr.clear();
  auto c2 = make_loop();
  c2wr = c2;
  d0.reset();
  c1.reset();
  c2.reset();
  wait_for_collection();
  ASSERT_EQ(ouch.size(), 1u);
  EXPECT_EQ(ouch[0], nullptr);
  c2wr = {};
}

} // namespace
} // namespace refcycle::python
