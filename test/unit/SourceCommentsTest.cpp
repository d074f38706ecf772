// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/SourceComments.h"
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

Finding finding() {
  Finding F;
  F.Check = "refcycle-members";
  F.Loc = F.ClosingStore = {"a.cpp", 10, 3};
  F.Cycle.resize(2);
  F.Cycle[0].Loc = {"a.h", 4, 1};
  F.Cycle[1].Loc = {"a.h", 5, 1};
  F.Weaken = 1;
  return F;
}

TEST(SourceComments, SuppressAtTheWarningAndAtTheEdgeToWeaken) {
  EXPECT_TRUE(isSuppressed(finding(), {{{"a.cpp", 10, 10}, ""}}));
  EXPECT_TRUE(isSuppressed(finding(), {{{"a.cpp", 8, 12}, ""}}));
  EXPECT_TRUE(isSuppressed(finding(), {{{"a.h", 5, 5}, ""}}));
}

TEST(SourceComments, NowhereElse) {
  EXPECT_FALSE(isSuppressed(finding(), {{{"a.cpp", 11, 12}, ""}}));
  EXPECT_FALSE(isSuppressed(finding(), {{{"b.cpp", 10, 10}, ""}}));
  EXPECT_FALSE(isSuppressed(finding(), {{{"a.h", 4, 4}, ""}}));
}

TEST(SourceComments, OnlyTheChecksTheyName) {
  EXPECT_TRUE(isSuppressed(finding(), {{{"a.cpp", 10, 10}, "refcycle-*"}}));
  EXPECT_FALSE(isSuppressed(finding(), {{{"a.cpp", 10, 10}, "bugprone-*"}}));
  EXPECT_FALSE(isSuppressed(finding(), {{{"a.cpp", 10, 10}, "[a"}}));
}

} // namespace
} // namespace refcycle::analyzer
