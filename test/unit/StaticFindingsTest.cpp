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
            "app::Parent::first; to it, this is no owning handle, or it has "
            "seen no store of an object that leads back");
}

TEST(StaticFindingsTest, EachFieldThatIsLackingHasANoteAtItsPlace) {
  RunFacts Run;
  Hop Closure = hop("app::Session", "on_close");
  Closure.Kind = HopKind::Closure;
  Closure.Loc = {"a.h", 7, 3};
  Run.Leaked = {
      cycle({hop("app::Child", "parent"), hop("app::Parent", "all"), Closure,
             hop("(lambda at a.h:9:1)", "self"), hop("app::Parent", "all")})};
  auto Missed = parsed(TwoHops).match(Run, false);
  ASSERT_EQ(Missed.size(), 1u);
  ASSERT_EQ(Missed[0].Notes.size(), 2u);
  EXPECT_TRUE(llvm::StringRef(Missed[0].Notes[0].Message)
                  .contains("no finding has app::Parent::all;"));
  EXPECT_TRUE(llvm::StringRef(Missed[0].Notes[1].Message)
                  .contains("no finding has app::Session::on_close; it has not "
                            "seen which closure"));
  EXPECT_EQ(Missed[0].Notes[1].Loc.Line, 7u);
}

TEST(StaticFindingsTest, FieldsOfSeveralFindingsMayMeetInAMiss) {
  static constexpr const char *Apart = R"({"version": 1, "findings": [
    {"id": "1", "check": "c", "cycle": [
      {"from": "A", "via": "b", "kind": "strong"},
      {"from": "B", "via": "a", "kind": "strong"}]},
    {"id": "2", "check": "c", "cycle": [
      {"from": "B", "via": "c", "kind": "strong"},
      {"from": "C", "via": "b", "kind": "strong"}]}]})";
  RunFacts Run;
  Run.Leaked = {cycle({hop("A", "b"), hop("B", "c")})};
  auto Missed = parsed(Apart).match(Run, false);
  ASSERT_EQ(Missed.size(), 1u);
  EXPECT_TRUE(llvm::StringRef(Missed[0].Notes.back().Message)
                  .contains("though all its fields are in findings"));
}

TEST(StaticFindingsTest, WhatWasClosedAndIsGoneIsRefuted) {
  RunFacts Run;
  Run.Used = {{"app::Parent", true}, {"app::Child", true}};
  Run.Closed = {
      cycle({hop("app::Child", "parent"), hop("app::Parent", "kids")})};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Run), "refuted");
  // Another cycle of the same classes says nothing.
  RunFacts Other = Run;
  Other.Closed = {
      cycle({hop("app::Child", "parent"), hop("app::Parent", "all")})};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Other), "not observed");
  // Nor does a larger one that goes through the same fields, or a smaller one.
  RunFacts Larger = Run;
  Larger.Closed[0].Cycle.push_back(hop("app::Owner", "first"));
  EXPECT_EQ(statusAfter(parsed(TwoHops), Larger), "not observed");
  RunFacts Smaller = Run;
  Smaller.Closed[0].Cycle.pop_back();
  EXPECT_EQ(statusAfter(parsed(TwoHops), Smaller), "not observed");
  // A part that only one side names does not matter.
  RunFacts Part = Run;
  Part.Closed[0].Cycle.push_back(hop("app::Part", "inner"));
  Part.Closed[0].Cycle.back().Kind = HopKind::Value;
  EXPECT_EQ(statusAfter(parsed(TwoHops), Part), "refuted");
  // One that could not be looked at may have leaked.
  RunFacts Unclear = Run;
  Unclear.Unclear = {"app::Child"};
  EXPECT_EQ(statusAfter(parsed(TwoHops), Unclear), "not observed");
  RunFacts Killed = Run;
  Killed.Unfinished = true;
  EXPECT_EQ(statusAfter(parsed(TwoHops), Killed), "not observed");
  // One instance was broken, another is held, or leaked.
  RunFacts Held = Run;
  Held.Held = Run.Closed;
  EXPECT_EQ(statusAfter(parsed(TwoHops), Held), "not observed");
  RunFacts Leaked = Run;
  Leaked.Leaked = Run.Closed;
  EXPECT_EQ(statusAfter(parsed(TwoHops), Leaked), "confirmed");
}

TEST(StaticFindingsTest, StoresAreThoseOfTheHopsAndTheClosingOne) {
  static constexpr const char *Placed = R"({"version": 1, "findings": [{
    "id": "1", "check": "c", "closing_store": {"file": "a.cpp", "line": 9},
    "cycle": [{"from": "A", "via": "a", "kind": "strong",
               "stores": [{"file": "a.h", "line": 4}, {"file": "", "line": 0}]}]},
    {"id": "2", "check": "c", "cycle": [],
     "closing_store": {"file": "b.cpp", "line": 1}}]})";
  EXPECT_EQ(parsed(Placed).stores(), (StoreLines{{"a.cpp", 9}, {"a.h", 4}}));
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
  // Not if it holds strong ones as well.
  for (auto Where : {&RunFacts::Leaked, &RunFacts::Held, &RunFacts::Closed}) {
    RunFacts Both = Run;
    (Both.*Where) = {
        cycle({hop("app::Child", "parent"), hop("app::Parent", "other")})};
    EXPECT_NE(statusAfter(parsed(TwoHops), Both), "refuted");
  }
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
