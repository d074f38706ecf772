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
    H.Loc = {"a.cpp", 1, 2};
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

TEST(Text, WhatNoLineDeclaresHasNoName) {
  Hop H;
  H.From = "std::function<void ()>", H.Via = "value";
  H.To = "(lambda at a.cpp:1:2)";
  EXPECT_EQ(describeHop(H),
            "'std::function<void ()>' on the heap holds the lambda");
  H.From = "(control block)", H.Via = "deleter";
  EXPECT_EQ(describeHop(H), "the control block holds the lambda as deleter");
}

TEST(Text, ClassesAreCalledByTheirNames) {
  auto Owns = [](const char *From) {
    refcycle::analyzer::Hop H;
    H.From = From, H.Via = "v", H.To = "B", H.Loc = {"a.cpp", 1, 2};
    return describeHop(H);
  };
  // Only what ends with its place has no name.
  for (std::string Name :
       {"(anonymous namespace)::Page", "ns::(anonymous namespace)::Page",
        "(anonymous namespace)::Box<(lambda at a.cpp:1:2)>",
        "(lambda at a.cpp:1:2)::Local", "(anonymous class)::Inner",
        "f(int)::Local", "Map<K, V>::Node", "Less<(1 > 2)>::Tag",
        "T::operator()(int)::Local"})
    EXPECT_EQ(Owns(Name.c_str()), "'" + Name + "' owns 'B' through 'v'");
  EXPECT_EQ(Owns("(lambda at a.cpp:1:2)"),
            "the lambda captures 'v', an owner of 'B'");
  EXPECT_EQ(Owns("(lambda at dir (1)/a.cpp:1:2)"),
            "the lambda captures 'v', an owner of 'B'");
  EXPECT_EQ(Owns("(unnamed struct at a.cpp:1:2)"),
            "the unnamed struct holds 'v', an owner of 'B'");
}

Finding keepAlive() {
  Finding F;
  F.Message = "'A' keeps itself alive", F.Check = "refcycle-keep-alive";
  F.Loc = {"a.cpp", 4, 1};
  F.Cycle = {{"A", "self", "A", HopKind::Strong, {"a.h", 2, 3}, {}, "A"}};
  F.How = Remedy::Clear;
  return F;
}

TEST(Text, WhatKeepsItselfAliveIsCleared) {
  Report R;
  R.Findings = {keepAlive()};
  EXPECT_THAT(text(R), testing::HasSubstr(
                           "through 'self'; clear it when its work is done\n"));
  R.Findings[0].Breaks = {
      {0, BreakClass::KeepAlive, "A::done", {"a.cpp", 9, 1}, "a return"}};
  EXPECT_THAT(text(R), testing::HasSubstr("; clear it on every way that ends "
                                          "its work\n"));
}

TEST(Text, ABindObjectHoldsNoWeakHandle) {
  Report R;
  R.Findings = {keepAlive()};
  R.Findings[0].How = Remedy::Weaken;
  R.Findings[0].Cycle[0].From = "(bind at a.cpp:1:2)";
  EXPECT_THAT(text(R), testing::HasSubstr(
                           "; use a lambda with a weak handle instead\n"));
}

TEST(Text, APartThatOwnsMayHaveNoWeakForm) {
  Report R;
  R.Findings = {keepAlive()};
  Finding &F = R.Findings[0];
  F.How = Remedy::Weaken;
  F.Cycle[0].Kind = HopKind::Value;
  EXPECT_THAT(text(R), testing::HasSubstr(
                           "; hold something here that does not own it\n"));
  F.Cycle[0].From = "(lambda at a.cpp:1:2)";
  EXPECT_THAT(text(R),
              testing::HasSubstr("; capture something that does not own it\n"));
}

TEST(Text, HopsOfEqualObjectsAreSaidOnce) {
  Report R;
  R.Findings = {keepAlive()};
  Finding &F = R.Findings[0];
  F.Cycle.push_back(F.Cycle[0]);
  std::string Out = text(R);
  EXPECT_EQ(llvm::StringRef(Out).count("owns 'A' through 'self'"), 1u);
  EXPECT_EQ(llvm::StringRef(Out).count("clear it"), 1u);
}

TEST(Text, BreaksSayWhoCallsThem) {
  Finding F = keepAlive();
  EXPECT_EQ(describeBreak(F, {0, BreakClass::Dead, "A::~A", {}, ""}),
            "'A::~A' clears 'self', but it cannot run while the cycle lives");
  EXPECT_EQ(describeBreak(F, {0, BreakClass::Dead, "A::drop", {}, "", "A::~A"}),
            "'A::drop' clears 'self', but only 'A::~A' calls it, which cannot "
            "run while the cycle lives");
  EXPECT_EQ(
      describeBreak(
          F,
          {0, BreakClass::Self, "(lambda at a.cpp:1:2)::operator()", {}, ""}),
      "a lambda clears 'self' when it has run");
}

} // namespace
} // namespace refcycle::analyzer
