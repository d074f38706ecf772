// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Plan.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A project in a folder of its own, which is the current one.
class PlanTest : public testing::Test {
protected:
  void SetUp() override {
    llvm::sys::fs::current_path(Before);
    llvm::SmallString<128> Unique;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("plan", Unique));
    // The temporary folder may be a symbolic link.
    ASSERT_FALSE(llvm::sys::fs::real_path(Unique, Folder));
    ASSERT_FALSE(llvm::sys::fs::set_current_path(Folder));
    for (const char *Name : {"src/a.cpp", "src/b.cpp", "src/x/c.cpp", "d.c"})
      write(Name);
    llvm::sys::fs::create_directories("build");
  }
  void TearDown() override {
    llvm::sys::fs::set_current_path(Before);
    llvm::sys::fs::remove_directories(Folder);
  }

  void write(llvm::StringRef Name, llvm::StringRef Text = "") {
    auto Slash = Name.rfind('/');
    if (Slash != llvm::StringRef::npos)
      llvm::sys::fs::create_directories(Name.take_front(Slash));
    std::error_code Error;
    llvm::raw_fd_ostream(Name, Error) << Text;
  }
  /// Entries "file|command", all run in the build folder.
  void writeDatabase(std::initializer_list<llvm::StringRef> Entries) {
    std::string Text;
    for (llvm::StringRef Entry : Entries) {
      auto [File, Command] = Entry.split('|');
      Text += (Text.empty() ? "" : ",\n") +
              ("{\"directory\": \"" + Folder + "/build\", \"file\": \"" + File +
               "\", \"command\": \"" + Command + "\"}")
                  .str();
    }
    write("build/compile_commands.json", "[" + Text + "]");
  }
  Plan plan(const Options &Opts = {}) {
    auto P = makePlan(Opts);
    EXPECT_TRUE(bool(P));
    if (P)
      return std::move(*P);
    ADD_FAILURE() << llvm::toString(P.takeError());
    return {};
  }
  static std::vector<std::string> names(const Plan &P) {
    std::vector<std::string> Result;
    for (const PlannedTu &Unit : P.Units)
      Result.push_back(Unit.Name);
    return Result;
  }
  static Options sources(std::vector<std::string> Inputs) {
    Options Opts;
    Opts.Inputs = std::move(Inputs);
    return Opts;
  }
  std::string errorOf(const Options &Opts) {
    return llvm::toString(makePlan(Opts).takeError());
  }

  llvm::SmallString<128> Before, Folder;
};

TEST_F(PlanTest, WithoutSourcesTheWholeDatabaseInOrderOfNames) {
  writeDatabase({"../src/x/c.cpp|g++", "../src/b.cpp|g++", "../src/a.cpp|g++"});
  Plan P = plan();
  EXPECT_EQ(P.ProjectRoot, Folder.str());
  EXPECT_THAT(names(P), ElementsAre("src/a.cpp", "src/b.cpp", "src/x/c.cpp"));
}

TEST_F(PlanTest, EntriesAreCountedOnceAndTheFirstVariantStays) {
  writeDatabase({"../src/a.cpp|g++ -DFIRST", "../src/a.cpp|g++ -DSECOND",
                 "../src/a.cpp|g++ -DFIRST -c -o other.o", "../d.c|gcc"});
  Plan P = plan();
  EXPECT_THAT(names(P), ElementsAre("src/a.cpp"));
  EXPECT_THAT(P.Units[0].Command.Arguments, testing::Contains("-DFIRST"));
  EXPECT_EQ(P.OtherVariants, 1u);
  EXPECT_EQ(P.Repeated, 1u);
  EXPECT_EQ(P.NotCxx, 1u);
}

TEST_F(PlanTest, NothingToAnalyseIsAnError) {
  writeDatabase({"../d.c|gcc"});
  EXPECT_THAT(errorOf({}), HasSubstr("no C++ source"));
}

TEST_F(PlanTest, MissingFilesAreListed) {
  writeDatabase({"../src/gone.cpp|g++", "../src/gone.cpp|g++ -DX"});
  Plan P = plan();
  EXPECT_TRUE(P.Units.empty());
  ASSERT_EQ(P.Unusable.size(), 1u);
  EXPECT_EQ(P.Unusable[0].File, "src/gone.cpp");
  EXPECT_TRUE(P.Unusable[0].Failed);
}

TEST_F(PlanTest, SourcesFoldersAndGlobsSelect) {
  writeDatabase({"../src/a.cpp|g++", "../src/b.cpp|g++", "../src/x/c.cpp|g++"});
  EXPECT_THAT(names(plan(sources({"src/b.cpp"}))), ElementsAre("src/b.cpp"));
  EXPECT_THAT(names(plan(sources({"src/x"}))), ElementsAre("src/x/c.cpp"));
  EXPECT_THAT(names(plan(sources({"src/[ab].cpp"}))),
              ElementsAre("src/a.cpp", "src/b.cpp"));
  EXPECT_THAT(errorOf(sources({"lib/*.cpp"})),
              HasSubstr("matches 'lib/*.cpp'"));
}

TEST_F(PlanTest, ASourceWithoutACommandIsListed) {
  writeDatabase({"../src/a.cpp|g++"});
  Plan P = plan(sources({"src/b.cpp", "src/none.cpp"}));
  ASSERT_EQ(P.Unusable.size(), 2u);
  EXPECT_THAT(P.Unusable[0].Reason, HasSubstr("no compiler call"));
  EXPECT_THAT(P.Unusable[1].Reason, HasSubstr("does not exist"));
}

TEST_F(PlanTest, FromTheBuildFolderTheRootIsTheProject) {
  writeDatabase({"../src/a.cpp|g++", "gen.cpp|g++"});
  write("build/gen.cpp");
  llvm::sys::fs::set_current_path(Folder + "/build");
  Plan P = plan();
  EXPECT_EQ(P.ProjectRoot, Folder.str());
  EXPECT_THAT(names(P), ElementsAre("build/gen.cpp", "src/a.cpp"));
}

TEST_F(PlanTest, TheRootCanBeGiven) {
  writeDatabase({"../src/a.cpp|g++"});
  Options Opts;
  Opts.ProjectRoot = "src/";
  EXPECT_THAT(names(plan(Opts)), ElementsAre("a.cpp"));
}

TEST_F(PlanTest, FixedCommandsNeedNoDatabase) {
  Options Opts = sources({"src/a.cpp", "src/x/*.cpp"});
  Opts.HasFixedCommand = true;
  Opts.FixedCommand = {"-std=c++20", "-isystem", "third"};
  Plan P = plan(Opts);
  EXPECT_THAT(names(P), ElementsAre("src/a.cpp", "src/x/c.cpp"));
  EXPECT_THAT(P.SystemDirectories, ElementsAre("third"));
  Opts.Inputs = {"none/*.cpp"};
  EXPECT_THAT(errorOf(Opts), HasSubstr("no file matches"));
}

TEST_F(PlanTest, NoDatabaseIsAnErrorThatHelps) {
  EXPECT_THAT(errorOf({}), HasSubstr("say -p DIR"));
  Options Opts;
  Opts.DatabaseDirectory = "build";
  EXPECT_THAT(errorOf(Opts), HasSubstr("build/compile_commands.json"));
}

} // namespace
} // namespace refcycle::analyzer
