// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For tests of your own types: no cycles left behind, so many objects freed,
// trace functions complete. The macros expand to GoogleTest's; this header does
// not include it.
//
//   TEST(Window, FreesItself) {
//     REFCYCLE_EXPECT_FREED(auto w = open_window());
//     REFCYCLE_EXPECT_NO_CYCLES();
//   }

#ifndef REFCYCLE_TESTING_H
#define REFCYCLE_TESTING_H

#include "refcycle/gc.h"
#include "refcycle/report.h"

#include <string>

namespace refcycle::testing {

/// Frees all garbage there is, so that a test starts from nothing, and keeps
/// automatic collections away until its end; then restores the collector's
/// thresholds, switches, debug flags, and callbacks.
class isolation {
public:
  isolation();
  isolation(const isolation &) = delete;
  isolation &operator=(const isolation &) = delete;
  ~isolation();

private:
  bool enabled;
  unsigned debug;
  std::array<std::uint32_t, 3> thresholds;
  std::vector<gc::callback> callbacks;
};

/// Objects alive in the calling thread's heap, tracked or not.
std::size_t live_objects() noexcept;

/// Checks the trace function of an object's type on that object: destroys a
/// copy of it and compares which counts went down with what trace had shown.
///
/// Empty if they agree, else one sentence for each target that was missed or
/// shown twice, with the offset of a missed handle. Types that cannot be copied
/// are said to be so. Call it where nothing else runs on this heap.
/// Cost: linear in the heap.
std::string audit_trace(const any_ref &r);

/// Checks all invariants of the calling thread's heap; aborts with a sentence
/// naming the broken one. Cost: linear in the heap.
void verify_heap() noexcept;

} // namespace refcycle::testing

/// Fails, naming the cycles, when the calling thread's heap has garbage cycles.
#define REFCYCLE_EXPECT_NO_CYCLES()                                            \
  if (std::string refcycle_found = ::refcycle::leak_report();                  \
      refcycle_found.empty())                                                  \
    ;                                                                          \
  else                                                                         \
    ADD_FAILURE() << "objects keep each other alive:\n" << refcycle_found

/// Fails unless the statement leaves exactly \p count unreachable objects,
/// which a full collection then frees.
#define REFCYCLE_EXPECT_COLLECTED(count, ...)                                  \
  do {                                                                         \
    ::refcycle::gc::collect();                                                 \
    __VA_ARGS__;                                                               \
    EXPECT_EQ(::refcycle::gc::collect().unreachable(), std::size_t(count));    \
  } while (false)

/// Fails unless everything that the statement makes is gone after it, without
/// help of the collector.
#define REFCYCLE_EXPECT_FREED(...)                                             \
  do {                                                                         \
    const std::size_t refcycle_before = ::refcycle::testing::live_objects();   \
    __VA_ARGS__;                                                               \
    EXPECT_EQ(::refcycle::testing::live_objects(), refcycle_before)            \
        << ::refcycle::leak_report();                                          \
  } while (false)

/// Fails if the trace function of the object's type misses a handle.
#define REFCYCLE_EXPECT_TRACED(object)                                         \
  EXPECT_EQ(::refcycle::testing::audit_trace(object), "")

#endif
