// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For every test of a program at once: fails those that leave garbage cycles.
// Includes GoogleTest; testing.h, with expectations for single tests, does not.
//
//   int main(int argc, char **argv) {
//     testing::InitGoogleTest(&argc, argv);
//     refcycle::testing::fail_tests_with_cycles();
//     return RUN_ALL_TESTS();
//   }

#ifndef REFCYCLE_GTEST_H
#define REFCYCLE_GTEST_H

#include "refcycle/testing.h"

#include <gtest/gtest.h>
#include <optional>

namespace refcycle::testing {

/// Starts each test without garbage, keeps automatic collections away from it,
/// and fails it if its thread's heap has garbage cycles at its end, by name.
/// The fixture's TearDown() and destructor have run by then.
class no_cycles_listener : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo &) override { alone.emplace(); }
  void OnTestEnd(const ::testing::TestInfo &) override {
    REFCYCLE_EXPECT_NO_CYCLES();
    alone.reset();
  }

  std::optional<isolation> alone;
};

/// Puts one behind the printer: the end of a test is told in reverse order, so
/// the printer's verdict counts what it finds. After InitGoogleTest; once.
inline void fail_tests_with_cycles() {
  ::testing::UnitTest::GetInstance()->listeners().Append(
      new no_cycles_listener);
}

} // namespace refcycle::testing

#endif
