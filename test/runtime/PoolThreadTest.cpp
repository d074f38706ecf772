// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks that cross threads, threads that end, and processes that fork.

#include "refcycle/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pool = refcycle::pool;

namespace {

template <class Body> void run_threads(int count, Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i != count; ++i)
    threads.emplace_back(body, i);
  for (std::thread &t : threads)
    t.join();
}

void expect_nothing_left() {
  EXPECT_STREQ(pool::verify_pool(), nullptr);
  pool::trim();
  EXPECT_EQ(pool::get_statistics().bytes_in_use, 0u);
  EXPECT_EQ(pool::get_statistics().arenas, 0u);
}

struct parcel {
  void *block;
  std::size_t bytes;
};

/// Where threads leave blocks for others to free.
class exchange {
public:
  void put(parcel p) {
    std::lock_guard hold(lock);
    parcels.push_back(p);
  }

  parcel swap_random(parcel p, std::minstd_rand &random) {
    std::lock_guard hold(lock);
    std::swap(p, parcels[random() % parcels.size()]);
    return p;
  }

  void free_all() {
    for (parcel p : parcels)
      pool::deallocate(p.block, p.bytes);
  }

private:
  std::mutex lock;
  std::vector<parcel> parcels;
};

parcel make_parcel(std::minstd_rand &random) {
  std::size_t bytes = random() % 560;
  void *p = pool::allocate(bytes);
  std::memset(p, static_cast<int>(bytes % 256), bytes);
  return {p, bytes};
}

void check_and_free(parcel p) {
  auto *bytes = static_cast<unsigned char *>(p.block);
  for (std::size_t i = 0; i != p.bytes; ++i)
    ASSERT_EQ(bytes[i], p.bytes % 256);
  pool::deallocate(p.block, p.bytes);
}

TEST(PoolThreads, AnyThreadMayFreeAnyBlock) {
  exchange shop;
  std::minstd_rand random(1);
  for (int i = 0; i != 2000; ++i)
    shop.put(make_parcel(random));
  run_threads(4, [&](int id) {
    std::minstd_rand own(static_cast<unsigned>(id) + 2);
    for (int i = 0; i != 20'000; ++i)
      check_and_free(shop.swap_random(make_parcel(own), own));
  });
  shop.free_all();
  expect_nothing_left();
}

// One side only allocates, the other only frees: caches must hand blocks back
// to the pools, or the process would grow for ever.
TEST(PoolThreads, OneWayTrafficReusesMemory) {
  constexpr int rounds = 60, count = 10'000;
  for (int r = 0; r != rounds; ++r) {
    std::vector<void *> blocks(count);
    for (void *&p : blocks)
      p = pool::allocate(64);
    std::thread([&] {
      for (void *p : blocks)
        pool::deallocate(p, 64);
    }).join();
  }
  // One round is under one arena; sixty would be over thirty-six.
  EXPECT_LE(pool::get_statistics().arenas_peak, 30u);
  EXPECT_LE(pool::get_statistics().arenas, 2u);
  expect_nothing_left();
}

TEST(PoolThreads, BlocksOutliveTheirThread) {
  std::vector<void *> blocks(5000);
  std::thread([&] {
    for (void *&p : blocks) {
      p = pool::allocate(40);
      std::memset(p, 5, 40);
    }
  }).join();
  for (void *p : blocks) {
    EXPECT_EQ(static_cast<char *>(p)[39], 5);
    pool::deallocate(p, 40);
  }
  expect_nothing_left();
}

TEST(PoolThreads, StatisticsBalanceWhileThreadsRun) {
  std::atomic<bool> stop = false;
  std::thread observer([&] {
    while (!stop) {
      pool::statistics s = pool::get_statistics();
      for (const pool::class_statistics &c : s.classes) {
        ASSERT_LE(c.in_use, c.blocks);
        ASSERT_EQ(c.blocks, c.in_use + c.cached + c.free);
      }
    }
  });
  run_threads(3, [](int id) {
    std::minstd_rand random(static_cast<unsigned>(id) + 1);
    for (int round = 0; round != 20; ++round) {
      std::vector<parcel> parcels;
      for (int i = 0; i != 2000; ++i)
        parcels.push_back(make_parcel(random));
      for (parcel p : parcels)
        pool::deallocate(p.block, p.bytes);
    }
  });
  stop = true;
  observer.join();
  expect_nothing_left();
}

struct frees_at_thread_exit {
  void *block = nullptr;
  ~frees_at_thread_exit() {
    pool::deallocate(block, 48);
    pool::deallocate(pool::allocate(48), 48);
  }
};

pthread_key_t late_key;

// Runs again and again, after the pool's own destructor has run.
void use_pool_late(void *left) {
  auto rounds = reinterpret_cast<std::uintptr_t>(left);
  pool::deallocate(pool::allocate(48), 48);
  pool::deallocate(pool::allocate(5000), 5000);
  if (rounds > 1)
    pthread_setspecific(late_key, reinterpret_cast<void *>(rounds - 1));
}

TEST(PoolThreads, DestructorsOfThreadLocalsMayUseThePool) {
  pthread_key_create(&late_key, use_pool_late);
  std::thread([] {
    static thread_local frees_at_thread_exit holder;
    holder.block = pool::allocate(48);
    pthread_setspecific(late_key, reinterpret_cast<void *>(3));
  }).join();
  pthread_key_delete(late_key);
  EXPECT_EQ(pool::get_statistics().large_blocks, 0u);
  expect_nothing_left();
}

int exit_code_of_child(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Other threads are inside the pool at the moment of the fork.
TEST(PoolThreads, AChildOfForkHasAWholePool) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> busy;
  for (unsigned id = 0; id != 2; ++id)
    busy.emplace_back([&, id] {
      std::minstd_rand random(id + 1);
      while (!stop) {
        std::vector<parcel> parcels;
        for (int i = 0; i != 200; ++i)
          parcels.push_back(make_parcel(random));
        for (parcel p : parcels)
          pool::deallocate(p.block, p.bytes);
      }
    });
  for (int i = 0; i != 20; ++i) {
    void *inherited = pool::allocate(48);
    pid_t child = fork();
    if (child == 0) {
      pool::deallocate(inherited, 48);
      std::vector<void *> blocks(5000);
      for (void *&p : blocks)
        p = pool::allocate(64);
      for (void *p : blocks)
        pool::deallocate(p, 64);
      bool whole = !pool::verify_pool() && pool::get_statistics().threads == 1;
      _exit(whole ? 0 : 1);
    }
    EXPECT_EQ(exit_code_of_child(child), 0);
    pool::deallocate(inherited, 48);
  }
  stop = true;
  for (std::thread &t : busy)
    t.join();
  expect_nothing_left();
}

} // namespace
