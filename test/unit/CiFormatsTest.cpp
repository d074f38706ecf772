// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/CiFormats.h"
#include "ReportSample.h"
#include "llvm/Support/JSON.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

template <typename Writer, typename... Args>
std::string text(Writer Write, const Report &R, Args... More) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  Write(R, OS, More...);
  return Out;
}

std::string summary(const Report &R, size_t MaxRows = 100) {
  return text(writeSummary, R, MaxRows);
}
std::string github(const Report &R) { return text(writeGithub, R); }

/// So many findings, all alike.
Report findings(size_t Count) {
  Report R;
  R.TranslationUnits = 2;
  R.Findings.resize(Count);
  for (Finding &F : R.Findings) {
    F.Loc = {"a.cpp", 3, 1};
    F.Check = "refcycle-members";
    F.Message = "m";
  }
  return R;
}

size_t countOf(llvm::StringRef Text, llvm::StringRef Word) {
  return Text.count(Word);
}

TEST(Summary, SaysNothingFoundOnlyIfNothingFailed) {
  Report R = findings(0);
  EXPECT_THAT(summary(R),
              StartsWith("### refcycle: no cycles found in 2 translation"));
  R.Failed = 1;
  R.Incomplete = {{"b.cpp", true, "crashed"}};
  EXPECT_THAT(summary(R), Not(HasSubstr("no cycles")));
  EXPECT_THAT(summary(R), HasSubstr("**1 of 2 translation units failed**"));
  EXPECT_THAT(summary(R), HasSubstr("- b.cpp: crashed"));
}

TEST(Summary, KnownFindingsAreCountedOnly) {
  Report R = findings(3);
  R.Findings[0].Known = true;
  EXPECT_THAT(summary(R), StartsWith("### refcycle: 2 new findings"));
  EXPECT_THAT(summary(R), HasSubstr("\n1 known\n"));
  EXPECT_EQ(countOf(summary(R), "| a.cpp:3 |"), 2u);
}

TEST(Summary, NamesCannotBreakTheTable) {
  Report R = findings(1);
  R.Findings[0].Message = "'A<B|C>' keeps\n`it`";
  EXPECT_THAT(summary(R), HasSubstr("| 'A\\<B\\|C\\>' keeps \\`it\\` |"));
}

TEST(Summary, LongTablesEnd) {
  EXPECT_THAT(summary(findings(5), 2), HasSubstr("and 3 more"));
  EXPECT_EQ(countOf(summary(findings(5), 2), "| a.cpp:3 |"), 2u);
}

TEST(Github, TenAnnotationsAndNoMore) {
  EXPECT_EQ(countOf(github(findings(10)), "\n"), 10u);
  EXPECT_THAT(github(findings(10)), Not(HasSubstr("more findings")));
  EXPECT_EQ(countOf(github(findings(11)), "\n"), 10u);
  EXPECT_THAT(github(findings(11)), HasSubstr("and 2 more findings"));
  Report R = findings(10);
  R.Failed = 1;
  EXPECT_EQ(countOf(github(R), "\n"), 10u);
  EXPECT_THAT(github(R), HasSubstr("1 translation units failed"));
}

TEST(Github, MessagesStayOnOneLine) {
  Report R = findings(1);
  R.Findings[0].Message = "100%\nsure: a, b";
  R.Findings[0].Loc.File = "a,b:c.cpp";
  EXPECT_EQ(github(R), "::warning file=a%2Cb%3Ac.cpp,line=3,col=1,title="
                       "refcycle-members::100%25%0Asure: a, b\n");
}

TEST(Gitlab, IsAnArrayWithFingerprints) {
  Report R = findings(2);
  R.Findings[0].Id = "0123456789abcdef";
  R.Findings[0].Level = Confidence::Definite;
  R.Findings[1].Loc.File = "caf\xE9.cpp";
  auto Root = llvm::json::parse(text(writeGitlab, R));
  ASSERT_TRUE(bool(Root));
  ASSERT_EQ(Root->getAsArray()->size(), 2u);
  const llvm::json::Object &First = *(*Root->getAsArray())[0].getAsObject();
  EXPECT_EQ(First.getString("fingerprint"), "0123456789abcdef");
  EXPECT_EQ(First.getString("severity"), "critical");
  EXPECT_EQ(
      First.getObject("location")->getObject("lines")->getInteger("begin"), 3);
  EXPECT_EQ(text(writeGitlab, Report()), "[]\n");
}

} // namespace
} // namespace refcycle::analyzer
