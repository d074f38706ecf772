// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/StaticFindings.h"
#include <gtest/gtest.h>

using namespace refcycle::analyzer;

static constexpr const char *TwoHops = R"({"version": 1, "findings": [{
  "id": "1", "status": "static", "check": "refcycle-members", "message": "m",
  "file": "a.h", "line": 3,
  "cycle": [{"from": "app::Parent", "via": "kids", "to": "app::Child", "kind": "strong"},
            {"from": "app::Child<int>", "via": "parent", "to": "app::Parent", "kind": "strong"}],
  "later_key": [1, 2]}]})";

static StaticFindings parsed(llvm::StringRef Json) {
  auto Read = StaticFindings::parse(Json);
  EXPECT_TRUE(bool(Read));
  return std::move(*Read);
}

static std::string statusAfter(StaticFindings F, const RunFacts &Run,
                               bool Keep = false) {
  F.match(Run, Keep);
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  F.printText(OS);
  return llvm::StringRef(Text).split(": ").second.split(':').first.str();
}

static Finding cycle(std::vector<Hop> Hops) {
  Finding F;
  F.Cycle = std::move(Hops);
  F.Run = RunEvidence{};
  F.Run->Instances = 1;
  return F;
}

static Hop hop(const char *From, const char *Via) {
  Hop H;
  H.From = From;
  H.Via = Via;
  return H;
}

TEST(StaticFindingsTest, TheSameFieldsConfirm) {
  RunFacts Run;
  Run.Leaked = {
      cycle({hop("app::Child<int>", "parent"), hop("app::Parent", "kids")})};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "confirmed");
  EXPECT_TRUE(parsed(TwoHops).match(Run, false).empty());
}

TEST(StaticFindingsTest, AnotherFieldOfTheSameClassesIsAMiss) {
  RunFacts Run;
  Run.Leaked = {
      cycle({hop("app::Child", "parent"), hop("app::Parent", "first")})};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "static");
  auto Missed = parsed(TwoHops).match(Run, false);
  ASSERT_EQ(Missed.size(), 1u);
  EXPECT_EQ(Missed[0].Notes.back().Message,
            "the analyzer did not predict this cycle: no finding has "
            "app::Parent::first");
}

TEST(StaticFindingsTest, WhatWasNeverBuiltWasNotExercised) {
  RunFacts Run;
  Run.Used = {{"app::Parent", true}, {"app::Child", false}};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "not exercised");
  Run.Used["app::Child"] = true;
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "not observed");
}

TEST(StaticFindingsTest, OfClassesThatNoFamilyManagesNothingIsSaid) {
  RunFacts Run;
  Run.Used = {{"Other", false}};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "static");
}

TEST(StaticFindingsTest, AWeakFieldRefutes) {
  RunFacts Run;
  Run.Weak = {"app::Child::parent"};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "refuted");
}

TEST(StaticFindingsTest, MergingKeepsWhatSaysMore) {
  RunFacts Leak, Idle;
  Leak.Leaked = {
      cycle({hop("app::Child", "parent"), hop("app::Parent", "kids")})};
  Idle.Used = {{"app::Parent", false}};
  StaticFindings F = parsed(TwoHops);
  F.match(Leak, true);
  EXPECT_EQ(statusAfter(F, Idle, true), "confirmed");
  EXPECT_EQ(statusAfter(F, Idle, false), "not exercised");
}

TEST(StaticFindingsTest, KeysOfLaterVersionsPassThrough) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  parsed(TwoHops).printJson({}, OS);
  EXPECT_NE(Text.find("later_key"), std::string::npos);
}

TEST(StaticFindingsTest, OtherDocumentsAreRefused) {
  for (const char *Json : {"", "[]", "{}", R"({"version": 2, "findings": []})",
                           R"({"version": 1})"}) {
    auto Read = StaticFindings::parse(Json);
    EXPECT_FALSE(bool(Read)) << Json;
    llvm::consumeError(Read.takeError());
  }
}
