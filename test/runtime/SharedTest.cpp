// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handles across threads, meant to run under ThreadSanitizer as well: biased
// counts from many threads, objects that outlive their thread, fork.

#include "refcycle/refcycle.h"
#include "refcycle/testing.h"

#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace refcycle {
namespace {

/// Knows how many of its kind live, and which thread its last moments are on.
struct Counted {
  static std::atomic<int> living;
  static std::atomic<std::thread::id> last_thread;
  int value = 7;
  Counted() { ++living; }
  ~Counted() {
    --living;
    last_thread = std::this_thread::get_id();
  }
  REFCYCLE_TRACE(Counted)
};
std::atomic<int> Counted::living{0};
std::atomic<std::thread::id> Counted::last_thread{};

/// Runs some code when it dies.
struct LastWords {
  std::function<void()> code;
  ~LastWords() { code(); }
};

} // namespace
} // namespace refcycle

REFCYCLE_LEAF(refcycle::Counted)
REFCYCLE_LEAF(refcycle::LastWords)

namespace refcycle {
namespace {

template <class F> void on_thread(F f) { std::thread(f).join(); }

TEST(SharedRef, OneThreadCountsAsUsual) {
  auto a = make_shared_ref<Counted>();
  auto b = a;
  EXPECT_EQ(a, b);
  a = nullptr;
  EXPECT_EQ(Counted::living, 1);
  b = nullptr;
  EXPECT_EQ(Counted::living, 0);
}

TEST(SharedRef, LastDropElsewhereIsLeftToTheMaker) {
  auto a = make_shared_ref<Counted>();
  on_thread([moved = std::move(a)]() mutable { moved = nullptr; });
  EXPECT_EQ(Counted::living, 1);
  poll();
  EXPECT_EQ(Counted::living, 0);
  EXPECT_EQ(Counted::last_thread.load(), std::this_thread::get_id());
}

TEST(SharedRef, LastDropByTheMakerFreesAtOnce) {
  auto a = make_shared_ref<Counted>();
  on_thread([copy = a] { EXPECT_EQ(copy->value, 7); });
  a = nullptr;
  poll();
  EXPECT_EQ(Counted::living, 0);
}

TEST(SharedRef, ObjectOutlivesTheThreadThatMadeIt) {
  shared_ref<Counted> kept;
  on_thread([&] { kept = make_shared_ref<Counted>(); });
  EXPECT_EQ(kept->value, 7);
  auto second = kept;
  kept = nullptr;
  EXPECT_EQ(Counted::living, 1);
  second = nullptr;
  EXPECT_EQ(Counted::living, 0);
}

TEST(SharedRef, LocalIsEmptyElsewhere) {
  auto a = make_shared_ref<Counted>();
  EXPECT_EQ(a.local()->value, 7);
  on_thread([&] { EXPECT_FALSE(a.local()); });
}

TEST(SharedRef, HoldersOfSharedRefsAreNotTracked) {
  struct Holder {
    shared_ref<Counted> s;
  };
  EXPECT_FALSE(gc::is_tracked(make<Holder>()));
}

/// A slot that several threads copy from and assign to.
struct Slot {
  std::mutex lock;
  shared_ref<Counted> value;
  shared_ref<Counted> get() {
    std::lock_guard hold(lock);
    return value;
  }
  void set(shared_ref<Counted> v) {
    std::lock_guard hold(lock);
    std::swap(value, v);
  }
};

static void exchange_values(std::array<Slot, 8> &slots, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<shared_ref<Counted>> mine;
  for (int i = 0; i < 20000; ++i) {
    Slot &slot = slots[random() / 7 % slots.size()];
    switch (random() / 7 % 5) {
    case 0:
      slot.set(make_shared_ref<Counted>());
      break;
    case 1:
      slot.set(nullptr);
      break;
    case 2:
      if (!mine.empty())
        mine.pop_back();
      break;
    case 3:
      if (!mine.empty())
        slot.set(mine.front());
      break;
    default:
      mine.push_back(slot.get());
      if (mine.back() && mine.back()->value != 7)
        std::abort();
      if (mine.size() > 16)
        mine.clear();
    }
  }
}

TEST(SharedRef, ManyThreadsExchangeHandles) {
  {
    std::array<Slot, 8> slots;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i)
      threads.emplace_back([&, i] { exchange_values(slots, i + 1); });
    for (std::thread &t : threads)
      t.join();
  }
  EXPECT_EQ(Counted::living, 0);
}

TEST(SharedRef, RacingLastDrops) {
  for (int round = 0; round < 300; ++round) {
    auto a = make_shared_ref<Counted>();
    auto b = a, c = a;
    std::thread t([b = std::move(b)]() mutable { b = nullptr; });
    std::thread u([c = std::move(c)]() mutable { c = nullptr; });
    a = nullptr;
    t.join();
    u.join();
    poll();
    ASSERT_EQ(Counted::living, 0);
  }
}

TEST(SharedRef, MakersThatEndWhileOthersDrop) {
  for (int round = 0; round < 200; ++round) {
    Slot slot;
    std::thread maker([&] { slot.set(make_shared_ref<Counted>()); });
    std::thread dropper([&] {
      for (int i = 0; i < 50 && !slot.get(); ++i)
        std::this_thread::yield();
      slot.set(nullptr);
    });
    maker.join();
    dropper.join();
    slot.set(nullptr);
    ASSERT_EQ(Counted::living, 0);
  }
}

TEST(Threads, EachHasAHeapOfItsOwn) {
  struct Node {
    ref<Node> next;
  };
  gc::collect();
  std::size_t here = testing::live_objects();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([] {
      for (int i = 0; i < 20000; ++i) {
        auto a = make<Node>();
        a->next = make<Node>(a);
      }
      gc::collect();
      EXPECT_EQ(testing::live_objects(), 0u);
    });
  for (std::thread &t : threads)
    t.join();
  EXPECT_EQ(testing::live_objects(), here);
}

TEST(Threads, ThreadLocalHandlesGoBeforeTheHeapIsLeft) {
  std::thread::id maker;
  on_thread([&] {
    // Known to the thread before its heap is: destroyed after most else.
    static thread_local ref<Counted> kept;
    kept = ref<Counted>();
    maker = std::this_thread::get_id();
    kept = make<Counted>();
  });
  EXPECT_EQ(Counted::living, 0);
  EXPECT_EQ(Counted::last_thread.load(), maker);
}

TEST(Threads, ThreadLocalHandlesDoNotRaceWithSharedOnes) {
  for (int round = 0; round < 200; ++round) {
    Slot slot;
    std::thread maker([&] {
      static thread_local ref<Counted> kept;
      kept = ref<Counted>();
      auto shared = make_shared_ref<Counted>();
      kept = shared.local();
      slot.set(std::move(shared));
    });
    std::thread dropper([&] {
      for (int i = 0; i < 50 && !slot.get(); ++i)
        std::this_thread::yield();
      slot.set(nullptr);
    });
    maker.join();
    dropper.join();
    slot.set(nullptr);
    ASSERT_EQ(Counted::living, 0);
  }
}

TEST(Threads, ARefMayOutliveItsThread) {
  ref<Counted> kept;
  on_thread([&] { kept = make<Counted>(); });
  EXPECT_EQ(kept->value, 7);
  kept.reset();
  EXPECT_EQ(Counted::living, 0);
}

#if !defined(__SANITIZE_THREAD__)
TEST(Fork, ChildGoesOnWithItsCopy) {
  struct Node {
    ref<Node> next;
  };
  auto kept = make<Node>();
  kept->next = kept;
  auto shared = make_shared_ref<Counted>();
  gc::freeze();
  pid_t child = fork();
  if (child == 0) {
    auto more = make<Node>(kept);
    more->next = more;
    more.reset();
    bool good = gc::collect().objects_freed == 1;
    gc::unfreeze();
    kept->next.reset();
    shared = nullptr;
    kept.reset();
    testing::verify_heap();
    _exit(good && Counted::living == 0 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  gc::unfreeze();
  kept->next.reset();
}

TEST(Fork, OrphansOfOtherThreadsCanBeDroppedInTheChild) {
  Slot slot;
  std::atomic<int> stage{0};
  std::thread maker([&] {
    slot.set(make_shared_ref<Counted>());
    stage = 1;
    while (stage != 2)
      std::this_thread::yield();
  });
  while (stage != 1)
    std::this_thread::yield();
  pid_t child = fork();
  if (child == 0) {
    slot.set(nullptr);
    _exit(Counted::living);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  stage = 2;
  maker.join();
  slot.set(nullptr);
  EXPECT_EQ(Counted::living, 0);
}
#endif

#if REFCYCLE_CHECKED
TEST(ThreadsDeathTest, ForeignUseOfARefIsTrapped) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto a = make<int>(1);
  EXPECT_DEATH(on_thread([&] {
                 make<int>(2);
                 ref<int> b = a;
               }),
               "copied by a thread that does not own it; use shared_ref");
}

TEST(ThreadsDeathTest, OrphansAreUsedByOneThreadAtATime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        ref<int> left;
        shared_ref<LastWords> last;
        on_thread([&] {
          left = make<int>(1);
          last = make_shared_ref<LastWords>(
              [&] { on_thread([&] { left.reset(); }); });
        });
        last = nullptr; // This thread acts as the owner of both meanwhile.
      },
      "dropped by a thread that does not own it; use shared_ref");
}
#endif

} // namespace
} // namespace refcycle
