// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What CPython's tests do not reach: when collections start, which generation,
// the quarter rule, memory exhaustion, depth, misuse.

#include "Pythonic.h"

#include "refcycle/memory.h"

#include <thread>

namespace refcycle::python {
namespace {

using Collector = Quiet;

/// Generations of the collections that a piece of work starts.
template <class F> std::string collections_during(F work) {
  std::string seen;
  gc::callbacks().push_back([&](gc::phase when, const gc::callback_info &info) {
    if (when == gc::phase::start)
      seen += static_cast<char>('0' + static_cast<int>(info.oldest));
  });
  gc::enable();
  work();
  gc::disable();
  gc::callbacks().pop_back();
  return seen;
}

static std::vector<ref<List>> make_lists(int count) {
  std::vector<ref<List>> all;
  for (int i = 0; i < count; ++i)
    all.push_back(make<List>());
  return all;
}

TEST_F(Collector, StartsAfterThresholdZeroNetAllocations) {
  gc::set_threshold(10, 1000, 1000);
  EXPECT_EQ(collections_during([] { make_lists(10); }), "");
  EXPECT_EQ(collections_during([] {
              for (int i = 0; i < 100; ++i)
                make_lists(5); // Freed as fast as made.
            }),
            "");
  gc::collect();
  EXPECT_EQ(collections_during([] { make_lists(11); }), "0");
}

TEST_F(Collector, OlderGenerationsFollowTheirThresholds) {
  gc::set_threshold(1, 2, 1000);
  gc::collect();
  std::string seen = collections_during([] { make_lists(16); });
  EXPECT_EQ(seen, "00010001");
}

TEST_F(Collector, ZeroThresholdAndDisableMeanNever) {
  gc::set_threshold(0);
  EXPECT_EQ(collections_during([] { make_lists(5000); }), "");
  gc::set_threshold(1);
  gc::disable();
  auto before = gc::get_stats()[0].collections;
  make_lists(100);
  EXPECT_EQ(gc::get_stats()[0].collections, before);
  EXPECT_FALSE(gc::isenabled());
}

TEST_F(Collector, QuarterRuleDefersFullCollections) {
  // With many old objects, a full collection waits until a quarter as many have
  // come to the old generation.
  auto old = make_lists(4000);
  gc::collect();
  gc::set_threshold(100, 1, 1);
  std::string seen = collections_during([&] {
    auto more = make_lists(900);
    old.insert(old.end(), more.begin(), more.end());
  });
  EXPECT_EQ(seen.find('2'), seen.npos) << seen;
  seen = collections_during([&] { old = make_lists(3000); });
  EXPECT_NE(seen.find('2'), seen.npos) << seen;
}

TEST_F(Collector, DefaultsAreThoseOfCPython311) {
  std::array<std::uint32_t, 3> fresh{};
  std::thread([&] { fresh = gc::get_threshold(); }).join();
  EXPECT_EQ(fresh, (std::array<std::uint32_t, 3>{700, 10, 10}));
}

TEST_F(Collector, SettingOneThresholdKeepsTheOthers) {
  gc::set_threshold(5, 6, 7);
  gc::set_threshold(9);
  EXPECT_EQ(gc::get_threshold(), (std::array<std::uint32_t, 3>{9, 6, 7}));
  gc::set_threshold(9, 8);
  EXPECT_EQ(gc::get_threshold(), (std::array<std::uint32_t, 3>{9, 8, 7}));
}

TEST_F(Collector, YoungCollectionLeavesOldCyclesAlone) {
  make_loop();
  auto kept = make_loop();
  weak_ref<Object> watch(kept);
  EXPECT_EQ(collect(generation::young), 1u);
  collect(generation::middle);
  kept.reset();
  EXPECT_EQ(collect(generation::middle), 0u);
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(collect(generation::old), 1u);
}

TEST_F(Collector, YoungTrashHeldByOldTrashWaits) {
  auto old = make_loop();
  collect();
  old->attr["young"] = make_loop();
  old.reset();
  EXPECT_EQ(collect(generation::young), 0u);
  EXPECT_EQ(collect(), 2u);
}

TEST_F(Collector, CollectionStatsTellObjectsAndBytes) {
  auto kept = make<List>();
  make_loop();
  auto done = gc::collect();
  EXPECT_EQ(done.objects_scanned, 2u);
  EXPECT_EQ(done.objects_freed, 1u);
  EXPECT_EQ(done.bytes_freed, sizeof(Object));
}

TEST_F(Collector, MillionNodeRingNeedsNoStack) {
  struct Link {
    ref<Link> next;
  };
  auto first = make<Link>();
  ref<Link> last = first;
  for (int i = 1; i < 1'000'000; ++i)
    last = last->next = make<Link>();
  last->next = first;
  last.reset();
  first.reset();
  EXPECT_EQ(collect(), 1'000'000u);
}

TEST_F(Collector, GarbageThatHoldsALongListNeedsNoStack) {
  struct Link {
    ref<Link> next;
    any_ref owner;
  };
  ref<Link> list;
  for (int i = 0; i < 1'000'000; ++i)
    list = make<Link>(list);
  auto loop = make_loop();
  loop->attr["list"] = list;
  list.reset();
  loop.reset();
  gc::collect(generation::old);
  EXPECT_EQ(collect(), 0u);
}

TEST_F(Collector, NestedCollectionDoesNothing) {
  std::size_t nested = 99;
  make_loop([&](Object &) { nested = collect(); });
  EXPECT_EQ(collect(), 1u);
  EXPECT_EQ(nested, 0u);
}

TEST_F(Collector, ObjectsBornInFinalizersAreSafe) {
  std::vector<any_ref> born;
  make_loop([&](Object &self) {
    auto child = make_loop();
    child->attr["parent"] = ref_from(&self);
    born.push_back(child);
  });
  EXPECT_EQ(collect(), 0u); // The child brought it back.
  born.clear();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(Collector, ConstructorsMayCollect) {
  struct Outer {
    ref<List> list = make<List>();
    std::size_t collected = collect();
  };
  make_loop();
  EXPECT_EQ(make<Outer>()->collected, 1u);
}

TEST_F(Collector, CallbackOfCollectorMayThrow) {
  int lost = 0;
  auto old = gc::set_unraisable_hook(
      [&](std::string_view, std::exception_ptr) { ++lost; });
  gc::callbacks().push_back(
      [](gc::phase, const gc::callback_info &) { throw 1; });
  make_loop();
  EXPECT_EQ(collect(), 1u);
  EXPECT_EQ(lost, 2);
  gc::set_unraisable_hook(old);
}

TEST_F(Collector, FrozenGarbageIsKeptUntilThawed) {
  make_loop();
  gc::freeze();
  EXPECT_EQ(collect(), 0u);
  EXPECT_TRUE(gc::get_objects().empty());
  gc::unfreeze();
  EXPECT_EQ(collect(), 1u);
}

TEST_F(Collector, ReferrersAreFound) {
  auto target = make<List>();
  auto owner = make<List>();
  owner->items = {target};
  auto other = make<Object>();
  other->attr["t"] = target;
  auto found = gc::get_referrers(target);
  EXPECT_EQ(found.size(), 2u);
  EXPECT_TRUE(gc::get_referrers(owner).empty());
}

TEST_F(Collector, HandsOffWhatOnlyADestructorTouches) {
  // Handles are empty by the time a collected object's destructor runs.
  static bool saw_peer;
  struct Peer {
    ref<Peer> other;
    bool alive = true;
    ~Peer() { saw_peer |= bool(other); }
    Peer() = default;
    Peer(const Peer &) = default;
    void trace(visitor &visit) { visit(other); }
  };
  saw_peer = false;
  auto a = make<Peer>(), b = make<Peer>();
  a->other = b;
  b->other = a;
  a.reset();
  b.reset();
  EXPECT_EQ(collect(), 2u);
  EXPECT_FALSE(saw_peer);
}

#if REFCYCLE_CHECKED
using MisuseDeathTest = Quiet;

TEST_F(MisuseDeathTest, EmptyHandleFollowed) {
  ref<List> none;
  EXPECT_DEATH(none->items.clear(), "an empty ref was followed");
}

TEST_F(MisuseDeathTest, RefFromInDestructor) {
  struct Bad {
    ref<Bad> *out;
    ~Bad() { *out = ref_from(this); }
    explicit Bad(ref<Bad> *o) : out(o) {}
    void trace(visitor &) {}
  };
  ref<Bad> out;
  EXPECT_DEATH(make<Bad>(&out), "ref_from in a destructor");
}

TEST_F(MisuseDeathTest, HandleAfterFree) {
  auto list = make<List>();
  alignas(ref<List>) char copy[sizeof list];
  std::memcpy(copy, &list, sizeof list); // A handle nobody counted.
  list.reset();
  EXPECT_DEATH(ref<List>(*reinterpret_cast<ref<List> *>(copy)),
               "copied after its object was freed");
}

TEST_F(MisuseDeathTest, DoubleVisitIsTrappedByCollections) {
  struct Twice {
    ref<Twice> one;
    explicit Twice(ref<Twice> r) : one(r) {}
    void trace(visitor &visit) { visit(one, one); }
  };
  auto a = make<Twice>(make<Twice>(nullptr));
  EXPECT_DEATH(collect(), "a trace function shows a handle twice");
}
#endif

} // namespace
} // namespace refcycle::python
