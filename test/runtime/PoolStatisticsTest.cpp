// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything is accounted for: the equations of pool.h hold at every moment,
// and the printed table adds up.

#include "refcycle/pool.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace pool = refcycle::pool;

namespace {

void expect_conservation(const pool::statistics &s) {
  for (const pool::class_statistics &c : s.classes)
    EXPECT_EQ(c.blocks, c.in_use + c.cached + c.free) << c.block_bytes;
  EXPECT_EQ(s.arenas * s.arena_bytes, s.bytes_in_use + s.bytes_cached +
                                          s.bytes_free + s.bytes_slack +
                                          s.bytes_free_pools + s.bytes_headers);
  EXPECT_EQ(s.arenas, s.arenas_mapped - s.arenas_returned);
  EXPECT_GE(s.arenas_peak, s.arenas);
}

std::size_t in_use(std::size_t bytes) {
  return pool::get_statistics().classes[(bytes + 15) / 16].in_use;
}

TEST(PoolStatistics, HoldWhileBlocksComeAndGo) {
  std::minstd_rand random(3);
  struct block {
    void *address;
    std::size_t bytes;
  };
  std::vector<block> live;
  for (int step = 0; step != 20'000; ++step) {
    if (live.empty() || random() % 5 > 1) {
      std::size_t bytes = random() % 600;
      live.push_back({pool::allocate(bytes), bytes});
    } else {
      std::swap(live[random() % live.size()], live.back());
      pool::deallocate(live.back().address, live.back().bytes);
      live.pop_back();
    }
    if (step % 100 == 0)
      expect_conservation(pool::get_statistics());
  }
  for (block &b : live)
    pool::deallocate(b.address, b.bytes);
  expect_conservation(pool::get_statistics());
}

TEST(PoolStatistics, InUseIsWhatTheProgramHolds) {
  std::size_t before = in_use(100);
  std::vector<void *> blocks;
  for (int i = 0; i != 1000; ++i)
    blocks.push_back(pool::allocate(100));
  EXPECT_EQ(in_use(100), before + 1000);
  for (void *p : blocks)
    pool::deallocate(p, 100);
  EXPECT_EQ(in_use(100), before);
}

TEST(PoolStatistics, LargeBlocksAreCounted) {
  pool::statistics before = pool::get_statistics();
  void *p = pool::allocate(10'000);
  void *q = pool::try_allocate(600, 4096);
  p = pool::reallocate(p, 20'000);
  pool::statistics during = pool::get_statistics();
  EXPECT_EQ(during.large_blocks, before.large_blocks + 2);
  EXPECT_GE(during.large_bytes, before.large_bytes + 20'600);
  pool::deallocate(p, 20'000);
  pool::deallocate(q, 600, 4096);
  pool::statistics after = pool::get_statistics();
  EXPECT_EQ(after.large_blocks, before.large_blocks);
  EXPECT_EQ(after.large_bytes, before.large_bytes);
}

TEST(PoolStatistics, TrimEmptiesThisThreadsCache) {
  pool::deallocate(pool::allocate(64), 64);
  EXPECT_GT(pool::get_statistics().bytes_cached, 0u);
  pool::trim();
  EXPECT_EQ(pool::get_statistics().bytes_cached, 0u);
  EXPECT_EQ(pool::get_statistics().bytes_in_use, 0u);
  EXPECT_EQ(pool::get_statistics().arenas, 0u);
}

TEST(PoolStatistics, AnEndedThreadLeavesNothingCached) {
  pool::trim();
  std::size_t threads = pool::get_statistics().threads;
  void *survivor = nullptr;
  std::thread([&] {
    for (std::size_t bytes = 0; bytes != 2000; ++bytes)
      pool::deallocate(pool::allocate(bytes), bytes);
    survivor = pool::allocate(700); // Large, and outlives its thread.
    EXPECT_EQ(pool::get_statistics().threads, threads + 1);
  }).join();
  pool::statistics s = pool::get_statistics();
  EXPECT_EQ(s.threads, threads);
  EXPECT_EQ(s.bytes_cached, 0u);
  EXPECT_EQ(s.large_blocks, 1u);
  pool::deallocate(survivor, 700);
  EXPECT_EQ(pool::get_statistics().large_blocks, 0u);
}

std::string printed_statistics() {
  std::string text(4000, '\0');
  std::FILE *out = fmemopen(text.data(), text.size(), "w");
  pool::print_statistics(out);
  std::fclose(out);
  return text.substr(0, text.find('\0'));
}

TEST(PoolStatistics, ThePrintedTableAddsUp) {
  void *p = pool::allocate(33);
  std::istringstream lines(printed_statistics());
  std::size_t sum = 0, total = 0;
  for (std::string line; std::getline(lines, line);) {
    std::size_t n = 0;
    int end = 0; // Set when "bytes" was there too.
    if (std::sscanf(line.c_str(), "%zu bytes %n", &n, &end) != 1 || !end)
      continue;
    (line.find("sum") == std::string::npos ? sum : total) += n;
  }
  EXPECT_GT(total, 0u);
  EXPECT_EQ(sum, total);
  EXPECT_NE(printed_statistics().find("    3     48        1            1"),
            std::string::npos)
      << printed_statistics();
  pool::deallocate(p, 33);
}

} // namespace
