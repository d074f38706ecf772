// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Text.h"
#include "ReportSample.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

std::string text(const Report &R, bool Color = false) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  OS.enable_colors(Color);
  writeText(R, {Color}, OS);
  return Out;
}

TEST(Text, OneWarningAndItsNotes) {
  EXPECT_EQ(text(sampleReport()), R"(src/session.cpp:58:3: warning: 'Session' keeps itself alive: 'on_close' stores a lambda that captures 'self' [refcycle-closure]
src/session.h:30:8: note: 'Session::~Session' clears 'on_close', but it cannot run while the cycle lives
src/tree.cpp:9:3: warning: 'Node' and 'Tree' keep each other alive [refcycle-members]
src/main.cpp:3:7: note: 'Tree' is made here
)");
}

TEST(Text, WhatIsInTheBaselineIsNotPrinted) {
  Report R = sampleReport();
  R.Findings[0].Known = R.Findings[1].Known = true;
  EXPECT_EQ(text(R), "");
}

TEST(Text, NothingFoundPrintsNothing) { EXPECT_EQ(text({}), ""); }

TEST(Text, ColoursAreForTerminals) {
  EXPECT_THAT(text(sampleReport(), /*Color=*/true), testing::HasSubstr("\033["));
  EXPECT_THAT(text(sampleReport()), testing::Not(testing::HasSubstr("\033[")));
}

} // namespace
} // namespace refcycle::analyzer
