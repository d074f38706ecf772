// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shape that the SARIF 2.1.0 schema asks for, as far as we use it.

#include "report/Sarif.h"
#include "ReportSample.h"
#include "llvm/Support/JSON.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using llvm::StringRef;
using llvm::json::Array;
using llvm::json::Object;

const SarifStyle Style{
    {{"refcycle-closure", "Closures."}, {"refcycle-members", "Members."}},
    /*HasBaseline=*/true,
    /*MaxResults=*/100};

Object run(const Report &R, const SarifStyle &S = Style) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeSarif(R, S, OS);
  auto Value = llvm::json::parse(Out);
  EXPECT_TRUE(bool(Value)) << llvm::toString(Value.takeError());
  Object Root = *Value->getAsObject();
  EXPECT_EQ(Root.getString("version"), "2.1.0");
  return *(*Root.getArray("runs"))[0].getAsObject();
}

const Object &at(const Object &O, StringRef Key, size_t I) {
  return *(*O.getArray(Key))[I].getAsObject();
}

const Object &physical(const Object &Location) {
  return *Location.getObject("physicalLocation");
}

TEST(Sarif, ResultsHaveRuleLevelAndPlace) {
  Object Run = run(sampleReport());
  const Object &R = at(Run, "results", 0);
  EXPECT_EQ(R.getString("ruleId"), "refcycle-closure");
  EXPECT_EQ(R.getInteger("ruleIndex"), 0);
  EXPECT_EQ(R.getString("level"), "error");
  EXPECT_EQ(at(Run, "results", 1).getString("level"), "warning");
  const Object &Place = physical(at(R, "locations", 0));
  EXPECT_EQ(Place.getObject("artifactLocation")->getString("uri"),
            "src/session.cpp");
  EXPECT_EQ(Place.getObject("artifactLocation")->getString("uriBaseId"),
            "PROJECTROOT");
  EXPECT_EQ(Place.getObject("region")->getInteger("startLine"), 58);
  EXPECT_EQ(R.getObject("partialFingerprints")->getString("refcycleFinding/v1"),
            "0123456789abcdef");
}

TEST(Sarif, HopsAreACodeFlow) {
  Object Run = run(sampleReport());
  const Object &Flow = at(at(Run, "results", 0), "codeFlows", 0);
  const Array &Steps = *at(Flow, "threadFlows", 0).getArray("locations");
  ASSERT_EQ(Steps.size(), 2u);
  EXPECT_EQ(Steps[1]
                .getAsObject()
                ->getObject("location")
                ->getObject("message")
                ->getString("text"),
            "'Session' owns the lambda through 'on_close'");
}

TEST(Sarif, SaysWhetherAResultIsNew) {
  Report R = sampleReport();
  R.Findings[1].Known = true;
  Object Run = run(R);
  EXPECT_EQ(at(Run, "results", 0).getString("baselineState"), "new");
  EXPECT_EQ(at(Run, "results", 1).getString("baselineState"), "unchanged");
  Object Without = run(R, {});
  EXPECT_FALSE(at(Without, "results", 0).getString("baselineState"));
}

TEST(Sarif, SaysWhatFailed) {
  Object Run = run(sampleReport());
  const Object &Invocation = at(Run, "invocations", 0);
  EXPECT_EQ(Invocation.getBoolean("executionSuccessful"), false);
  EXPECT_EQ(at(Invocation, "toolExecutionNotifications", 1).getString("level"),
            "error");
}

TEST(Sarif, PathsAreUris) {
  Report R = sampleReport();
  R.Findings[0].Loc.File = "a b/100%.cpp";
  R.Findings[1].Loc.File = "/usr/include/x.h";
  Object Run = run(R);
  auto Uri = [&](size_t I) {
    return physical(at(at(Run, "results", I), "locations", 0))
        .getObject("artifactLocation")
        ->getString("uri")
        ->str();
  };
  EXPECT_EQ(Uri(0), "a%20b/100%25.cpp");
  EXPECT_EQ(Uri(1), "file:///usr/include/x.h");
}

TEST(Sarif, AFixNamesEachFileOnceAndWhatGoesFromIt) {
  Report R = sampleReport();
  R.Findings[1].Fix = Weakening{"Node::owner",
                                {{{"src/tree.cpp", 5, 9}, 70, 10, ".reset()"},
                                 {{"src/tree.h", 8, 8}, 120, 10, "weak_ptr"},
                                 {{"src/tree.h", 9, 3}, 140, 0, ".lock()"}},
                                {},
                                "",
                                {}};
  Object Run = run(R);
  EXPECT_EQ(at(Run, "results", 0).getArray("fixes"), nullptr);
  const Object &Fix = at(at(Run, "results", 1), "fixes", 0);
  ASSERT_EQ(Fix.getArray("artifactChanges")->size(), 2u);
  const Object &Header = at(Fix, "artifactChanges", 1);
  EXPECT_EQ(Header.getObject("artifactLocation")->getString("uri"),
            "src/tree.h");
  ASSERT_EQ(Header.getArray("replacements")->size(), 2u);
  const Object &First = at(Header, "replacements", 0);
  const Object &Gone = *First.getObject("deletedRegion");
  EXPECT_EQ(Gone.getInteger("startLine"), 8);
  EXPECT_EQ(Gone.getInteger("startColumn"), 8);
  EXPECT_EQ(Gone.getInteger("endColumn"), 18);
  EXPECT_EQ(First.getObject("insertedContent")->getString("text"), "weak_ptr");
}

TEST(Sarif, MoreResultsThanCodeHostsTakeAreCutAndSaid) {
  Report R;
  R.Findings.resize(5);
  SarifStyle Small;
  Small.MaxResults = 2;
  Object Run = run(R, Small);
  EXPECT_EQ(Run.getArray("results")->size(), 2u);
  EXPECT_EQ(at(at(Run, "invocations", 0), "toolExecutionNotifications", 0)
                .getObject("message")
                ->getString("text"),
            "3 more findings are not in this file");
}

} // namespace
} // namespace refcycle::analyzer
