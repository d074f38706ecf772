// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The work of cycles.h for the Boehm-Demers-Weiser collector. Its handles are
// plain pointers: it pays nothing for a copy and everything at the collection.
// The array of objects is collected memory too.

#include "cycles.h"

#include <gc.h>

namespace {

struct node {
  node *first, *second;
};

// An object, not a function: templates that get it call it inline.
constexpr auto make_node = [] {
  return static_cast<node *>(GC_MALLOC(sizeof(node)));
};

node **make_graph(std::uint32_t count, bool near) {
  auto **objects = static_cast<node **>(GC_MALLOC(count * sizeof(node *)));
  bench::build_graph(objects, count, near, make_node);
  return objects;
}

double time_full(std::uint32_t count, bool near, int repetitions) {
  node **objects = make_graph(count, near);
  double time = bench::median_time(repetitions, count, [] { GC_gcollect(); });
  bench::keep(objects);
  return time;
}

} // namespace

int main() {
  GC_INIT();
  bench::report("churn", bench::time_churn(9, make_node));
  bench::report("full_10k", time_full(10'000, false, 51));
  bench::report("full_1m", time_full(1'000'000, false, 5));
  bench::report("full_1m_local", time_full(1'000'000, true, 5));
  node **objects = make_graph(1'000'000, false);
  bench::report("churn_1m", bench::time_churn(3, make_node));
  bench::keep(objects);
}
