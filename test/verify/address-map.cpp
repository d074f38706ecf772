// What every word of the heap is looked up in says the same as std::map: keys
// in any order and twice, near to each other and far apart, aligned and not.

// RUN: %clangxx -std=c++20 -O1 -g -fsanitize=address,undefined -I%root/runtime/verify/src %s %root/runtime/verify/src/address_map.cpp %root/runtime/verify/src/memory.cpp -o %t
// RUN: %t | FileCheck %s
// CHECK: 300 maps, 0 wrong

#include "address_map.h"

#include <cstdio>
#include <map>
#include <random>
#include <vector>

using namespace refcycle::verify;

static std::mt19937_64 random_number(1);
static const address heaps[] = {0x555500001000, 0x7f0000002000, 0x7ffff0000000};

struct keys {
  std::vector<std::pair<address, std::uint32_t>> all;
  std::map<address, std::uint32_t> least;

  keys() {
    std::size_t count = random_number() % 400;
    bool far = random_number() % 2, unaligned = random_number() % 2;
    bool in_order = random_number() % 2;
    while (all.size() != count) {
      address heap = heaps[far ? random_number() % 3 : 0];
      address step = unaligned && random_number() % 4 == 0 ? 1 : 8;
      all.push_back({heap + random_number() % 200000 * step,
                     std::uint32_t(random_number() % 1000)});
    }
    if (in_order) {
      std::sort(all.begin(), all.end());
      for (std::uint32_t i = 0; i != all.size(); ++i)
        all[i].second = i;
    }
    for (auto [key, number] : all) {
      auto [entry, is_new] = least.try_emplace(key, number);
      if (!is_new)
        entry->second = std::min(entry->second, number);
    }
  }

  std::uint32_t find(address key) const {
    auto found = least.find(key);
    return found == least.end() ? address_map::none : found->second;
  }
};

static unsigned count_wrong(const keys &k) {
  address_map map([&](auto add) {
    for (auto [key, number] : k.all)
      add(key, number);
  });
  unsigned wrong = 0;
  for (auto [key, number] : k.least)
    wrong += map.find(key) != number;
  for (int i = 0; i != 3000; ++i) {
    address key = heaps[random_number() % 3] + random_number() % 1700000;
    wrong += map.find(key) != k.find(key);
  }
  for (address key : {address(0), address(1), address(8), ~address(0)})
    wrong += map.find(key) != address_map::none;
  return wrong;
}

int main() {
  unsigned wrong = 0, maps = 300;
  for (unsigned i = 0; i != maps; ++i)
    wrong += count_wrong(keys());
  std::printf("%u maps, %u wrong\n", maps, wrong);
}
