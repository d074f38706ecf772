// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same work for every allocator. One program per allocator: peers are
// linked in place of the C library's malloc, as their users do it, and the
// driver runs the programs in turn.
//
//   pair    allocate 48 bytes and free them at once
//   batch   allocate 4096 blocks of 48 bytes, write to each, free them in order
//   churn   100,000 live blocks of 16 to 256 bytes; free a random one and put
//           another of random size in its place, write to it
//   remote  one thread allocates batches of 48 bytes, another frees them
//
// An operation is an allocation together with a free.

#include "clock.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

#if defined(BENCH_POOL_INLINE) || defined(BENCH_POOL_CALLS)
#include "refcycle/pool.h"
#elif defined(BENCH_POOL_PMR)
#include "refcycle/pool_allocator.h"
#elif defined(BENCH_BOOST_POOL)
#include <boost/pool/pool.hpp>
#elif defined(BENCH_PMR)
#include <memory_resource>
#endif

namespace {

#if defined(BENCH_POOL_INLINE)
struct allocator {
  static void *get(std::size_t n) { return refcycle::pool::try_allocate(n); }
  static void put(void *p, std::size_t n) { refcycle::pool::deallocate(p, n); }
};
#elif defined(BENCH_POOL_CALLS)
struct allocator {
  static void *get(std::size_t n) { return refcycle_pool_malloc(n); }
  static void put(void *p, std::size_t) { refcycle_pool_free(p); }
};
#elif defined(BENCH_BOOST_POOL)
// One size only, which is what it is for: blocks of the largest request.
struct allocator {
  static inline boost::pool<> blocks{256};
  static void *get(std::size_t) { return blocks.malloc(); }
  static void put(void *p, std::size_t) { blocks.free(p); }
};
#elif defined(BENCH_PMR) || defined(BENCH_POOL_PMR)
// Through the virtual functions, as containers call them.
struct allocator {
#ifdef BENCH_PMR
  static inline std::pmr::unsynchronized_pool_resource pools;
  static inline std::pmr::memory_resource *volatile resource = &pools;
#else
  static inline std::pmr::memory_resource *volatile resource =
      refcycle::pool::resource();
#endif
  static void *get(std::size_t n) { return resource->allocate(n); }
  static void put(void *p, std::size_t n) { resource->deallocate(p, n); }
};
#else
struct allocator {
  static void *get(std::size_t n) { return std::malloc(n); }
  static void put(void *p, std::size_t) { std::free(p); }
};
#endif

void *get_touched(std::size_t n) {
  void *p = allocator::get(n);
  *static_cast<volatile char *>(p) = 1;
  return p;
}

double time_pair() {
  constexpr int count = 2'000'000;
  return bench::median_time(9, count, [] {
    for (int i = 0; i != count; ++i) {
      void *p = allocator::get(48);
      bench::keep(p);
      allocator::put(p, 48);
    }
  });
}

double time_batch() {
  constexpr int count = 4096, rounds = 200;
  static void *blocks[count];
  return bench::median_time(9, double(count) * rounds, [] {
    for (int r = 0; r != rounds; ++r) {
      for (void *&p : blocks)
        p = get_touched(48);
      bench::keep(blocks);
      for (void *p : blocks)
        allocator::put(p, 48);
    }
  });
}

struct churn_step {
  std::uint32_t victim;
  std::uint16_t size;
};

double time_churn() {
  constexpr std::size_t live = 100'000, count = 1 << 19;
  struct slot {
    void *block;
    std::size_t size;
  };
  std::vector<slot> slots(live);
  std::vector<churn_step> steps(count);
  std::minstd_rand random(1);
  for (slot &s : slots)
    s = {get_touched(16), 16};
  for (churn_step &s : steps)
    s = {static_cast<std::uint32_t>(random() % live),
         static_cast<std::uint16_t>(16 + random() % 241)};
  double time = bench::median_time(9, count, [&] {
    for (const churn_step &step : steps) {
      slot &s = slots[step.victim];
      allocator::put(s.block, s.size);
      s = {get_touched(step.size), step.size};
    }
  });
  for (slot &s : slots)
    allocator::put(s.block, s.size);
  return time;
}

[[maybe_unused]] double time_remote() {
  constexpr int count = 4096, rounds = 400;
  static std::vector<void *> batches[2];
  static std::counting_semaphore<2> empty{2}, full{0};
  return bench::median_time(
      5, double(count) * rounds,
      [] {
        std::thread consumer([] {
          for (int r = 0; r != rounds; ++r) {
            full.acquire();
            for (void *p : batches[r % 2])
              allocator::put(p, 48);
            empty.release();
          }
        });
        for (int r = 0; r != rounds; ++r) {
          empty.acquire();
          batches[r % 2].resize(count);
          for (void *&p : batches[r % 2])
            p = get_touched(48);
          full.release();
        }
        consumer.join();
      },
      CLOCK_MONOTONIC);
}

} // namespace

int main() {
  bench::report("pair", time_pair());
  bench::report("batch", time_batch());
  bench::report("churn", time_churn());
#if !defined(BENCH_BOOST_POOL) && !defined(BENCH_PMR) // One thread only.
  bench::report("remote", time_remote());
#endif
}
