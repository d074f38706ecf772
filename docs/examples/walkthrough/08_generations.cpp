// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects are born young; survivors move up. Thresholds say when.

#include "refcycle/refcycle.h"

#include <iostream>

namespace gc = refcycle::gc;
using refcycle::generation;
using refcycle::make;
using refcycle::ref;

struct Node {
  ref<Node> next;
};

static void where(const ref<Node> &object) {
  for (int g = 0; g < 3; ++g)
    for (auto &r : gc::get_objects(static_cast<generation>(g)))
      if (is(r, object))
        std::cout << "generation " << g << '\n';
}

int main() {
  auto [t0, t1, t2] = gc::get_threshold();
  std::cout << "thresholds " << t0 << ' ' << t1 << ' ' << t2 << '\n';

  auto survivor = make<Node>();
  where(survivor);
  gc::collect(generation::young);
  where(survivor);
  gc::collect(generation::middle);
  where(survivor);

  auto before = gc::get_stats();
  for (int i = 0; i < 5000; ++i) { // 10,000 objects in 5,000 cycles.
    auto a = make<Node>();
    a->next = make<Node>(a);
  }
  auto after = gc::get_stats();
  for (std::size_t g = 0; g < 3; ++g)
    std::cout << "generation " << g << ": "
              << after[g].collections - before[g].collections
              << " collections, " << after[g].collected - before[g].collected
              << " objects\n";
  auto counts = gc::get_count();
  std::cout << "since then " << counts[0] << " allocations\n";
  std::cout << "the rest by hand: " << gc::collect().unreachable() << '\n';
}
