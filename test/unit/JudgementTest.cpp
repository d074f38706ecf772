// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Judgement.h"
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

Finding at(Confidence Level, const char *File = "a.cpp") {
  Finding F;
  F.Level = Level;
  F.Loc = {File, 1, 1};
  return F;
}

Judgement judgeThem(std::vector<Finding> All, const Options &Opts) {
  auto Where = Scope::create({});
  EXPECT_TRUE(bool(Where));
  return judge(std::move(All), *Where, {}, Opts);
}

TEST(Judgement, ShowsFromTheMinimumOnAndCountsTheRest) {
  Judgement J = judgeThem({at(Confidence::Possible), at(Confidence::Probable),
                           at(Confidence::Definite)},
                          {});
  EXPECT_EQ(J.Shown.size(), 2u);
  EXPECT_EQ(J.Weaker, 1u);
  EXPECT_TRUE(J.Fails);
}

TEST(Judgement, FailsForWhatIsShownByDefault) {
  Options Opts;
  EXPECT_FALSE(judgeThem({at(Confidence::Possible)}, Opts).Fails);
  Opts.MinConfidence = Confidence::Possible;
  EXPECT_TRUE(judgeThem({at(Confidence::Possible)}, Opts).Fails);
}

TEST(Judgement, FailOnMovesTheBorder) {
  Options Opts;
  Opts.Fail = FailOn::Never;
  EXPECT_FALSE(judgeThem({at(Confidence::Definite)}, Opts).Fails);
  Opts.Fail = FailOn::Definite;
  EXPECT_FALSE(judgeThem({at(Confidence::Probable)}, Opts).Fails);
  Opts.Fail = FailOn::Possible;
  EXPECT_TRUE(judgeThem({at(Confidence::Possible)}, Opts).Fails);
}

TEST(Judgement, WhatIsOutOfScopeDoesNotCount) {
  Judgement J =
      judgeThem({at(Confidence::Definite, "/usr/include/memory")}, {});
  EXPECT_TRUE(J.Shown.empty());
  EXPECT_FALSE(J.Fails);
}

} // namespace
} // namespace refcycle::analyzer
