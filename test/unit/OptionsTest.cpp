// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Options.h"
#include "llvm/ADT/SmallVector.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

llvm::Expected<Options> parse(std::initializer_list<const char *> Words) {
  return parseOptions(llvm::ArrayRef(Words.begin(), Words.size()));
}

std::string errorOf(std::initializer_list<const char *> Words) {
  return llvm::toString(parse(Words).takeError());
}

TEST(Options, CheckIsTheDefaultCommand) {
  auto O = parse({"a.cpp", "b.cpp"});
  ASSERT_TRUE(bool(O));
  EXPECT_EQ(O->What, Command::Check);
  EXPECT_THAT(O->Inputs, ElementsAre("a.cpp", "b.cpp"));
}

TEST(Options, WordsAfterTwoDashesAreForTheCompiler) {
  auto O = parse({"a.cpp", "--", "-std=c++20", "--format=json"});
  ASSERT_TRUE(bool(O));
  EXPECT_TRUE(O->HasFixedCommand);
  EXPECT_THAT(O->FixedCommand, ElementsAre("-std=c++20", "--format=json"));
  EXPECT_EQ(O->Output, Format::Text);
}

TEST(Options, ValuesStandBehindAnEqualsSignOrNext) {
  for (auto Words :
       {std::initializer_list<const char *>{"-p", "dir", "-j", "3"},
        {"-pdir", "-j3"},
        {"-p=dir", "--jobs=3"},
        {"-p=dir", "--jobs", "3"}}) {
    auto O = parse(Words);
    ASSERT_TRUE(bool(O)) << llvm::toString(O.takeError());
    EXPECT_EQ(O->DatabaseDirectory, "dir");
    EXPECT_EQ(O->Jobs, 3u);
  }
}

TEST(Options, OneDashIsEnough) {
  auto O = parse({"-checks=*,-x", "-quiet"});
  ASSERT_TRUE(bool(O)) << llvm::toString(O.takeError());
  EXPECT_EQ(O->Checks, "*,-x");
  EXPECT_TRUE(O->Quiet);
}

TEST(Options, RepeatedFlagsAddUp) {
  auto O = parse({"--exclude=a", "--exclude=b", "--extra-arg=-DX"});
  ASSERT_TRUE(bool(O));
  EXPECT_THAT(O->Exclude, ElementsAre("a", "b"));
  EXPECT_THAT(O->ExtraArgs, ElementsAre("-DX"));
}

TEST(Options, OutputsNameTheirFormatOrTakeTheOneGiven) {
  auto O = parse({"--output=a.txt", "--output=sarif:b.sarif", "--format=json"});
  ASSERT_TRUE(bool(O));
  ASSERT_EQ(O->Outputs.size(), 2u);
  EXPECT_EQ(O->Outputs[0].Kind, Format::Json);
  EXPECT_EQ(O->Outputs[0].File, "a.txt");
  EXPECT_EQ(O->Outputs[1].Kind, Format::Sarif);
  EXPECT_EQ(O->Outputs[1].File, "b.sarif");
  EXPECT_EQ(parse({"--format=dot"})->Outputs[0].Kind, Format::Dot);
  EXPECT_THAT(errorOf({"--output=xml:a"}), HasSubstr("unknown value 'xml'"));
}

TEST(Options, ACommandStandsFirst) {
  EXPECT_EQ(parse({"link", "a.facts"})->What, Command::Link);
  EXPECT_EQ(parse({"extract", "-o", "x", "a.cpp", "--"})->What,
            Command::Extract);
  EXPECT_EQ(parse({"list-checks"})->What, Command::ListChecks);
}

TEST(Options, MistakesSayWhatToDo) {
  EXPECT_EQ(errorOf({"--chekcs=x"}),
            "unknown option '--chekcs'; did you mean '--checks'?");
  EXPECT_THAT(errorOf({"-std=c++20"}), HasSubstr("go after --"));
  EXPECT_THAT(errorOf({"-jobs"}), HasSubstr("--jobs needs a value"));
  EXPECT_EQ(errorOf({"--quiet=1"}), "--quiet takes no value");
  EXPECT_EQ(errorOf({"--format=xml"}),
            "--format: unknown value 'xml'; expected one of text, "
            "json, sarif, dot, fixes, summary, github, gitlab");
  EXPECT_EQ(errorOf({"-j", "many"}),
            "-j: unknown value 'many'; expected a number");
  EXPECT_THAT(errorOf({"--header-filter=("}), HasSubstr("regular expression"));
  EXPECT_THAT(errorOf({"--", "-DX"}), HasSubstr("no source in front of --"));
  EXPECT_THAT(errorOf({"extract", "a.cpp"}), HasSubstr("-o FILE"));
  EXPECT_THAT(errorOf({"link"}), HasSubstr("facts files"));
}

TEST(Options, HelpFitsOnAScreen) {
  std::string Help = helpText(8);
  EXPECT_LE(std::count(Help.begin(), Help.end(), '\n'), 40);
  EXPECT_THAT(Help, HasSubstr("[8]"));
  for (llvm::StringRef Rest = Help, Line; !Rest.empty();) {
    std::tie(Line, Rest) = Rest.split('\n');
    EXPECT_LE(Line.size(), 80u) << Line.str();
  }
}

} // namespace
} // namespace refcycle::analyzer
