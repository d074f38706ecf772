// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/Baseline.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::HasSubstr;

Finding named(const char *Id) {
  Finding F;
  F.Id = Id;
  F.Check = "refcycle-members";
  F.Message = "'A' keeps \"itself\" alive";
  return F;
}

std::string errorOf(llvm::StringRef Text) {
  return llvm::toString(Baseline::parse(Text).takeError());
}

TEST(Baseline, KnowsWhatWasWritten) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  writeBaseline({named("b"), named("a"), named("b")}, OS);
  EXPECT_EQ(Text, R"({"version": 1, "findings": [
  {"check":"refcycle-members","id":"a","message":"'A' keeps \"itself\" alive"},
  {"check":"refcycle-members","id":"b","message":"'A' keeps \"itself\" alive"}
]}
)");
  auto B = Baseline::parse(Text);
  ASSERT_TRUE(bool(B));
  EXPECT_TRUE(B->knows(named("a")));
  EXPECT_FALSE(B->knows(named("c")));
  EXPECT_EQ(B->countGone({named("a"), named("c")}), 1u);
}

TEST(Baseline, AnEmptyOneKnowsNothing) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  writeBaseline({}, OS);
  auto B = Baseline::parse(Text);
  ASSERT_TRUE(bool(B));
  EXPECT_FALSE(B->knows(named("a")));
}

TEST(Baseline, OtherTextsAreErrors) {
  EXPECT_THAT(errorOf("{\n x"), HasSubstr("[2:"));
  EXPECT_THAT(errorOf("[]"), HasSubstr("\"version\": 1"));
  EXPECT_THAT(errorOf("{\"version\": 2}"), HasSubstr("\"version\": 1"));
  EXPECT_THAT(errorOf("{\"version\": 1}"), HasSubstr("\"findings\""));
  EXPECT_THAT(errorOf("{\"version\": 1, \"findings\": [{}]}"),
              HasSubstr("\"id\""));
}

} // namespace
} // namespace refcycle::analyzer
