// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work for cycle collectors that are libraries; cycles.py has the same for
// CPython. Every object has two handles.
//
//   churn         make two objects that hold each other and themselves, forget
//                 them; the collector runs when it likes. Per object.
//   churn_1m      the same beside a million live objects
//   full_10k      a full collection while 10,000 objects live: object i holds
//                 i-1 and a random one, and one array of the
//                 heap holds all. Nothing is garbage. Per live object.
//   full_1m       the same with 1,000,000: every second edge is a cache miss
//   full_1m_local with 1,000,000, but the second edge leads at most 64 ahead

#ifndef REFCYCLE_BENCH_CYCLES_H
#define REFCYCLE_BENCH_CYCLES_H

#include "clock.h"

#include <algorithm>
#include <cstdint>

namespace bench {

/// The same targets in every language: a multiplicative generator, seed 7.
class edge_choice {
public:
  explicit edge_choice(bool near) : near(near) {}
  std::uint32_t operator()(std::uint32_t i, std::uint32_t count) {
    state = state * 48271 % 2147483647;
    auto drawn = static_cast<std::uint32_t>(state);
    return near ? std::min(count - 1, i + drawn % 64) : drawn % count;
  }

private:
  std::uint64_t state = 7;
  bool near;
};

/// Makes the graph in objects[0..count), which may be of any handle type.
template <class Objects, class Make>
void build_graph(Objects &objects, std::uint32_t count, bool near, Make make) {
  for (std::uint32_t i = 0; i != count; ++i)
    objects[i] = make();
  edge_choice choose(near);
  for (std::uint32_t i = 0; i != count; ++i) {
    objects[i]->first = objects[(i + count - 1) % count];
    objects[i]->second = objects[choose(i, count)];
  }
}

template <class Make> void make_cycles(int pairs, Make make) {
  for (int i = 0; i != pairs; ++i) {
    auto x = make();
    auto y = make();
    x->first = y;
    y->first = x;
    x->second = x;
    y->second = y;
  }
}

template <class Make> double time_churn(int repetitions, Make make) {
  constexpr int pairs = 500'000;
  return median_time(repetitions, 2.0 * pairs,
                     [&] { make_cycles(pairs, make); });
}

} // namespace bench

#endif
