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

TEST(Text, OneWarningAndANotePerHop) {
  EXPECT_EQ(
      text(sampleReport()),
      R"(src/session.cpp:58:3: warning: 'Session' keeps itself alive: 'on_close' stores a lambda that captures 'self' [refcycle-closure]
src/session.h:21:25: note: 'Session' owns the lambda through 'on_close'
src/session.cpp:58:15: note: the lambda captures 'self', an owner of 'Session'; capture a weak handle instead
src/session.h:30:8: note: 'Session::~Session' clears 'on_close', but it cannot run while the cycle lives
src/tree.cpp:9:3: warning: 'Node' and 'Tree' keep each other alive [refcycle-members]
src/tree.h:4:1: note: 'Tree' owns 'Node' through 'root'
src/tree.h:8:1: note: 'Node' owns 'Tree' through 'owner'; make this one weak
src/tree.cpp:10:5: note: this store closes the cycle
src/tree.cpp:20:1: note: 'Tree::close' clears 'root' if it is called; missed by the return in 'Tree::open'
src/main.cpp:3:7: note: 'Tree' is made here
)");
}

TEST(Text, NothingFoundPrintsNothing) { EXPECT_EQ(text({}), ""); }

TEST(Text, ColoursAreForTerminals) {
  EXPECT_THAT(text(sampleReport(), /*Color=*/true),
              testing::HasSubstr("\033["));
  EXPECT_THAT(text(sampleReport()), testing::Not(testing::HasSubstr("\033[")));
}

TEST(Text, HopsSayHowTheyHold) {
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
