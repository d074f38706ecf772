// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every benchmark program here shares: time per operation, as the median
// of several repetitions, printed as `name nanoseconds` lines for the driver.

#ifndef REFCYCLE_BENCH_CLOCK_H
#define REFCYCLE_BENCH_CLOCK_H

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace bench {

/// Hides where a pointer goes, so that the work around it is not removed.
template <class T> inline void keep(T *p) {
  asm volatile("" : : "r"(p) : "memory");
}

inline double nanoseconds_now() {
  using namespace std::chrono;
  return duration<double, std::nano>(steady_clock::now().time_since_epoch())
      .count();
}

/// Median nanoseconds per operation of `body`, which does `operations` of
/// them. One repetition before the clock starts warms caches and pools.
template <class Body>
double median_time(int repetitions, double operations, Body body) {
  body();
  std::vector<double> times;
  for (int i = 0; i != repetitions; ++i) {
    double start = nanoseconds_now();
    body();
    times.push_back((nanoseconds_now() - start) / operations);
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2,
                   times.end());
  return times[times.size() / 2];
}

inline void report(const char *name, double value) {
  std::printf("%s %.4f\n", name, value);
  std::fflush(stdout);
}

} // namespace bench

#endif
