// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Words.h"
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

TEST(Words, HopsSayHowTheyHold) {
  auto Hop = [](const char *From, HopKind Kind, const char *To) {
    refcycle::analyzer::Hop H;
    H.From = From, H.Via = "v", H.To = To, H.Kind = Kind;
    return describeHop(H);
  };
  EXPECT_EQ(Hop("A", HopKind::Value, "B"), "'A' contains 'B' in 'v'");
  EXPECT_EQ(Hop("A", HopKind::Base, "B"), "'A' has the base 'B'");
  EXPECT_EQ(Hop("A", HopKind::Erased, "B"), "'A' owns 'B' through 'v'");
  EXPECT_EQ(Hop("(lambda at a.cpp:1:2)", HopKind::Value, "B"),
            "the lambda captures 'v', and with it 'B'");
  EXPECT_EQ(Hop("(bind at a.cpp:1:2)", HopKind::Strong, "B"),
            "the bind holds 'v', an owner of 'B'");
}

} // namespace
} // namespace refcycle::analyzer
