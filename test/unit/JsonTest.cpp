// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Json.h"
#include "ReportSample.h"
#include "llvm/Support/JSON.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using llvm::json::Object;

std::string text(const Report &R, double Seconds = 0) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeJson(R, {Seconds}, OS);
  return Out;
}

Object parse(const Report &R) {
  auto Value = llvm::json::parse(text(R));
  EXPECT_TRUE(bool(Value)) << llvm::toString(Value.takeError());
  return *Value->getAsObject();
}

std::vector<std::string> keys(const Object &O) {
  std::vector<std::string> Result;
  for (auto &[Key, Value] : O)
    Result.push_back(Key.str());
  std::sort(Result.begin(), Result.end());
  return Result;
}

using testing::ElementsAre;

TEST(Json, HasEveryKeyOfTheContract) {
  Object Root = parse(sampleReport());
  EXPECT_THAT(keys(Root),
              ElementsAre("findings", "incomplete", "stale_suppressions",
                          "summary", "tool", "version", "wrong_annotations"));
  EXPECT_EQ(Root.getInteger("version"), 1);
  EXPECT_EQ(Root.getObject("tool")->getString("name"), "refcycle");
  EXPECT_THAT(keys(*Root.getObject("summary")),
              ElementsAre("edges", "failed", "seconds", "suppressed",
                          "translation_units", "types"));

  const Object &F = *(*Root.getArray("findings"))[0].getAsObject();
  EXPECT_THAT(keys(F),
              ElementsAre("baseline", "breaks", "check", "closing_store",
                          "column", "confidence", "cycle", "file", "id", "line",
                          "message", "notes", "reasons", "status", "weaken"));
  EXPECT_EQ(F.getString("status"), "static");
  EXPECT_EQ(F.getString("baseline"), "new");
  EXPECT_EQ(F.getString("confidence"), "definite");
  EXPECT_THAT(keys(*F.getObject("closing_store")),
              ElementsAre("column", "file", "line"));

  const Object &H = *(*F.getArray("cycle"))[1].getAsObject();
  EXPECT_THAT(keys(H), ElementsAre("column", "file", "from", "kind", "line",
                                   "stores", "to", "via"));
  EXPECT_EQ(H.getString("kind"), "closure");
  const Object &Store = *(*H.getArray("stores"))[0].getAsObject();
  EXPECT_THAT(keys(Store), ElementsAre("column", "file", "late", "line"));
  EXPECT_EQ(Store.getBoolean("late"), true);

  const Object &B = *(*F.getArray("breaks"))[0].getAsObject();
  EXPECT_THAT(keys(B), ElementsAre("class", "edge", "file", "function", "line",
                                   "missed_by"));
  EXPECT_EQ(B.getString("class"), "dead");
}

TEST(Json, AFixHasItsEditsOrWhyThereIsNone) {
  Report R = sampleReport();
  R.Findings[0].Fix = Weakening{
      "Session::self", {}, {}, "a macro names it", {"src/session.h", 1, 2}};
  R.Findings[1].Fix = Weakening{
      "Node::owner", {{{"src/tree.h", 8, 8}, 120, 10, "weak_ptr"}}, {}, "", {}};
  Object Root = parse(R);
  auto FixOf = [&](size_t I) -> const Object & {
    return *(*Root.getArray("findings"))[I].getAsObject()->getObject("fix");
  };
  EXPECT_THAT(keys(FixOf(0)), ElementsAre("edits", "refused", "slot"));
  EXPECT_EQ(FixOf(0).getString("refused"), "a macro names it");
  EXPECT_TRUE(FixOf(0).getArray("edits")->empty());
  const Object &Edit = *(*FixOf(1).getArray("edits"))[0].getAsObject();
  EXPECT_THAT(keys(Edit), ElementsAre("column", "file", "length", "line",
                                      "offset", "text"));
  EXPECT_EQ(FixOf(1).getString("refused"), "");
}

TEST(Json, SaysWhatWasNotAnalysed) {
  Object Root = parse(sampleReport());
  const Object &A = *(*Root.getArray("incomplete"))[0].getAsObject();
  EXPECT_THAT(keys(A), ElementsAre("file", "reason", "severity"));
  EXPECT_EQ(A.getString("severity"), "errors");
  const Object &B = *(*Root.getArray("incomplete"))[1].getAsObject();
  EXPECT_EQ(B.getString("severity"), "failed");
}

TEST(Json, AnEmptyReportIsGolden) {
  EXPECT_EQ(text({}), R"({
  "version": 1,
  "tool": {
    "name": "refcycle",
    "version": ")" REFCYCLE_VERSION R"("
  },
  "findings": [],
  "incomplete": [],
  "stale_suppressions": [],
  "wrong_annotations": [],
  "summary": {
    "translation_units": 0,
    "failed": 0,
    "suppressed": 0,
    "types": 0,
    "edges": 0,
    "seconds": 0.000
  }
}
)");
}

TEST(Json, SecondsAreZeroUnlessAsked) {
  EXPECT_THAT(text({}, 1.23456), testing::HasSubstr("\"seconds\": 1.235\n"));
}

TEST(Json, ForeignBytesDoNotBreakIt) {
  Report R = sampleReport();
  R.Findings[0].Loc.File = "caf\xE9.cpp";
  R.Findings[0].Message = "quote \" and \xFF";
  Object Root = parse(R);
  EXPECT_EQ((*Root.getArray("findings"))[0].getAsObject()->getString("file"),
            "caf\xEF\xBF\xBD.cpp");
}

} // namespace
} // namespace refcycle::analyzer
