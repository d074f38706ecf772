// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/Scope.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

bool covers(llvm::StringRef File, const ScopeRules &Rules = {}) {
  auto S = Scope::create(Rules);
  EXPECT_TRUE(bool(S));
  return S->covers(File);
}

TEST(Scope, ALibraryOfOneTargetIsTheCodeOfAnother) {
  ScopeRules Rules;
  Rules.SystemDirectories = {"lib/include", "/ext"};
  Rules.OwnFiles = {"lib/include/own.h", "/usr/include/qt/qobject.h"};
  llvm::Expected<Scope> S = Scope::create(Rules);
  ASSERT_TRUE(bool(S));
  EXPECT_TRUE(S->covers("lib/include/own.h"));
  EXPECT_FALSE(S->covers("lib/include/other.h"));
  EXPECT_FALSE(S->covers("/ext/a.h"));
  EXPECT_FALSE(S->covers("/usr/include/qt/qobject.h"));
}

TEST(Scope, TheProjectIsCovered) {
  EXPECT_TRUE(covers("src/a.cpp"));
  EXPECT_TRUE(covers("/home/me/project/a.h"));
}

TEST(Scope, SystemHeadersAreNot) {
  EXPECT_FALSE(covers("/usr/include/c++/12/memory"));
  EXPECT_FALSE(covers("/opt/qt/include/QObject"));
  EXPECT_FALSE(
      covers("third_party/x.h", {.SystemDirectories = {"third_party"}}));
  EXPECT_TRUE(
      covers("third_party2/x.h", {.SystemDirectories = {"third_party"}}));
}

TEST(Scope, ASourceOfTheRunIsCoveredWhereverItStands) {
  EXPECT_TRUE(covers("/usr/share/doc/x/a.cpp",
                     {.MainFiles = {"/usr/share/doc/x/a.cpp"}}));
}

TEST(Scope, GeneratedFilesAreNotUnlessAskedFor) {
  for (llvm::StringRef File :
       {"b/moc_window.cpp", "b/window.moc", "ui_window.h", "qrc_icons.cpp",
        "api/x.pb.h", "api/x.pb.cc", "api/x.grpc.pb.h", "monster_generated.h",
        "parser.tab.cc", "lex.yy.c", "x_autogen/mocs_compilation.cpp"}) {
    EXPECT_FALSE(covers(File)) << File.str();
    EXPECT_TRUE(covers(File, {.ShowGenerated = true})) << File.str();
  }
  EXPECT_TRUE(covers("src/mock_session.cpp"));
  EXPECT_TRUE(covers("src/ui.h"));
}

TEST(Scope, HeaderFilterSelectsHeadersButNotSources) {
  ScopeRules Rules{.MainFiles = {"src/a.cpp"}, .HeaderFilter = "^inc/"};
  EXPECT_TRUE(covers("src/a.cpp", Rules));
  EXPECT_TRUE(covers("inc/a.h", Rules));
  EXPECT_FALSE(covers("src/a.h", Rules));
  EXPECT_TRUE(covers("/usr/include/inc.h", {.HeaderFilter = "/usr/include/"}));
}

TEST(Scope, ExcludeWinsOverEverything) {
  ScopeRules Rules{.MainFiles = {"test/a.cpp"}, .Exclude = {"test/*"}};
  EXPECT_FALSE(covers("test/a.cpp", Rules));
  EXPECT_FALSE(covers("test/deep/a.h", Rules));
  EXPECT_TRUE(covers("src/a.cpp", Rules));
}

TEST(Scope, MalformedPatternsAreErrors) {
  EXPECT_THAT(llvm::toString(Scope::create({.Exclude = {"[a"}}).takeError()),
              testing::HasSubstr("exclude '[a'"));
  EXPECT_THAT(llvm::toString(Scope::create({.HeaderFilter = "("}).takeError()),
              testing::HasSubstr("header filter '('"));
}

TEST(Scope, AFindingCountsByItsClosingStoreOrTheEdgeToWeaken) {
  auto S = Scope::create({});
  ASSERT_TRUE(bool(S));
  Finding F;
  F.Cycle.resize(2);
  F.Loc = F.ClosingStore = {"/usr/include/a.h", 1, 1};
  F.Cycle[0].Loc = {"src/a.h", 1, 1};
  F.Cycle[1].Loc = {"/usr/include/b.h", 1, 1};
  F.Weaken = 1;
  EXPECT_FALSE(S->covers(F));
  F.Weaken = 0;
  EXPECT_TRUE(S->covers(F));
  F.Weaken = 1;
  F.ClosingStore.File = "src/a.cpp";
  EXPECT_TRUE(S->covers(F));
}

} // namespace
} // namespace refcycle::analyzer
