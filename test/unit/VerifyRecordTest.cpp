// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/VerifyRecord.h"
#include <gtest/gtest.h>

using namespace refcycle::analyzer;

static std::string problemIn(llvm::StringRef Text) {
  auto Record = parseVerifyRecord(Text);
  return Record ? "" : llvm::toString(Record.takeError());
}

static constexpr const char *Whole =
    "refcycle-verify\t1\n"
    "program\t42\t/bin/my program\n"
    "type\t3\tlibstdc++\tinside\t2\t/bin/my program\tSt23_Sp\n"
    "group\t0\tdead\tcertified\t5\t10\t400\t0\t2\n"
    "edge\t0\t0\t3\t3\t1\t2\t32/40/\n"
    "alone\t0\t0\t7\t4\t1\t5\t6\n"
    "edge\t0\t1\t3\t3\t1\t-\t32/168//lib/a b.so+77\t8/56/\n"
    "stack\t0\t1\t\t/bin/my program+5\t/lib/a b.so+9\n"
    "hop\t0\t0\n"
    "hop\t0\t1\n"
    "done\n"
    "kept\t0\t4\n"
    "end\n";

TEST(VerifyRecordTest, EveryLineIsRead) {
  auto Record = parseVerifyRecord(Whole);
  ASSERT_TRUE(bool(Record)) << llvm::toString(Record.takeError());
  EXPECT_EQ(Record->Pid, 42u);
  EXPECT_EQ(Record->Program, "/bin/my program");
  EXPECT_EQ(Record->Types.at(3).Family, "libstdc++");
  EXPECT_FALSE(Record->Types.at(3).Separate);
  ASSERT_EQ(Record->Groups.size(), 1u);
  const KnotGroup &G = Record->Groups[0];
  EXPECT_TRUE(G.Dead);
  EXPECT_EQ(G.Degree, Proof::Certified);
  EXPECT_EQ(G.Instances, 5u);
  EXPECT_EQ(G.Kept, 4u);
  ASSERT_EQ(G.Edges.size(), 2u);
  EXPECT_EQ(G.Edges[0].Freed, 2u);
  EXPECT_EQ(G.Edges[1].Freed, std::nullopt);
  ASSERT_TRUE(G.Edges[0].Alone);
  EXPECT_EQ(G.Edges[0].Alone->Edges, 7u);
  EXPECT_EQ(G.Edges[0].Alone->Tried, 4u);
  EXPECT_EQ(G.Edges[0].Alone->Enough, 1u);
  EXPECT_EQ(G.Edges[0].Alone->MostFreed, 5u);
  EXPECT_EQ(G.Edges[0].Alone->Objects, 6u);
  EXPECT_FALSE(G.Edges[1].Alone);
  EXPECT_FALSE(G.Attended);
  ASSERT_EQ(G.Edges[1].Path.size(), 2u);
  EXPECT_EQ(G.Edges[1].Path[0].Code->Module, "/lib/a b.so");
  EXPECT_EQ(G.Edges[1].Path[0].Code->Offset, 77u);
  EXPECT_EQ(G.Edges[1].Path[1].Offset, 8u);
  EXPECT_TRUE(G.Edges[0].Stack.empty());
  ASSERT_EQ(G.Edges[1].Stack.size(), 2u);
  EXPECT_EQ(G.Edges[1].Stack[1].Module, "/lib/a b.so");
  EXPECT_EQ(G.Edges[1].Stack[1].Offset, 9u);
  EXPECT_EQ(G.Hops, (std::vector<unsigned>{0, 1}));
  EXPECT_TRUE(Record->Done);
  EXPECT_TRUE(Record->Looked);
}

TEST(VerifyRecordTest, WhatACollectorMayComeForIsDeadToo) {
  auto Record =
      parseVerifyRecord("refcycle-verify\t1\n"
                        "type\t0\trefcycle\tinside\t1\t/bin/a\tapp::Node\n"
                        "group\t0\tattended\texact\t1\t1\t1\t0\t1\n");
  ASSERT_TRUE(bool(Record)) << llvm::toString(Record.takeError());
  EXPECT_TRUE(Record->Groups[0].Dead);
  EXPECT_TRUE(Record->Groups[0].Attended);
  EXPECT_TRUE(Record->Types.at(0).countsItself());
}

TEST(VerifyRecordTest, ARecordThatWasCutShortIsNotDone) {
  auto Record = parseVerifyRecord(llvm::StringRef(Whole).split("done").first);
  ASSERT_TRUE(bool(Record)) << llvm::toString(Record.takeError());
  EXPECT_FALSE(Record->Done);
  EXPECT_FALSE(Record->Looked);
}

TEST(VerifyRecordTest, NonsenseIsRefusedWithItsLine) {
  EXPECT_EQ(problemIn("something else"),
            "not a verifier's record of version 1");
  EXPECT_EQ(problemIn("refcycle-verify\t1\nhop\t0\t0\n"),
            "line 2 is malformed: hop\t0\t0");
  EXPECT_EQ(problemIn("refcycle-verify\t1\nprogram\tx\t/bin/a\n"),
            "line 2 is malformed: program\tx\t/bin/a");
  EXPECT_EQ(problemIn("refcycle-verify\t1\nwhat\n"),
            "line 2 is malformed: what");
}

TEST(VerifyRecordTest, AnEdgeNeedsTypesThatExist) {
  EXPECT_NE(problemIn("refcycle-verify\t1\n"
                      "group\t0\tdead\texact\t1\t1\t1\t0\t1\n"
                      "edge\t0\t0\t7\t7\t1\t-\t8/16/\n"),
            "");
}
