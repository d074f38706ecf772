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

/// Counted itself, as a Python list is: the objects have no owner outside the
/// heap, so a collection must reach each of them.
struct graph {
  std::vector<refcycle::ref<node>> objects;
};

// An object, not a function: templates that get it call it inline.
constexpr auto make_node = [] { return refcycle::make<node>(); };

refcycle::ref<graph> make_graph(std::uint32_t count, bool near) {
  auto g = refcycle::make<graph>();
  g->objects.resize(count);
  bench::build_graph(g->objects, count, near, make_node);
  return g;
}

double time_full(std::uint32_t count, bool near, int repetitions) {
  refcycle::ref<graph> g = make_graph(count, near);
  double time =
      bench::median_time(repetitions, count, [] { refcycle::gc::collect(); });
  g = nullptr;
  refcycle::gc::collect();
  return time;
}

} // namespace

int main() {
  bench::report("churn", bench::time_churn(9, make_node));
  bench::report("full_10k", time_full(10'000, false, 51));
  bench::report("full_1m", time_full(1'000'000, false, 5));
  bench::report("full_1m_local", time_full(1'000'000, true, 5));
  refcycle::ref<graph> g = make_graph(1'000'000, false);
  refcycle::gc::collect();
  bench::report("churn_1m", bench::time_churn(3, make_node));
}
