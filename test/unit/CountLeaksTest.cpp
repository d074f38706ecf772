// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the counts of all units say together: the birth of an object, the
// factory and the handle may each stand in a unit of their own.

#include "evidence/CountLeaks.h"
#include "facts/FactsText.h"
#include "link/Linker.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

static std::vector<CountLeak> leaksOf(std::vector<const char *> Units) {
  Linker L;
  for (const char *Text : Units)
    L.add(llvm::cantFail(parseFacts(Text)));
  return findCountLeaks(L.finish());
}

TEST(CountLeaks, TheStartIsKnownFromAnotherUnit) {
  const char *User = "tu a.cpp\nclass Base\nclass T : Base\nfn f\n"
                     "count retained of T in f name kept @ a.cpp:3:4";
  EXPECT_TRUE(leaksOf({User}).empty());
  std::vector<CountLeak> Leaks =
      leaksOf({User, "tu b.cpp\nclass Base\ncount born of Base"});
  ASSERT_EQ(Leaks.size(), 1u);
  EXPECT_EQ(Leaks[0].Kind, CountLeakKind::NotAdopted);
  EXPECT_EQ(Leaks[0].Certainty, CountCertainty::Definite);
  EXPECT_EQ(Leaks[0].Function, "f");
  EXPECT_EQ(Leaks[0].Object, "T");
  EXPECT_EQ(Leaks[0].Name, "kept");
  EXPECT_EQ(Leaks[0].Loc.Line, 3u);
}

TEST(CountLeaks, TheFactoryStandsInAnotherUnit) {
  const char *User = "tu a.cpp\nclass T\nfn f\nfn make\n"
                     "count retained of T in f from make name kept";
  EXPECT_TRUE(leaksOf({User}).empty());
  EXPECT_TRUE(
      leaksOf(
          {User, "tu b.cpp\nclass T\nfn make\ncount returns-born of T in make"})
          .empty())
      << "objects that start at zero";
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass T\nfn make\ncount born of T\n"
                           "count returns-born of T in make"})
                .size(),
            1u);
  EXPECT_EQ(
      leaksOf({User, "tu b.cpp\nfn make\ncount returns-born in make"}).size(),
      1u)
      << "what a handle gave out has a count for sure";
}

TEST(CountLeaks, AReleaseAnywhereLowers) {
  const char *User = "tu a.cpp\nclass T\nfn f\n"
                     "count unbalanced unsure of T in f name p";
  EXPECT_EQ(leaksOf({User})[0].Certainty, CountCertainty::Probable);
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass D : T\nclass T\nfn g\n"
                           "count released of D in g"})[0]
                .Certainty,
            CountCertainty::Possible);
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass U\nfn g\n"
                           "count released of U in g"})[0]
                .Certainty,
            CountCertainty::Probable)
      << "of a class that has nothing to do with it";
}

TEST(CountLeaks, TakingOutLeaksOnlyWhereACountWasLeft) {
  const char *Taken = "tu a.cpp\nclass T\nfn cancel\n"
                      "count unparked of T in cancel name Q::all";
  EXPECT_TRUE(leaksOf({Taken}).empty());
  const char *Left = "tu b.cpp\nclass T\nfn add\nfn fire\n"
                     "count parked of T in add name Q::all\n"
                     "count released of T in fire";
  ASSERT_EQ(leaksOf({Taken, Left}).size(), 1u);
  EXPECT_EQ(leaksOf({Taken, Left})[0].Other, "add");
}

TEST(CountLeaks, InstancesOfOneTemplateAreOneLeak) {
  EXPECT_EQ(leaksOf({"tu a.cpp\nclass A\nclass B\nfn f<A>\nfn f<B>\n"
                     "count dropped of A in f<A> name detach @ a.h:1:2\n"
                     "count dropped of B in f<B> name detach @ a.h:1:2"})
                .size(),
            1u);
}

TEST(CountLeaks, ACallbackOfAnotherUnitLeavesOut) {
  const char *Starts = "tu a.cpp\nclass B\nclass T : B\nfn start\nfn done\n"
                       "count entrusted of T in start from done name p "
                       "@ a.cpp:3:4";
  const char *Callback = "tu b.cpp\nclass B\nclass T : B\nfn done\n"
                         "count given-back of B in done name data\n"
                         "count mislaid of B in done name data @ b.cpp:9:5";
  EXPECT_TRUE(leaksOf({Starts}).empty());
  EXPECT_TRUE(leaksOf({Callback}).empty()) << "nobody gives it a count";
  std::vector<CountLeak> Leaks = leaksOf({Starts, Callback});
  ASSERT_EQ(Leaks.size(), 1u);
  EXPECT_EQ(Leaks[0].Kind, CountLeakKind::CallbackPath);
  EXPECT_EQ(Leaks[0].Certainty, CountCertainty::Probable);
  EXPECT_EQ(Leaks[0].Loc.Line, 9u);
  EXPECT_EQ(Leaks[0].Other, "start");
  EXPECT_EQ(Leaks[0].OtherLoc.Line, 3u);
}

TEST(CountLeaks, AReleaseInAnotherUnitExplainsASelfCount) {
  const char *Starts = "tu a.cpp\nclass T\nfn T::start of T\n"
                       "count self-retained of T in T::start name this";
  ASSERT_EQ(leaksOf({Starts}).size(), 1u);
  EXPECT_EQ(leaksOf({Starts})[0].Kind, CountLeakKind::SelfNever);
  EXPECT_TRUE(leaksOf({Starts, "tu b.cpp\nclass T\nfn g\n"
                               "count released of T in g"})
                  .empty());
}

TEST(CountLeaks, AnOwnerInAnotherUnitMakesThisASecondOne) {
  const char *User = "tu a.cpp\nclass T\nfn T::self of T\n"
                     "count owns-self of T in T::self name this";
  ASSERT_EQ(leaksOf({User}).size(), 1u);
  EXPECT_EQ(leaksOf({User})[0].Certainty, CountCertainty::Possible);
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass T\nclass D : T\n"
                           "count shared of D"})[0]
                .Certainty,
            CountCertainty::Probable);
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass Other\n"
                           "count shared of Other"})[0]
                .Certainty,
            CountCertainty::Possible);
}

TEST(CountLeaks, AReleaseThroughTheSameMemberExplainsAnAdopt) {
  const char *User = "tu a.cpp\nclass T\nfn f\ncount born of T\n"
                     "count retained of T in f name C::slot";
  EXPECT_EQ(leaksOf({User})[0].Certainty, CountCertainty::Definite);
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass T\nfn g\n"
                           "count released of T in g name C::slot"})[0]
                .Certainty,
            CountCertainty::Possible);
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nclass T\nfn g\n"
                           "count released of T in g name C::other"})[0]
                .Certainty,
            CountCertainty::Definite);
}

TEST(CountLeaks, WhoMadeTheObjectDecidesAboutAVariable) {
  const char *User = "tu a.cpp\nclass T\nfn f\nfn make\n"
                     "count unreleased of T in f from make name p "
                     "leaves @ a.cpp:9:1 @ a.cpp:3:4";
  EXPECT_TRUE(leaksOf({User}).empty());
  std::vector<CountLeak> Leaks =
      leaksOf({User, "tu b.cpp\nfn make\ncount returns-born in make"});
  ASSERT_EQ(Leaks.size(), 1u);
  EXPECT_EQ(Leaks[0].Kind, CountLeakKind::MissedOnPath);
  EXPECT_EQ(Leaks[0].Certainty, CountCertainty::Probable);
  EXPECT_EQ(Leaks[0].Loc.Line, 3u);
  EXPECT_EQ(Leaks[0].ExitLoc.Line, 9u);
}

TEST(CountLeaks, ANewObjectThatNobodyReleasesMayReleaseItself) {
  const char *User = "tu a.cpp\nclass T\nfn f\nfn get\n"
                     "count unreleased of T in f from get name p @ a.cpp:3:4";
  EXPECT_TRUE(
      leaksOf({User, "tu b.cpp\nfn get\ncount returns-born in get"}).empty());
  EXPECT_EQ(leaksOf({User, "tu b.cpp\nfn get\ncount returns-counted in get"})
                .at(0)
                .Kind,
            CountLeakKind::NeverReleased)
      << "an older object, which was counted for the caller";
}

TEST(CountLeaks, EachOverriderMustCountWhatItReturns) {
  const char *User = "tu a.cpp\nclass T\nfn f\nfn A.get() virtual\n"
                     "count unreleased of T in f from A.get name p";
  const char *Counts = "tu b.cpp\nfn A.get() virtual\n"
                       "fn B.get() virtual overrides A.get {\n}\n"
                       "count returns-counted in B.get";
  const char *Lends = "tu c.cpp\nfn A.get() virtual\n"
                      "fn C.get() virtual overrides A.get {\n}";
  EXPECT_TRUE(leaksOf({User}).empty());
  EXPECT_EQ(leaksOf({User, Counts}).size(), 1u);
  EXPECT_TRUE(leaksOf({User, Counts, Lends}).empty());
}

TEST(CountLeaks, WhoGetsTheNewObjectMustStartItsCount) {
  const char *User = "tu a.cpp\nclass T\nfn f\nfn make\nfn init\n"
                     "count returns-born in make from init\n"
                     "count retained of T in f from make name set";
  EXPECT_TRUE(leaksOf({User}).empty());
  EXPECT_TRUE(
      leaksOf({User, "tu b.cpp\nfn other\ncount starts in other"}).empty());
  EXPECT_EQ(
      leaksOf({User, "tu b.cpp\nfn init\ncount starts in init"}).at(0).Kind,
      CountLeakKind::KeptByMaker);
}
