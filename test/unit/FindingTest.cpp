// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The identity of a finding outlives moved and renamed files.

#include "findings/Finding.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

static Finding
finding(std::vector<std::pair<const char *, const char *>> Hops) {
  Finding F;
  F.Check = "refcycle-members";
  for (auto [From, Via] : Hops) {
    Hop H;
    H.From = From;
    H.Via = Via;
    F.Cycle.push_back(H);
  }
  return F;
}

TEST(Fingerprint, DoesNotDependOnWhereTheCycleStarts) {
  EXPECT_EQ(fingerprint(finding({{"A", "b"}, {"B", "a"}})),
            fingerprint(finding({{"B", "a"}, {"A", "b"}})));
}

TEST(Fingerprint, DoesNotDependOnPlaces) {
  Finding A = finding({{"A", "b"}}), B = A;
  B.Loc = {"other.cpp", 7, 1};
  B.Cycle[0].Loc = {"other.h", 3, 1};
  EXPECT_EQ(fingerprint(A), fingerprint(B));
}

TEST(Fingerprint, SurvivesThatALambdaMovesWithoutACycle) {
  Finding A, B, C;
  A.Message = "'(lambda at a.cpp:3:7)' keeps the count of 'Job'";
  B.Message = "'(lambda at b/a.cpp:14:9)' keeps the count of 'Job'";
  C.Message = "'(lambda at a.cpp:3:7)' keeps the count of 'Task'";
  EXPECT_EQ(fingerprint(A), fingerprint(B));
  EXPECT_NE(fingerprint(A), fingerprint(C));
}

TEST(Fingerprint, AClosureIsKnownByItsStableName) {
  Finding A = finding({{"(lambda at a.cpp:1:1)", "self"}}), B = A;
  A.Cycle[0].StableFrom = "f|cb|self";
  B.Cycle[0].From = "(lambda at a.cpp:9:1)";
  B.Cycle[0].StableFrom = "f|cb|self";
  EXPECT_EQ(fingerprint(A), fingerprint(B));
}

TEST(Fingerprint, TellsFieldsApart) {
  EXPECT_NE(fingerprint(finding({{"A", "b"}})),
            fingerprint(finding({{"A", "c"}})));
}

TEST(Fingerprint, HasSixteenDigits) {
  EXPECT_EQ(fingerprint(finding({{"A", "b"}})).size(), 16u);
}

TEST(ReportsBefore, SortsByPlaceFirst) {
  Finding A, B;
  A.Loc = {"a.cpp", 10, 1};
  B.Loc = {"a.cpp", 9, 1};
  EXPECT_TRUE(reportsBefore(B, A));
  EXPECT_FALSE(reportsBefore(A, B));
}
