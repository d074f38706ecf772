// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program sees of the pool in its ordinary mode: blocks, sizes, moving,
// memory going back, and misuse that is noticed without debug mode.

#include "refcycle/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace pool = refcycle::pool;

// Sanitizers end the process at an absurd request unless told that null will
// do. Only they call these.
extern "C" const char *__asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char *__tsan_default_options() {
  return "allocator_may_return_null=1";
}

namespace {

std::uintptr_t address(const void *p) {
  return reinterpret_cast<std::uintptr_t>(p);
}

std::vector<void *> allocate_many(std::size_t count, std::size_t bytes) {
  std::vector<void *> blocks(count);
  for (void *&p : blocks)
    p = pool::allocate(bytes);
  return blocks;
}

void deallocate_all(const std::vector<void *> &blocks, std::size_t bytes) {
  for (void *p : blocks)
    pool::deallocate(p, bytes);
}

#define EXPECT_SOUND_POOL() EXPECT_STREQ(pool::verify_pool(), nullptr)

TEST(Pool, BlocksAreAlignedWritableAndApart) {
  for (std::size_t bytes :
       {0u, 1u, 15u, 16u, 17u, 48u, 511u, 512u, 513u, 5000u}) {
    auto *a = static_cast<char *>(pool::allocate(bytes));
    auto *b = static_cast<char *>(pool::allocate(bytes));
    EXPECT_EQ(address(a) % 16, 0u);
    EXPECT_NE(a, b);
    std::memset(a, 'a', bytes);
    std::memset(b, 'b', bytes);
    for (std::size_t i = 0; i != bytes; ++i)
      ASSERT_EQ(a[i], 'a') << bytes;
    pool::deallocate(a, bytes);
    pool::deallocate(b, bytes);
  }
  EXPECT_SOUND_POOL();
}

TEST(Pool, TheLimitDividesPoolsFromMalloc) {
  void *small = pool::allocate(512);
  void *large = pool::allocate(513);
  EXPECT_TRUE(pool::owns(small));
  EXPECT_FALSE(pool::owns(large));
  pool::deallocate(small, 512);
  pool::deallocate(large, 513);
}

TEST(Pool, AFreedBlockIsTheNextOne) {
  void *first = pool::allocate(80);
  pool::deallocate(first, 80);
  void *second = pool::allocate(70); // Same class.
  EXPECT_EQ(first, second);
  pool::deallocate(second, 70);
}

TEST(Pool, FreeingWithoutASizeFindsTheClass) {
  for (std::size_t bytes : {0u, 16u, 100u, 512u, 600u, 100'000u}) {
    void *p = pool::allocate(bytes);
    pool::deallocate(p);
    EXPECT_SOUND_POOL();
  }
  pool::deallocate(nullptr);
  pool::deallocate(nullptr, 16);
}

TEST(Pool, UsableSizeIsTheBlock) {
  void *small = pool::allocate(33);
  EXPECT_EQ(pool::usable_size(small), 48u);
  std::memset(small, 1, 48);
  pool::deallocate(small, 33);
  void *large = pool::allocate(1000);
  EXPECT_GE(pool::usable_size(large), 1000u);
  pool::deallocate(large, 1000);
}

TEST(Pool, OwnsKnowsForeignAddresses) {
  int on_stack = 0;
  EXPECT_FALSE(pool::owns(&on_stack));
  EXPECT_FALSE(pool::owns(nullptr));
  EXPECT_FALSE(pool::owns(reinterpret_cast<void *>(~std::uintptr_t{0})));
}

TEST(Pool, OverAlignedBlocksAreAligned) {
  for (std::size_t align = 1; align <= 8192; align *= 2)
    for (std::size_t bytes : {0u, 1u, 24u, 100u, 500u, 3000u}) {
      void *p = pool::try_allocate(bytes, align);
      ASSERT_NE(p, nullptr);
      EXPECT_EQ(address(p) % align, 0u) << bytes << " at " << align;
      std::memset(p, 7, bytes);
      pool::deallocate(p, bytes, align);
    }
  EXPECT_SOUND_POOL();
}

TEST(Pool, ReallocateKeepsContent) {
  const std::size_t sizes[] = {1, 16, 17, 300, 512, 513, 4000, 600, 40, 5};
  auto *p = static_cast<unsigned char *>(pool::reallocate(nullptr, 1));
  p[0] = 0;
  std::size_t before = 1;
  for (std::size_t bytes : sizes) {
    p = static_cast<unsigned char *>(pool::reallocate(p, bytes));
    ASSERT_NE(p, nullptr);
    for (std::size_t i = 0; i != std::min(before, bytes); ++i)
      ASSERT_EQ(p[i], i % 251) << before << " to " << bytes;
    for (std::size_t i = 0; i != bytes; ++i)
      p[i] = static_cast<unsigned char>(i % 251);
    before = bytes;
  }
  pool::deallocate(p, before);
  EXPECT_SOUND_POOL();
}

TEST(Pool, ReallocateWithinAClassStays) {
  void *p = pool::allocate(40);
  void *moved = pool::reallocate(p, 48);
  EXPECT_EQ(moved, p);
  std::memset(moved, 1, 48);
  pool::deallocate(moved, 48);
}

TEST(Pool, AbsurdRequestsAreRefused) {
  const std::size_t huge = ~std::size_t{0} / 2;
  EXPECT_EQ(pool::try_allocate(huge), nullptr);
  EXPECT_EQ(pool::try_allocate(~std::size_t{0}, 64), nullptr);
  EXPECT_THROW((void)pool::allocate(huge), std::bad_alloc);
  void *p = pool::allocate(32);
  EXPECT_EQ(pool::reallocate(p, huge), nullptr);
  pool::deallocate(p, 32); // Still ours: the failed move left it alone.
  EXPECT_SOUND_POOL();
}

int handler_calls = 0;

void give_up_at_the_third_call() {
  if (++handler_calls == 3)
    std::set_new_handler(nullptr);
}

TEST(Pool, OutOfMemoryAsksTheNewHandler) {
  handler_calls = 0;
  std::set_new_handler(give_up_at_the_third_call);
  EXPECT_THROW((void)pool::allocate(~std::size_t{0} / 2), std::bad_alloc);
  EXPECT_EQ(handler_calls, 3);
}

TEST(Pool, CFunctionsServeTheSamePool) {
  auto *p = static_cast<char *>(refcycle_pool_calloc(10, 10));
  EXPECT_TRUE(pool::owns(p));
  for (int i = 0; i != 100; ++i)
    EXPECT_EQ(p[i], 0);
  p = static_cast<char *>(refcycle_pool_realloc(p, 400));
  refcycle_pool_free(p);
  EXPECT_EQ(refcycle_pool_calloc(~std::size_t{0} / 2, 4), nullptr);
  void *q = refcycle_pool_malloc(5);
  EXPECT_TRUE(pool::owns(q));
  refcycle_pool_free(q);
  refcycle_pool_free(nullptr);
}

TEST(Pool, EmptyArenasGoBackToTheSystem) {
  pool::trim();
  std::size_t before = pool::get_statistics().arenas;
  std::vector<void *> blocks = allocate_many(100'000, 64); // Over six arenas.
  EXPECT_GE(pool::get_statistics().arenas, before + 6);
  deallocate_all(blocks, 64);
  // Without being asked: one spare arena and what few cached blocks hold.
  EXPECT_LE(pool::get_statistics().arenas, before + 2);
  EXPECT_GT(pool::trim(), 0u);
  EXPECT_LE(pool::get_statistics().arenas, before);
  EXPECT_SOUND_POOL();
}

TEST(Pool, EmptyArenasGoBackWhateverTheOrder) {
  pool::trim();
  std::size_t before = pool::get_statistics().arenas;
  std::vector<void *> blocks = allocate_many(100'000, 64);
  // A step prime to the count visits each block once, far from the last.
  for (std::size_t i = 0; i != blocks.size(); ++i)
    pool::deallocate(blocks[i * 7919 % blocks.size()], 64);
  // At most 32 blocks stay cached; each may pin one pool, all in few arenas.
  EXPECT_LE(pool::get_statistics().classes[4].cached, 32u);
  pool::trim();
  EXPECT_LE(pool::get_statistics().arenas, before);
  EXPECT_SOUND_POOL();
}

TEST(Pool, TrimDropsPagesOfFreePoolsInUsedArenas) {
  pool::trim();
  std::vector<void *> blocks = allocate_many(10'000, 64); // 40 pools.
  void *keeper = pool::allocate(96);                      // Pins the arena.
  deallocate_all(blocks, 64);
  EXPECT_GE(pool::trim(), 30 * pool::get_statistics().pool_bytes);
  pool::deallocate(keeper, 96);
}

TEST(Pool, APoolComesFromTheFullestArena) {
  pool::trim();
  const std::size_t pool_blocks = 32; // Of 512 bytes.
  std::vector<void *> blocks = allocate_many(3 * 63 * pool_blocks, 512);
  auto arena_of = [](void *p) { return address(p) >> 20; };
  std::uintptr_t fuller = arena_of(blocks.front());
  std::uintptr_t emptier = arena_of(blocks.back());
  ASSERT_NE(fuller, emptier);
  // One free pool in the first arena, a dozen in the last.
  std::vector<void *> kept(blocks.begin() + pool_blocks,
                           blocks.end() - 12 * pool_blocks);
  deallocate_all({blocks.begin(), blocks.begin() + pool_blocks}, 512);
  deallocate_all({blocks.end() - 12 * pool_blocks, blocks.end()}, 512);
  pool::trim();
  void *p = pool::allocate(208); // A class that has no pool yet.
  EXPECT_EQ(arena_of(p), fuller);
  pool::deallocate(p, 208);
  deallocate_all(kept, 512);
  pool::trim();
}

TEST(Pool, ConfigurationIsFixedByFirstUse) {
  pool::options o = pool::active_options();
  EXPECT_EQ(o.run_mode, pool::mode::pooled);
  EXPECT_EQ(o.small_limit, 512u);
  EXPECT_FALSE(pool::configure({pool::mode::debug, 256}));
  EXPECT_EQ(pool::active_options().small_limit, 512u);
}

// Misuse that even the ordinary mode notices, when the cache is emptied.

void free_and_trim(void *p, std::size_t bytes) {
  pool::deallocate(p, bytes);
  pool::trim();
}

TEST(PoolDeathTest, FreeingTwiceIsNoticedWhenTheCacheIsEmptied) {
  void *neighbour = pool::allocate(48); // Keeps the pool.
  void *p = pool::allocate(48);
  EXPECT_DEATH((pool::deallocate(p, 48), free_and_trim(p, 48)),
               "block .* of up to 48 bytes was freed twice");
  pool::deallocate(p, 48);
  pool::deallocate(neighbour, 48);
}

TEST(PoolDeathTest, FreeingWithAnotherSizeIsNoticed) {
  void *p = pool::allocate(48);
  EXPECT_DEATH(free_and_trim(p, 100),
               "holds up to 48 bytes, but was freed with a size of up to 112");
  EXPECT_DEATH(pool::deallocate(p, 1000),
               "holds up to 48 bytes, but was freed as a large one");
  pool::deallocate(p, 48);
}

TEST(PoolDeathTest, FreeingTheMiddleOfABlockIsNoticed) {
  auto *p = static_cast<char *>(pool::allocate(48));
  EXPECT_DEATH(free_and_trim(p + 16, 48),
               "lies inside a block of 48 bytes, but does not start it");
  pool::deallocate(p, 48);
}

TEST(PoolDeathTest, FreeingForeignMemoryIsNoticed) {
  alignas(16) static char foreign[48];
  EXPECT_DEATH(free_and_trim(foreign, 48), "it is in no pool: freed before");
}

// Under AddressSanitizer, free slots and the ends of blocks are poisoned.

#ifdef REFCYCLE_POOL_ASAN
constexpr bool has_asan = true;
#else
constexpr bool has_asan = false;
#endif

TEST(PoolDeathTest, AddressSanitizerSeesUseAfterFreeAndOverrun) {
  if (!has_asan)
    GTEST_SKIP() << "built without AddressSanitizer";
  auto *p = static_cast<volatile char *>(pool::allocate(40));
  EXPECT_DEATH(p[40] = 1, "use-after-poison"); // In the block, not asked for.
  pool::deallocate(const_cast<char *>(p), 40);
  EXPECT_DEATH(p[0] = 1, "use-after-poison");
  pool::trim();
}

// A leak checker that did not know of arenas would call the vector lost.
TEST(PoolDeathTest, MemoryReachedFromThePoolIsNoLeak) {
  EXPECT_EXIT(
      {
        static void **holder = static_cast<void **>(pool::allocate(16));
        *holder = std::malloc(100);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

void print_and_exit(const char *sentence) {
  std::fprintf(stderr, "told: %s", sentence);
  std::_Exit(7);
}

TEST(PoolDeathTest, AMisuseHandlerHearsTheSentence) {
  alignas(16) static char foreign[48];
  EXPECT_EXIT(
      (pool::set_misuse_handler(print_and_exit), free_and_trim(foreign, 48)),
      testing::ExitedWithCode(7), "told: .* in no pool");
}

} // namespace
