// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every benchmark program here shares: time per operation, as the median
// of several repetitions, printed as `name nanoseconds` lines for the driver.

#ifndef REFCYCLE_BENCH_CLOCK_H
#define REFCYCLE_BENCH_CLOCK_H

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <time.h>
#include <vector>

namespace bench {

/// Hides where a pointer goes, so that the work around it is not removed.
template <class T> inline void keep(T *p) {
  asm volatile("" : : "r"(p) : "memory");
}

/// The processor time of the calling thread: on a busy machine, time spent
/// waiting for a turn says nothing about the work. Work of several threads is
/// measured by the wall.
inline double nanoseconds_now(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return 1e9 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec);
}

/// Median nanoseconds per operation of `body`, which does `operations` of
/// them. One repetition before the clock starts warms caches and pools.
template <class Body>
double median_time(int repetitions, double operations, Body body,
                   clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  body();
  std::vector<double> times;
  for (int i = 0; i != repetitions; ++i) {
    double start = nanoseconds_now(clock);
    body();
    times.push_back((nanoseconds_now(clock) - start) / operations);
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
