// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/CompileCommands.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CompileCommandsTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("database", Folder));
    Path = (Folder + "/compile_commands.json").str();
  }
  void TearDown() override { llvm::sys::fs::remove_directories(Folder); }

  llvm::Expected<CompileDatabase> load(llvm::StringRef Text) {
    std::error_code Error;
    llvm::raw_fd_ostream(Path, Error) << Text;
    return loadCompileDatabase(Path);
  }
  std::string errorOf(llvm::StringRef Text) {
    return llvm::toString(load(Text).takeError());
  }

  llvm::SmallString<128> Folder;
  std::string Path;
};

TEST_F(CompileCommandsTest, CommandIsSplitAsAShellWould) {
  auto D = load(R"([{"directory": "/b", "file": "../a.cpp", "output": "a.o",
                     "command": "g++ -DX='a b' \"-DY=\\\"s\\\"\" a\\ b.cpp"}])");
  ASSERT_TRUE(bool(D));
  EXPECT_THAT(D->Commands[0].Arguments,
              ElementsAre("g++", "-DX=a b", "-DY=\"s\"", "a b.cpp"));
  EXPECT_EQ(D->Commands[0].File, "/a.cpp");
  EXPECT_EQ(D->Commands[0].Output, "a.o");
}

TEST_F(CompileCommandsTest, ArgumentsAreTakenAsTheyAre) {
  auto D = load(R"([{"directory": "/b", "file": "a.cpp",
                     "arguments": ["g++", "-DX='a b'"]}])");
  ASSERT_TRUE(bool(D));
  EXPECT_THAT(D->Commands[0].Arguments, ElementsAre("g++", "-DX='a b'"));
}

TEST_F(CompileCommandsTest, RelativeDirectoriesStandBesideTheDatabase) {
  auto D = load(R"([{"directory": "sub", "file": "a.cpp", "command": "g++"}])");
  ASSERT_TRUE(bool(D));
  EXPECT_EQ(D->Commands[0].Directory, (Folder + "/sub").str());
  EXPECT_EQ(D->Commands[0].File, (Folder + "/sub/a.cpp").str());
}

TEST_F(CompileCommandsTest, BytesThatAreNotUtf8AreKept) {
  auto D = load("[{\"directory\": \"/b\", \"file\": \"caf\xE9.cpp\", "
                "\"command\": \"g++ \xFF\xC3\xA9\"}]");
  ASSERT_TRUE(bool(D)) << llvm::toString(D.takeError());
  EXPECT_EQ(D->Commands[0].File, "/b/caf\xE9.cpp");
  EXPECT_EQ(D->Commands[0].Arguments[1], "\xFF\xC3\xA9");
}

TEST_F(CompileCommandsTest, BrokenTextIsAnErrorWithItsPlace) {
  std::string Error = errorOf("[\n{\"directory\": }]");
  EXPECT_THAT(Error, HasSubstr(Path));
  EXPECT_THAT(Error, HasSubstr("[2:"));
}

TEST_F(CompileCommandsTest, OtherJsonIsAnError) {
  EXPECT_THAT(errorOf("{}"), HasSubstr("expected an array"));
  EXPECT_THAT(errorOf("[3]"), HasSubstr("entry 1 is not an object"));
  EXPECT_THAT(errorOf("[{}]"), HasSubstr("entry 1 has no \"file\""));
  EXPECT_THAT(errorOf(R"([{"file": "/a.cpp"}])"),
              HasSubstr("('/a.cpp') has neither \"command\""));
}

TEST_F(CompileCommandsTest, BracesAndQuotesInsideOfStringsEndNothing) {
  auto D = load(R"( [ {"directory": "/b", "file": "a}\".cpp", "x": {"y": [{}]},
                       "command": "g++ {"} , {"file": "/c.cpp",
                       "command": "g++ \\"} ] )");
  ASSERT_TRUE(bool(D)) << llvm::toString(D.takeError());
  ASSERT_EQ(D->Commands.size(), 2u);
  EXPECT_EQ(D->Commands[0].File, "/b/a}\".cpp");
}

TEST_F(CompileCommandsTest, AnEmptyArrayIsADatabase) {
  auto D = load(" [ ] ");
  ASSERT_TRUE(bool(D));
  EXPECT_TRUE(D->Commands.empty());
}

TEST_F(CompileCommandsTest, ATrailingCommaIsAnError) {
  EXPECT_NE(errorOf(R"([{"file": "/a.cpp", "command": "c++"},])"), "");
  EXPECT_NE(errorOf(R"([{"file": "/a.cpp", "command": "c++"} {}])"), "");
}

TEST_F(CompileCommandsTest, AMissingFileIsAnErrorWithItsName) {
  EXPECT_THAT(llvm::toString(loadCompileDatabase(Path).takeError()),
              HasSubstr(Path));
}

TEST_F(CompileCommandsTest, IsFoundInTheBuildFolderOfAParent) {
  std::string Deep = (Folder + "/src/deep").str();
  std::string Build = (Folder + "/build").str();
  llvm::sys::fs::create_directories(Deep);
  llvm::sys::fs::create_directories(Build);
  std::error_code Error;
  llvm::raw_fd_ostream(Build + "/compile_commands.json", Error) << "[]";
  EXPECT_EQ(findCompileDatabase(Deep), Build + "/compile_commands.json");
}

} // namespace
} // namespace refcycle::analyzer
