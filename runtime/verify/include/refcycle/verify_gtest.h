// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For tests of programs with std, libc++ or Boost shared pointers: fails those
// that leave cycles behind. Link refcycle::verify, or run the tests with
// `refcycle verify`; without either, these do nothing.
//
//   int main(int argc, char **argv) {
//     testing::InitGoogleTest(&argc, argv);
//     refcycle::verify::fail_tests_with_cycles();
//     return RUN_ALL_TESTS();
//   }

#ifndef REFCYCLE_VERIFY_GTEST_H
#define REFCYCLE_VERIFY_GTEST_H

#include "refcycle/verify.h"

#include <gtest/gtest.h>
#include <string>

namespace refcycle::verify {

/// Cycles of this process that no call has returned before, in words; empty if
/// there are none. Cost: a check, see refcycle_verify_now().
inline std::string new_cycles() {
  static long reported = 0;
  if (refcycle_verify_now == nullptr)
    return {};
  long now = refcycle_verify_now();
  bool more = now > reported;
  if (now >= 0)
    reported = now;
  return more ? refcycle_verify_report() : std::string();
}

/// Fails each test that leaves cycles behind; its fixture is gone by then.
class no_cycles_listener : public ::testing::EmptyTestEventListener {
  void OnTestEnd(const ::testing::TestInfo &) override {
    if (std::string found = new_cycles(); !found.empty())
      ADD_FAILURE() << "objects keep each other alive:\n" << found;
  }
};

/// After InitGoogleTest; once. Ends of tests go through the listeners
/// backwards: behind the printer, ours is heard before it calls the test
/// passed.
inline void fail_tests_with_cycles() {
  ::testing::UnitTest::GetInstance()->listeners().Append(
      new no_cycles_listener);
}

} // namespace refcycle::verify

// refcycle/testing.h has a macro of this name for refcycle's own handles; a
// test that includes both means both.
#ifdef REFCYCLE_TESTING_H
inline std::string refcycle_all_cycles() {
  return refcycle::leak_report() + refcycle::verify::new_cycles();
}
#undef REFCYCLE_EXPECT_NO_CYCLES
#else
inline std::string refcycle_all_cycles() {
  return refcycle::verify::new_cycles();
}
#endif

/// Fails, naming the cycles, if there are some that were not reported before.
#define REFCYCLE_EXPECT_NO_CYCLES()                                            \
  if (std::string refcycle_found = refcycle_all_cycles();                      \
      refcycle_found.empty())                                                  \
    ;                                                                          \
  else                                                                         \
    ADD_FAILURE() << "objects keep each other alive:\n" << refcycle_found

#endif
