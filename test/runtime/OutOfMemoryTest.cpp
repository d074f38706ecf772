// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collections that get no memory for their lists. operator new of this program
// fails where it is told to; every place it can fail at is tried in turn.

#include "refcycle/refcycle.h"
#include "refcycle/testing.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <new>

namespace {
constexpr auto never = std::numeric_limits<std::size_t>::max();
std::size_t good_ones_left = never; ///< Then one request fails after another.
std::size_t refused = 0;
} // namespace

void *operator new(std::size_t bytes) {
  if (good_ones_left == 0) {
    ++refused;
    throw std::bad_alloc();
  }
  if (good_ones_left != never)
    --good_ones_left;
  if (void *block = std::malloc(bytes))
    return block;
  throw std::bad_alloc();
}
void operator delete(void *block) noexcept { std::free(block); }
void operator delete(void *block, std::size_t) noexcept { std::free(block); }

namespace refcycle {
namespace {

struct Node {
  ref<Node> next, other;
  std::vector<ref<Node>> more;
  weak_ref<Node> watched;
  static inline int living = 0;
  static inline int finalized = 0;
  ref<Node> *resurrect_into = nullptr;

  Node() { ++living; }
  ~Node() { --living; }
  void finalize() {
    ++finalized;
    if (resurrect_into != nullptr)
      *resurrect_into = ref_from(this);
  }
  REFCYCLE_TRACE(Node, next, other, more, watched)
};

/// A chain with a cycle at each object, some of it watched: enough for lists of
/// pending objects to grow several times.
ref<Node> make_tangle(int length) {
  auto first = make<Node>();
  auto last = first;
  for (int i = 1; i < length; ++i) {
    auto next = make<Node>();
    next->other = last;
    last->more.push_back(next);
    last->next = next;
    next->watched = last;
    last = std::move(next);
  }
  last->next = first;
  return first;
}

class OutOfMemory : public ::testing::Test {
protected:
  testing::isolation alone;

  /// Collects with the n-th request for memory failing, and all after it.
  collection_stats collect_with(std::size_t good_ones, generation oldest) {
    refused = 0;
    good_ones_left = good_ones;
    const auto done = gc::collect(oldest);
    good_ones_left = never;
    testing::verify_heap();
    return done;
  }

  /// Fails at each place in turn until a collection goes through, which must
  /// free what there is to free. Returns how many places there were.
  std::size_t try_all(generation oldest, std::size_t garbage) {
    for (std::size_t n = 0;; ++n) {
      const int before = Node::living;
      const auto done = collect_with(n, oldest);
      if (done.objects_freed != 0 || refused == 0) {
        EXPECT_EQ(done.objects_freed, garbage);
        return n;
      }
      EXPECT_EQ(Node::living, before) << "freed by a collection that failed";
    }
  }
};

TEST_F(OutOfMemory, YoungCollection) {
  auto kept = make_tangle(100);
  make_tangle(3000);
  try_all(generation::young, 3000);
  EXPECT_EQ(Node::living, 100);
}

TEST_F(OutOfMemory, MiddleCollection) {
  auto kept = make_tangle(100);
  auto lost = make_tangle(3000);
  gc::collect(generation::young);
  lost.reset();
  auto young = make_tangle(10);
  EXPECT_GT(try_all(generation::middle, 3000), 0u);
  EXPECT_EQ(Node::living, 110);
}

TEST_F(OutOfMemory, FullCollection) {
  auto kept = make_tangle(3000);
  make_tangle(3000);
  EXPECT_GT(try_all(generation::old, 3000), 0u);
  EXPECT_EQ(Node::living, 3000);
}

TEST_F(OutOfMemory, FullCollectionBesideFrozenObjects) {
  auto frozen = make_tangle(100);
  gc::freeze();
  auto kept = make_tangle(2000);
  make_tangle(2000);
  EXPECT_GT(try_all(generation::old, 2000), 0u);
  gc::unfreeze();
  EXPECT_EQ(Node::living, 2100);
}

/// A failure after finalizers have run spares the trash: it is found again, and
/// not finalized again.
TEST_F(OutOfMemory, SecondDeductionAfterFinalizers) {
  ref<Node> back;
  {
    auto tangle = make_tangle(2000);
    tangle->resurrect_into = &back;
  }
  Node::finalized = 0;
  while (Node::finalized == 0)
    for (std::size_t n = 0; Node::finalized == 0; ++n)
      collect_with(n, generation::old);
  EXPECT_EQ(Node::living, 2000);
  EXPECT_EQ(Node::finalized, 2000);
  ASSERT_TRUE(back);
  back.reset();
  EXPECT_EQ(gc::collect().objects_freed, 2000u);
  EXPECT_EQ(Node::finalized, 2000);
}

/// Under debug_saveall the list of garbage needs memory too.
TEST_F(OutOfMemory, GarbageThatCannotBeListedStaysAlive) {
  make_tangle(100);
  gc::set_debug(gc::debug_saveall);
  for (std::size_t n = 0; gc::garbage().size() != 100; ++n) {
    gc::garbage().clear();
    collect_with(n, generation::old);
    ASSERT_EQ(Node::living, 100);
  }
  gc::set_debug(0);
  gc::garbage().clear();
  EXPECT_EQ(gc::collect().objects_freed, 100u);
}

/// An automatic collection without memory must not disturb make().
TEST_F(OutOfMemory, AutomaticCollectionGivesUp) {
  make_tangle(1000);
  make<Node>();
  gc::enable();
  gc::set_threshold(1);
  good_ones_left = 0;
  auto made = make<Node>();
  good_ones_left = never;
  gc::disable();
  EXPECT_TRUE(made);
  testing::verify_heap();
  made.reset();
  gc::collect();
  EXPECT_EQ(Node::living, 0);
}

} // namespace
} // namespace refcycle
