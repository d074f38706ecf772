// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Debug mode: what it writes into blocks, and a sentence for each misuse. A
// program of its own, because the mode is fixed by first use.

#include "refcycle/pool_allocator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <list>
#include <thread>
#include <vector>

namespace pool = refcycle::pool;

namespace {

const bool configured = pool::configure({pool::mode::debug, 512});

unsigned char *bytes_of(void *p) { return static_cast<unsigned char *>(p); }

TEST(PoolDebug, IsOn) {
  EXPECT_TRUE(configured);
  EXPECT_EQ(pool::active_options().run_mode, pool::mode::debug);
}

TEST(PoolDebug, FreshBlocksAreFilledAndGuarded) {
  for (std::size_t bytes : {1u, 40u, 464u, 512u, 3000u}) {
    unsigned char *p = bytes_of(pool::allocate(bytes));
    for (std::size_t i = 0; i != bytes; ++i)
      ASSERT_EQ(p[i], 0xCD);
    EXPECT_EQ(p[-1], 0xFD);
    EXPECT_EQ(p[bytes], 0xFD);
    EXPECT_EQ(pool::usable_size(p), bytes);
    pool::deallocate(p, bytes);
  }
  EXPECT_STREQ(pool::verify_pool(), nullptr);
}

TEST(PoolDebug, FreedBlocksAreFilledAndHeldBack) {
  unsigned char *p = bytes_of(pool::allocate(40));
  std::memset(p, 1, 40);
  pool::deallocate(p);
  EXPECT_EQ(p[0], 0xDD); // Legal here only: the block is held, not reused.
  EXPECT_EQ(p[39], 0xDD);
  void *q = pool::allocate(40);
  EXPECT_NE(p, q);
  pool::deallocate(q);
}

TEST(PoolDebug, OverAlignedBlocksWork) {
  for (std::size_t align = 1; align <= 4096; align *= 2) {
    void *p = pool::try_allocate(100, align);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % align, 0u);
    std::memset(p, 3, 100);
    pool::deallocate(p, 100, align);
  }
  EXPECT_STREQ(pool::verify_pool(), nullptr);
}

TEST(PoolDebug, ReallocateMovesAndKeepsContent) {
  unsigned char *p = bytes_of(pool::allocate(10));
  std::memset(p, 9, 10);
  unsigned char *q = bytes_of(pool::reallocate(p, 2000));
  EXPECT_NE(p, q);
  EXPECT_EQ(q[9], 9);
  EXPECT_EQ(q[10], 0xCD);
  pool::deallocate(q, 2000);
}

TEST(PoolDebug, ContainersAndThreadsWork) {
  auto fill = [] {
    std::list<int, pool::allocator<int>> numbers;
    std::pmr::vector<int> more(pool::resource());
    for (int i = 0; i != 3000; ++i) {
      numbers.push_back(i);
      more.push_back(i);
    }
  };
  std::thread first(fill), second(fill);
  first.join();
  second.join();
  EXPECT_STREQ(pool::verify_pool(), nullptr);
}

TEST(PoolDebug, NothingIsHeldAfterTrim) {
  for (int i = 0; i != 100; ++i)
    pool::deallocate(pool::allocate(100), 100);
  EXPECT_GT(pool::get_statistics().bytes_in_use, 0u);
  pool::trim();
  EXPECT_EQ(pool::get_statistics().bytes_in_use, 0u);
  EXPECT_EQ(pool::get_statistics().large_blocks, 0u);
}

TEST(PoolDebugDeathTest, FreeingTwice) {
  void *p = pool::allocate(40);
  pool::deallocate(p, 40);
  EXPECT_DEATH(pool::deallocate(p, 40),
               "\\(40 bytes, serial [0-9]+\\) was freed twice");
  EXPECT_DEATH(pool::deallocate(p), "was freed twice");
}

TEST(PoolDebugDeathTest, FreeingWithAnotherSize) {
  void *p = pool::allocate(40);
  EXPECT_DEATH(pool::deallocate(p, 41),
               "\\(40 bytes, serial [0-9]+\\) was freed as 41 bytes");
  pool::deallocate(p, 40);
}

TEST(PoolDebugDeathTest, WritingPastTheEnd) {
  unsigned char *p = bytes_of(pool::allocate(40));
  p[40] = 0;
  EXPECT_DEATH(pool::deallocate(p, 40), "was written to after its last byte");
  EXPECT_THAT(pool::verify_pool(), testing::NotNull());
  p[40] = 0xFD;
  pool::deallocate(p, 40);
}

TEST(PoolDebugDeathTest, WritingBeforeTheStart) {
  unsigned char *p = bytes_of(pool::allocate(40));
  p[-1] = 0;
  EXPECT_DEATH(pool::deallocate(p, 40), "was written to before its first byte");
  p[-1] = 0xFD;
  pool::deallocate(p, 40);
}

TEST(PoolDebugDeathTest, WritingAfterTheFree) {
  unsigned char *p = bytes_of(pool::allocate(40));
  pool::deallocate(p, 40);
  p[7] = 1;
  EXPECT_THAT(pool::verify_pool(),
              testing::HasSubstr("was written to after it was freed"));
  EXPECT_DEATH(pool::trim(), "was written to after it was freed");
  p[7] = 0xDD;
  EXPECT_STREQ(pool::verify_pool(), nullptr);
}

TEST(PoolDebugDeathTest, FreeingTheMiddleOfABlock) {
  unsigned char *p = bytes_of(pool::allocate(100));
  EXPECT_DEATH(pool::deallocate(p + 16, 84), "is not a live block of the pool");
  EXPECT_DEATH(pool::deallocate(p + 1, 84), "is not a live block of the pool");
  pool::deallocate(p, 100);
}

TEST(PoolDebugDeathTest, FreeingForeignMemory) {
  alignas(16) static char foreign[128];
  EXPECT_DEATH(pool::deallocate(foreign + 64, 16),
               "is not a live block of the pool");
}

TEST(PoolDebugDeathTest, MovingAFreedBlock) {
  void *p = pool::allocate(40);
  pool::deallocate(p, 40);
  EXPECT_DEATH((void)pool::reallocate(p, 80), "was freed twice|not a live");
}

} // namespace
