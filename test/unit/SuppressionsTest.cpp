// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/Suppressions.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono;

constexpr year_month_day Today{2026y, March, 5d};

/// A => B => C => A.
Finding triangle() {
  Finding F;
  F.Id = "0123456789abcdef";
  F.Check = "refcycle-members";
  F.Level = Confidence::Probable;
  F.Loc = {"src/a.cpp", 3, 1};
  F.Cycle.resize(3);
  F.Cycle[0].From = "ns::A<int>";
  F.Cycle[0].Via = "b";
  F.Cycle[1].From = "ns::B";
  F.Cycle[1].Via = "c";
  F.Cycle[2].From = "(lambda at src/a.cpp:3:1)";
  F.Cycle[2].StableFrom = "(lambda in ns::run)";
  F.Cycle[2].Via = "self";
  return F;
}

Suppressions suppressions(std::vector<SuppressionRule> Rules) {
  auto Result = Suppressions::create(std::move(Rules), Today);
  EXPECT_TRUE(bool(Result));
  return std::move(*Result);
}

bool covers(const SuppressionRule &Rule) {
  return suppressions({Rule}).find(triangle()) != nullptr;
}

SuppressionRule cycle(std::vector<std::string> Hops) {
  SuppressionRule Rule;
  Rule.Cycle = std::move(Hops);
  return Rule;
}

TEST(Suppressions, HopsAreFoundWhereverTheCycleStarts) {
  EXPECT_TRUE(covers(cycle({"ns::B::c"})));
  EXPECT_TRUE(covers(cycle({"ns::A<int>::b"})));
  EXPECT_TRUE(covers(cycle({"ns::A::b", "ns::B::c"})));
  EXPECT_TRUE(covers(cycle({"ns::B::c", "*", "ns::A::b"})));
  EXPECT_TRUE(covers(cycle({"*::self", "ns::A::b"})));
  EXPECT_TRUE(covers(cycle({"(lambda in ns::run)::self"})));
}

TEST(Suppressions, AFieldMayBeNamedByTheClassThatDeclaresIt) {
  Finding F = triangle();
  F.Cycle[1].Declaring = "ns::Base";
  EXPECT_TRUE(suppressions({cycle({"ns::Base::c"})}).find(F));
  EXPECT_TRUE(suppressions({cycle({"ns::B::c"})}).find(F));
  EXPECT_FALSE(suppressions({cycle({"ns::Base::b"})}).find(F));
}

TEST(Suppressions, RulesInTheSourceCoverTheirLines) {
  SuppressionRule Rule;
  Rule.Check = "*";
  Rule.Lines = {{"src/b.cpp", 1, 9}, {"src/a.cpp", 2, 3}};
  EXPECT_TRUE(covers(Rule));
  Rule.Lines = {{"src/b.cpp", 1, 9}, {"src/a.cpp", 4, 5}};
  EXPECT_FALSE(covers(Rule));
  Rule.Lines = {{"src/a.cpp", 2, 3}};
  Rule.Check = "refcycle-closure";
  EXPECT_FALSE(covers(Rule));
}

TEST(Suppressions, HopsOfOtherCyclesAreNot) {
  EXPECT_FALSE(covers(cycle({"B::c"})));
  EXPECT_FALSE(covers(cycle({"ns::B::c", "ns::A::b"})));
  EXPECT_FALSE(covers(cycle({"ns::A<char>::b"})));
  EXPECT_FALSE(covers(cycle({"ns::B::c2"})));
  EXPECT_FALSE(covers(cycle({"*", "*", "*", "*"})));
}

TEST(Suppressions, EachCriterionByItself) {
  SuppressionRule Type, Path, Check, Level, Id;
  Type.Type = "ns::A";
  Path.Path = "src/**";
  Check.Check = "refcycle-m*";
  Level.Confidence = "probable";
  Id.Id = "0123456789abcdef";
  for (const SuppressionRule &Rule : {Type, Path, Check, Level, Id})
    EXPECT_TRUE(covers(Rule));
  Type.Type = "A";
  Path.Path = "test/**";
  Check.Check = "m*";
  Level.Confidence = "possible";
  Id.Id = "0123456789abcdee";
  for (const SuppressionRule &Rule : {Type, Path, Check, Level, Id})
    EXPECT_FALSE(covers(Rule));
}

TEST(Suppressions, EverythingStatedMustHold) {
  SuppressionRule Rule;
  Rule.Type = "ns::A";
  Rule.Path = "src/*";
  EXPECT_TRUE(covers(Rule));
  Rule.Path = "include/*";
  EXPECT_FALSE(covers(Rule));
}

TEST(Suppressions, ALeakWithoutACycleHasNoTypeAndNoHop) {
  Finding F;
  F.Check = "refcycle-adopt";
  SuppressionRule Type;
  Type.Type = "*";
  EXPECT_EQ(suppressions({Type, cycle({"*"})}).find(F), nullptr);
}

TEST(Suppressions, TheLastDayCounts) {
  SuppressionRule Rule = cycle({"ns::B::c"});
  Rule.Expires = Today;
  EXPECT_TRUE(covers(Rule));
  Rule.Expires = year_month_day{2026y, March, 4d};
  EXPECT_FALSE(covers(Rule));
}

TEST(Suppressions, StaleRulesAreNamed) {
  SuppressionRule Used = cycle({"ns::B::c"}), Unused = cycle({"X::y"}),
                  Expired = Used;
  Expired.Expires = year_month_day{2026y, January, 31d};
  Used.Where.Line = 1;
  Unused.Where.Line = 2;
  Expired.Where.Line = 3;
  Suppressions S = suppressions({Used, Unused, Expired});
  S.find(triangle());
  std::vector<Note> Stale = S.staleRules(/*SawAll=*/true);
  ASSERT_THAT(Stale, SizeIs(2));
  EXPECT_EQ(Stale[0].Loc.Line, 2u);
  EXPECT_EQ(Stale[1].Loc.Line, 3u);
  EXPECT_THAT(Stale[1].Message, HasSubstr("2026-01-31"));
  EXPECT_THAT(S.staleRules(/*SawAll=*/false), SizeIs(1));
}

TEST(Suppressions, TwoRulesForOneFindingAreBothInUse) {
  Suppressions S = suppressions({cycle({"ns::B::c"}), cycle({"*"})});
  S.find(triangle());
  EXPECT_THAT(S.staleRules(true), IsEmpty());
}

TEST(Suppressions, MalformedGlobsNameTheRule) {
  SuppressionRule Rule;
  Rule.Path = "a[";
  Rule.Where = {"s.yaml", 4, 3};
  auto Result = Suppressions::create({Rule}, Today);
  ASSERT_FALSE(bool(Result));
  EXPECT_THAT(llvm::toString(Result.takeError()),
              HasSubstr("s.yaml:4:3: expected a glob in place of 'a['"));
}

} // namespace
} // namespace refcycle::analyzer
