// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The work of cycles.h for refcycle's own collector, thresholds 700/10/10.

#include "cycles.h"

#include "refcycle/gc.h"

#include <vector>

namespace {

struct node {
  refcycle::ref<node> first, second;
};

using graph = std::vector<refcycle::ref<node>>;

refcycle::ref<node> make_node() { return refcycle::make<node>(); }

double time_full(std::uint32_t count, bool near, int repetitions) {
  graph objects(count);
  bench::build_graph(objects, count, near, make_node);
  double time = bench::median_time(repetitions, count,
                                   [] { refcycle::gc::collect(); });
  for (auto &o : objects)
    o->first = o->second = nullptr;
  return time;
}

} // namespace

int main() {
  bench::report("churn", bench::time_churn(9, make_node));
  bench::report("full_10k", time_full(10'000, false, 51));
  bench::report("full_1m", time_full(1'000'000, false, 5));
  bench::report("full_1m_local", time_full(1'000'000, true, 5));
  graph objects(1'000'000);
  bench::build_graph(objects, 1'000'000, false, make_node);
  refcycle::gc::collect();
  bench::report("churn_1m", bench::time_churn(3, make_node));
}
