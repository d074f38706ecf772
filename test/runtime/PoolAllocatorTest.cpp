// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool under standard containers.

#include "refcycle/pool_allocator.h"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <string>
#include <unordered_map>
#include <vector>

namespace pool = refcycle::pool;

namespace {

std::size_t bytes_in_use() {
  pool::statistics s = pool::get_statistics();
  return s.bytes_in_use + s.large_bytes;
}

struct alignas(64) wide {
  char bytes[64];
};

TEST(PoolAllocator, ContainersGiveEverythingBack) {
  std::size_t before = bytes_in_use();
  {
    std::vector<int, pool::allocator<int>> numbers;
    std::list<std::string, pool::allocator<std::string>> words;
    std::map<int, int, std::less<>, pool::allocator<std::pair<const int, int>>>
        squares;
    for (int i = 0; i != 2000; ++i) {
      numbers.push_back(i);
      words.push_back(std::to_string(i));
      squares[i] = i * i;
    }
    EXPECT_GT(bytes_in_use(), before + 2000 * 3 * sizeof(int));
    EXPECT_EQ(squares[40], 1600);
    EXPECT_EQ(words.back(), "1999");
    EXPECT_TRUE(pool::owns(&words.back()));
  }
  EXPECT_EQ(bytes_in_use(), before);
}

TEST(PoolAllocator, CostsAContainerNothing) {
  EXPECT_EQ(sizeof(std::vector<int, pool::allocator<int>>),
            sizeof(std::vector<int>));
  EXPECT_TRUE(
      std::allocator_traits<pool::allocator<int>>::is_always_equal::value);
  EXPECT_EQ(pool::allocator<int>(), pool::allocator<long>());
}

TEST(PoolAllocator, CountsThatOverflowAreRefused) {
  pool::allocator<long> a;
  EXPECT_THROW((void)a.allocate(~std::size_t{0} / 4),
               std::bad_array_new_length);
}

TEST(PoolAllocator, OverAlignedTypesAreAligned) {
  std::list<wide, pool::allocator<wide>> nodes(100);
  for (wide &w : nodes)
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&w) % 64, 0u);
  std::shared_ptr<wide> counted =
      std::allocate_shared<wide>(pool::allocator<wide>());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(counted.get()) % 64, 0u);
}

TEST(PoolResource, ServesPmrContainers) {
  std::size_t before = bytes_in_use();
  {
    std::pmr::unordered_map<int, std::pmr::string> names(pool::resource());
    for (int i = 0; i != 1000; ++i)
      names[i] = std::pmr::string(static_cast<std::size_t>(i), 'x');
    EXPECT_EQ(names[999].size(), 999u);
    EXPECT_EQ(names[999].get_allocator().resource(), pool::resource());
  }
  EXPECT_EQ(bytes_in_use(), before);
}

TEST(PoolResource, AlignsAsAsked) {
  for (std::size_t align : {1u, 8u, 32u, 256u, 4096u}) {
    void *p = pool::resource()->allocate(100, align);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % align, 0u);
    pool::resource()->deallocate(p, 100, align);
  }
}

TEST(PoolResource, IsOneAndEqualToItself) {
  EXPECT_TRUE(pool::resource()->is_equal(*pool::resource()));
  EXPECT_FALSE(pool::resource()->is_equal(*std::pmr::new_delete_resource()));
}

TEST(PoolResource, MayBeAnUpstream) {
  std::pmr::monotonic_buffer_resource buffer(1024, pool::resource());
  std::pmr::vector<int> numbers(&buffer);
  for (int i = 0; i != 10'000; ++i)
    numbers.push_back(i);
  EXPECT_EQ(numbers[9999], 9999);
}

} // namespace
