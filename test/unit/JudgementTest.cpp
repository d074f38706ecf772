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

Judgement judgeThem(std::vector<Finding> All, const Options &Opts,
                    const Baseline &Old = {}, Suppressions Accepted = {}) {
  auto Where = Scope::create({});
  EXPECT_TRUE(bool(Where));
  Policy Rules{std::move(*Where), {}, std::move(Accepted), Old};
  return judge(std::move(All), Rules, Opts);
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

TEST(Judgement, WhatIsInTheBaselineIsMarkedAndDoesNotFail) {
  auto Accepted = Baseline::parse(R"({"version": 1, "findings": [{"id": "old"},
                                                      {"id": "older"}]})");
  ASSERT_TRUE(bool(Accepted));
  Finding Old = at(Confidence::Definite);
  Old.Id = "old";
  Judgement J = judgeThem({Old}, {}, *Accepted);
  EXPECT_FALSE(J.Fails);
  EXPECT_TRUE(J.Shown[0].Known);
  EXPECT_EQ(J.Known, 1u);
  EXPECT_EQ(J.Gone, 1u);
  EXPECT_TRUE(judgeThem({Old, at(Confidence::Probable)}, {}, *Accepted).Fails);
}

TEST(Judgement, WhatIsOutOfScopeDoesNotCount) {
  Judgement J =
      judgeThem({at(Confidence::Definite, "/usr/include/memory")}, {});
  EXPECT_TRUE(J.Shown.empty());
  EXPECT_FALSE(J.Fails);
}

TEST(Judgement, WhatIsAcceptedIsKeptApartAndDoesNotFail) {
  SuppressionRule Rule;
  Rule.Path = "a.cpp";
  Rule.Reason = "known";
  auto Accepted = Suppressions::create({Rule}, today());
  ASSERT_TRUE(bool(Accepted));
  Judgement J = judgeThem({at(Confidence::Definite), at(Confidence::Possible)},
                          {}, {}, std::move(*Accepted));
  EXPECT_TRUE(J.Shown.empty());
  EXPECT_FALSE(J.Fails);
  ASSERT_EQ(J.Suppressed.size(), 1u); // The other one would not be shown.
  EXPECT_EQ(J.Suppressed[0].Reason, "known");
  EXPECT_FALSE(J.Suppressed[0].InSource);
  EXPECT_EQ(J.Weaker, 0u);
}

} // namespace
} // namespace refcycle::analyzer
