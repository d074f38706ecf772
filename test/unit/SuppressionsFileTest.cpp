// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/SuppressionsFile.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

static std::vector<SuppressionRule> rules(llvm::StringRef Yaml) {
  llvm::Expected<std::vector<SuppressionRule>> Rules =
      parseSuppressions(Yaml, "s");
  if (Rules)
    return std::move(*Rules);
  ADD_FAILURE() << toString(Rules.takeError());
  return {};
}

static std::string errorOf(llvm::StringRef Yaml) {
  llvm::Expected<std::vector<SuppressionRule>> Rules =
      parseSuppressions(Yaml, "s");
  return Rules ? "no error" : toString(Rules.takeError());
}

TEST(SuppressionsFile, ReadsEveryKey) {
  std::vector<SuppressionRule> Rules =
      rules("- cycle: Parent::kids -> Child::parent\n"
            "  type: ns::Parent\n"
            "  path: third_party/**\n"
            "  check: refcycle-*\n"
            "  confidence: possible\n"
            "  id: 0123456789abcdef\n"
            "  reason: the parent clears kids in close()\n"
            "  expires: 2027-01-31\n");
  ASSERT_THAT(Rules, SizeIs(1));
  const SuppressionRule &Rule = Rules.front();
  EXPECT_THAT(Rule.Cycle, ElementsAre("Parent::kids", "Child::parent"));
  EXPECT_EQ(Rule.Type, "ns::Parent");
  EXPECT_EQ(Rule.Path, "third_party/**");
  EXPECT_EQ(Rule.Check, "refcycle-*");
  EXPECT_EQ(Rule.Confidence, "possible");
  EXPECT_EQ(Rule.Id, "0123456789abcdef");
  EXPECT_EQ(Rule.Reason, "the parent clears kids in close()");
  using namespace std::chrono;
  EXPECT_EQ(Rule.Expires, 2027y / January / 31);
  EXPECT_EQ(Rule.Where, (SourceRef{"s", 1, 3}));
}

TEST(SuppressionsFile, EmptyFileHasNoRules) {
  EXPECT_THAT(rules(""), IsEmpty());
  EXPECT_THAT(rules("# none\n"), IsEmpty());
}

TEST(SuppressionsFile, AHopMayBeAnything) {
  EXPECT_THAT(rules("- {cycle: 'A::b -> *', reason: r}")[0].Cycle,
              ElementsAre("A::b", "*"));
}

TEST(SuppressionsFile, WrittenRuleReadsBack) {
  std::string Text = "- {id: abc, reason: r}\n"; // As if in the file already.
  llvm::raw_string_ostream Out(Text);
  SuppressionRule Rule;
  Rule.Cycle = {"A::*", "*"};
  Rule.Check = "refcycle-closure";
  Rule.Path = "src/[ab]*.cpp";
  Rule.Id = "0x1f";
  Rule.Reason = "says \"no\": #12\nand \\more";
  using namespace std::chrono;
  Rule.Expires = 2026y / February / 3;
  writeSuppression(Rule, Out);
  std::vector<SuppressionRule> Rules = rules(Text);
  ASSERT_THAT(Rules, SizeIs(2));
  EXPECT_EQ(Rules[1].Cycle, Rule.Cycle);
  EXPECT_EQ(Rules[1].Check, Rule.Check);
  EXPECT_EQ(Rules[1].Path, Rule.Path);
  EXPECT_EQ(Rules[1].Id, Rule.Id);
  EXPECT_EQ(Rules[1].Reason, Rule.Reason);
  EXPECT_EQ(Rules[1].Expires, Rule.Expires);
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST(SuppressionErrors, ReasonIsRequired) {
  EXPECT_EQ(errorOf("- id: a\n"),
            "s:1:3: expected 'reason': why is this accepted?");
  EXPECT_EQ(errorOf("- {id: a, reason: ' '}"),
            "s:1:19: expected a reason in words");
}

TEST(SuppressionErrors, SomethingMustBeMatched) {
  EXPECT_EQ(errorOf("- id: a\n  reason: r\n- reason: all of it\n"),
            "s:3:3: expected at least one of cycle, type, path, check, "
            "confidence, id");
}

TEST(SuppressionErrors, UnknownKey) {
  EXPECT_THAT(errorOf("- {resaon: r}"),
              AllOf(StartsWith("s:1:4: unknown key 'resaon'"),
                    HasSubstr("did you mean 'reason'?")));
}

TEST(SuppressionErrors, HopWithoutField) {
  for (const char *Cycle : {"Parent", "A::b ->", "A::b -> -> C::d", "''"})
    EXPECT_EQ(errorOf(std::string("- {reason: r, cycle: ") + Cycle + "}"),
              "s:1:22: expected hops, such as 'Parent::kids -> Child::parent'")
        << Cycle;
}

TEST(SuppressionErrors, BadDate) {
  for (const char *Date : {"2026-02-30", "2026-13-01", "26-01-01", "tomorrow",
                           "2026-1-1", "2026-01-01-", "[]"})
    EXPECT_EQ(
        errorOf(std::string("- {id: a, reason: r, expires: ") + Date + "}"),
        "s:1:31: expected a date, such as 2026-01-31")
        << Date;
}

TEST(SuppressionErrors, BadConfidence) {
  EXPECT_EQ(errorOf("- {reason: r, confidence: probabel}"),
            "s:1:27: expected one of possible, probable, definite; did you "
            "mean 'probable'?");
}

TEST(SuppressionErrors, NotAList) {
  EXPECT_EQ(errorOf("suppressions: []"),
            "s:1:1: expected a list of suppressions");
}
