// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small blocks from pools: size classes, who gets what, and memory that goes
// back to the system.

#include "refcycle/pool_allocator.h"

#include <iostream>
#include <list>
#include <memory>
#include <vector>

namespace pool = refcycle::pool;

static void print_pool(const char *when) {
  pool::statistics s = pool::get_statistics();
  std::cout << when << ": " << s.bytes_in_use / 1000000 << " MB in use, "
            << s.arenas << " arenas\n";
}

/// Where a block of so many bytes comes from.
static void print_source(std::size_t bytes) {
  void *block = pool::allocate(bytes);
  std::cout << bytes << " bytes: ";
  if (pool::owns(block))
    std::cout << "a pool, block of " << pool::usable_size(block) << '\n';
  else
    std::cout << "malloc\n";
  pool::deallocate(block, bytes);
}

int main() {
  // Decided here, so that what is printed does not hang on the environment.
  pool::configure({pool::mode::pooled, 512});
  for (std::size_t bytes : {1, 16, 17, 500, 512, 513})
    print_source(bytes);

  void *first = pool::allocate(40);
  pool::deallocate(first, 40);
  void *second = pool::allocate(48);
  std::cout << "a freed block serves the next of its class: "
            << (first == second ? "true" : "false") << '\n';
  pool::deallocate(second, 48);

  print_pool("at the start");
  {
    std::list<long, pool::allocator<long>> numbers;
    for (long i = 0; i < 1000000; ++i)
      numbers.push_back(i);
    pool::statistics s = pool::get_statistics();
    std::cout << "a million integers in a list: " << s.classes[2].in_use
              << " blocks of " << s.classes[2].block_bytes << '\n';
    print_pool("a million integers");
  }
  print_pool("their list has gone");
  pool::trim();
  print_pool("trimmed");

  std::pmr::vector<int> any_container({1, 2, 3}, pool::resource());
  std::cout << "std::pmr vectors too: " << any_container.size()
            << " integers\n";
}
