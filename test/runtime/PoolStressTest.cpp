// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random work against a shadow: what the pool hands out must not overlap, must
// keep its content, and must leave every invariant intact.

#include "refcycle/pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <map>
#include <random>

namespace pool = refcycle::pool;

namespace {

/// Live blocks by address, each filled with a byte of its own.
class shadow {
public:
  void add(void *p, std::size_t bytes) {
    auto *start = static_cast<unsigned char *>(p);
    auto above = live.lower_bound(start);
    ASSERT_TRUE(above == live.end() || start + bytes <= above->first);
    if (above != live.begin()) {
      auto below = std::prev(above);
      ASSERT_LE(below->first + below->second.bytes, start);
    }
    unsigned char fill = static_cast<unsigned char>(++serial);
    std::memset(start, fill, bytes);
    live[start] = {bytes, fill};
  }

  struct entry {
    std::size_t bytes;
    unsigned char fill;
  };
  using iterator = std::map<unsigned char *, entry>::iterator;

  iterator pick(std::minstd_rand &random) {
    auto it = live.lower_bound(std::next(
        live.begin()->first, static_cast<std::ptrdiff_t>(random() % span())));
    return it == live.end() ? live.begin() : it;
  }

  void expect_content(iterator it, std::size_t bytes) {
    for (std::size_t i = 0; i != bytes; ++i)
      ASSERT_EQ(it->first[i], it->second.fill);
  }

  void remove(iterator it) { live.erase(it); }
  std::size_t size() const { return live.size(); }
  iterator begin() { return live.begin(); }

private:
  std::size_t span() {
    return static_cast<std::size_t>(std::prev(live.end())->first -
                                    live.begin()->first) +
           1;
  }

  std::map<unsigned char *, entry> live;
  unsigned serial = 0;
};

std::size_t random_size(std::minstd_rand &random) {
  return random() % 16 ? random() % 600 : random() % 5000;
}

void free_one(shadow &blocks, shadow::iterator it, bool tell_size) {
  blocks.expect_content(it, it->second.bytes);
  if (tell_size)
    pool::deallocate(it->first, it->second.bytes);
  else
    pool::deallocate(it->first);
  blocks.remove(it);
}

void move_one(shadow &blocks, shadow::iterator it, std::size_t bytes) {
  auto [fill, before] = std::pair(it->second.fill, it->second.bytes);
  auto *moved =
      static_cast<unsigned char *>(pool::reallocate(it->first, bytes));
  ASSERT_NE(moved, nullptr);
  blocks.remove(it);
  for (std::size_t i = 0; i != std::min(before, bytes); ++i)
    ASSERT_EQ(moved[i], fill);
  blocks.add(moved, bytes);
}

// The number of live blocks swings between nothing and `most`, so that arenas
// are mapped and returned all the time.
void run_randomly(unsigned seed, int steps, std::size_t most) {
  std::minstd_rand random(seed);
  shadow blocks;
  bool growing = true;
  for (int step = 0; step != steps; ++step) {
    growing = blocks.size() == 0 || (growing && blocks.size() < most);
    unsigned choice = random() % 16;
    if (blocks.size() == 0 || choice < (growing ? 10u : 4u)) {
      std::size_t bytes = random_size(random);
      blocks.add(pool::allocate(bytes), bytes);
    } else if (choice == 15) {
      move_one(blocks, blocks.pick(random), random_size(random));
    } else {
      free_one(blocks, blocks.pick(random), choice % 2);
    }
    if (random() % 20'000 == 0)
      pool::trim();
    if (step % 2'000 == 0) {
      ASSERT_STREQ(pool::verify_pool(), nullptr) << "step " << step;
    }
    if (testing::Test::HasFatalFailure())
      return;
  }
  while (blocks.size())
    free_one(blocks, blocks.begin(), true);
}

class PoolStress : public testing::TestWithParam<unsigned> {};

TEST_P(PoolStress, BlocksNeverOverlapNorChange) {
  run_randomly(GetParam(), 300'000, 1'000 * GetParam() * GetParam());
  EXPECT_STREQ(pool::verify_pool(), nullptr);
  pool::trim();
  pool::statistics s = pool::get_statistics();
  EXPECT_EQ(s.arenas, 0u);
  EXPECT_EQ(s.large_blocks, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PoolStress, testing::Values(1u, 2u, 3u, 4u));

} // namespace
