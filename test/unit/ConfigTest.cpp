// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/Config.h"
#include "config/PrintModels.h"
#include "config/SuppressionsFile.h"
#include "config/YamlTree.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

static Config config(llvm::StringRef Yaml) {
  llvm::Expected<Config> Result = parseConfig(Yaml, ".refcycle.yaml");
  if (Result)
    return std::move(*Result);
  ADD_FAILURE() << toString(Result.takeError());
  return {};
}

static std::string errorOf(llvm::StringRef Yaml) {
  llvm::Expected<Config> Result = parseConfig(Yaml, "c");
  return Result ? "no error" : toString(Result.takeError());
}

//===----------------------------------------------------------------------===//
// What a file says
//===----------------------------------------------------------------------===//

TEST(Config, ReadsEveryKey) {
  Config C = config("types: {strong: [my::Ref]}\n"
                    "functions: {insert: [my::Bus::subscribe]}\n"
                    "acyclic: [Node::next]\n"
                    "owning: [Widget::impl]\n"
                    "non-owning: [Child::parent]\n"
                    "breaks: [net::Session::close]\n");
  EXPECT_NE(C.Models.type("my::Ref"), nullptr);
  EXPECT_NE(C.Models.function("my::Bus::subscribe"), nullptr);
  EXPECT_THAT(C.AcyclicEdges, ElementsAre("Node::next"));
  EXPECT_THAT(C.OwningFields, ElementsAre("Widget::impl"));
  EXPECT_THAT(C.NonOwningFields, ElementsAre("Child::parent"));
  EXPECT_THAT(C.BreakMethods, ElementsAre("net::Session::close"));
  EXPECT_EQ(C.File, ".refcycle.yaml");
}

TEST(Config, EmptyFileChangesNothing) {
  EXPECT_THAT(config("").Models.types(), IsEmpty());
  EXPECT_THAT(config("# nothing yet\n").AcyclicEdges, IsEmpty());
}

TEST(Config, UserModelReplacesPreset) {
  ModelTable Merged =
      mergeInto(builtinModels(), config("types: {raw: [std::shared_ptr]}"));
  EXPECT_EQ(Merged.type("std::shared_ptr")->Role, TypeRole::Raw);
  EXPECT_EQ(Merged.type("std::weak_ptr")->Role, TypeRole::Weak);
}

TEST(Config, PresetsCanBeChosen) {
  auto Merged = [](llvm::StringRef Yaml) {
    return mergeInto(builtinModels(), config(Yaml));
  };
  EXPECT_NE(Merged("presets: all").type("std::shared_ptr"), nullptr);
  ModelTable None = Merged("presets: none\ntypes: {strong: [my::Ref]}");
  EXPECT_EQ(None.types().size(), 1u);
  EXPECT_TRUE(None.functions().empty());
  ModelTable Some = Merged("presets: [qt, std]");
  EXPECT_NE(Some.type("std::shared_ptr"), nullptr);
  EXPECT_NE(Some.type("QPointer"), nullptr);
  EXPECT_EQ(Some.type("boost::shared_ptr"), nullptr);
  EXPECT_NE(Some.function("*::push_back"), nullptr);
}

TEST(ConfigErrors, UnknownPresets) {
  EXPECT_THAT(errorOf("presets: [qtt]"),
              AllOf(HasSubstr("c:1:11: unknown family 'qtt'"),
                    HasSubstr("did you mean 'qt'?")));
  EXPECT_THAT(
      errorOf("presets: some"),
      HasSubstr("c:1:10: expected a list of families, or all, or none"));
}

TEST(Config, AliasesAreExpanded) {
  Config C = config("acyclic: &same [Node::next]\nowning: *same\n");
  EXPECT_THAT(C.OwningFields, ElementsAre("Node::next"));
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST(ConfigErrors, UnknownKey) {
  EXPECT_THAT(errorOf("acylic: []"),
              AllOf(StartsWith("c:1:1: unknown key 'acylic'"),
                    HasSubstr("did you mean 'acyclic'?")));
}

TEST(ConfigErrors, EdgeWithoutClass) {
  EXPECT_EQ(errorOf("acyclic:\n  - next"),
            "c:2:5: expected a field, such as ns::Node::next");
  EXPECT_EQ(errorOf("breaks: [{}]"),
            "c:1:10: expected a method, such as ns::Session::close");
}

TEST(ConfigErrors, EdgeTwice) {
  EXPECT_EQ(errorOf("acyclic: [A::b, A::b]"),
            "c:1:17: 'A::b' stands in this list twice");
}

TEST(ConfigErrors, DuplicateKey) {
  EXPECT_EQ(errorOf("acyclic: []\nacyclic: []"),
            "c:2:1: the key 'acyclic' stands here twice");
}

TEST(ConfigErrors, NotYaml) {
  EXPECT_THAT(errorOf("types: [a, b"), StartsWith("c:1:"));
  EXPECT_THAT(errorOf("types:\n\t- a"), StartsWith("c:2:2: "));
  EXPECT_THAT(errorOf("a: b: c"), StartsWith("c:1:"));
  EXPECT_THAT(errorOf("x: @"), StartsWith("c:1:4: "));
}

TEST(ConfigErrors, SecondDocument) {
  EXPECT_EQ(errorOf("acyclic: []\n---\nacyclic: []"),
            "c:3:1: expected one document only");
}

TEST(ConfigErrors, NotText) {
  EXPECT_EQ(errorOf("# a\nb\x04"), "c:2:2: expected text, found a control "
                                   "character");
  EXPECT_EQ(errorOf(llvm::StringRef("\0", 1)),
            "c:1:1: expected text, found a control character");
  EXPECT_EQ(errorOf("# \xff\n"), "c:1:3: expected UTF-8");
}

TEST(ConfigErrors, EscapesThatAreNoUtf8) {
  EXPECT_THAT(errorOf("acyclic: [\"A::b\\N\"]"),
              StartsWith("c:1:11: expected UTF-8"));
}

TEST(ConfigErrors, TagsAndOddKeys) {
  EXPECT_THAT(errorOf("acyclic: !!set [A::b]"), HasSubstr("without a tag"));
  EXPECT_EQ(errorOf("? [a]\n: b"), "c:1:3: expected text as key");
}

TEST(ConfigErrors, AliasOfUnknownAnchor) {
  EXPECT_THAT(errorOf("acyclic: *none"), StartsWith("c:1:10: "));
}

TEST(ConfigErrors, AliasInsideItself) {
  EXPECT_EQ(errorOf("acyclic: &a [*a]"),
            "c:1:14: an alias cannot stand inside what it names");
}

TEST(ConfigErrors, AliasBomb) {
  std::string Bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int I = 1; I != 20; ++I) {
    std::string Before = "*a" + std::to_string(I - 1);
    Bomb += "a" + std::to_string(I) + ": &a" + std::to_string(I) + " [";
    for (int J = 0; J != 10; ++J)
      Bomb += (J ? ", " : "") + Before;
    Bomb += "]\n";
  }
  EXPECT_THAT(errorOf(Bomb), HasSubstr("expected at most 100000 values"));
}

TEST(ConfigErrors, DeepNesting) {
  EXPECT_THAT(errorOf(std::string(100'000, '[')),
              HasSubstr("expected at most 32 levels of nesting"));
  std::string Aliases = "a0: &a0 [x]\n";
  for (int I = 1; I != 40; ++I)
    Aliases += "a" + std::to_string(I) + ": &a" + std::to_string(I) + " [*a" +
               std::to_string(I - 1) + "]\n";
  EXPECT_THAT(errorOf(Aliases), HasSubstr("expected at most 32 levels"));
}

TEST(ConfigErrors, HugeFile) {
  EXPECT_EQ(errorOf(std::string(MaxYamlBytes + 1, '#')),
            "c:1:1: expected a file of at most 1 MiB");
}

TEST(ConfigErrors, MissingFileIsNamed) {
  llvm::Expected<Config> Result = loadConfig("no/such/file.yaml");
  ASSERT_FALSE(Result);
  EXPECT_THAT(toString(Result.takeError()), HasSubstr("no/such/file.yaml"));
}

//===----------------------------------------------------------------------===//
// Where the file is
//===----------------------------------------------------------------------===//

namespace {

/// A folder `root/a/b`, gone at the end.
class FindConfig : public testing::Test {
protected:
  llvm::SmallString<128> Root;

  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("refcycle", Root));
    ASSERT_FALSE(llvm::sys::fs::create_directories(in("a/b")));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(Root); }

  std::string in(llvm::StringRef Below) const {
    llvm::SmallString<128> Path(Root);
    llvm::sys::path::append(Path, Below);
    return Path.str().str();
  }
  void write(llvm::StringRef Below) const {
    std::error_code Failed;
    llvm::raw_fd_ostream Out(in(Below), Failed);
    ASSERT_FALSE(Failed);
  }
};

} // namespace

TEST_F(FindConfig, NearestAbove) {
  write(".refcycle.yaml");
  EXPECT_EQ(findConfig(in("a/b")), in(".refcycle.yaml"));
  write("a/.refcycle.yaml");
  EXPECT_EQ(findConfig(in("a/b")), in("a/.refcycle.yaml"));
  EXPECT_EQ(findConfig(in("a/b/../../x")), in(".refcycle.yaml"));
}

TEST_F(FindConfig, FolderOfThatNameIsNoFile) {
  ASSERT_FALSE(llvm::sys::fs::create_directory(in("a/.refcycle.yaml")));
  write(".refcycle.yaml");
  EXPECT_EQ(findConfig(in("a")), in(".refcycle.yaml"));
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static std::string dump(const Config &C, const ModelTable &Models) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  printConfig(C, Models, Out);
  return Text;
}

TEST(PrintConfig, ReadsBackAsItself) {
  Config C = config("types: {container: [{name: L, arguments: [1, 0]}], "
                    "function: [{name: Sig, many: true}]}\n"
                    "functions: {insert: ['*::put', A::operator+=]}\n"
                    "acyclic: [Node::next]\nbreaks: [S::close]\n");
  std::string Text = dump(C, C.Models);
  EXPECT_EQ(dump(config(Text), config(Text).Models), Text);
  EXPECT_THAT(Text, HasSubstr("{name: L, arguments: [1, 0]}"));
}

TEST(PrintConfig, PresetsReadBackAsThemselves) {
  std::string Text = dump({}, builtinModels());
  Config Again = config(Text);
  Again.File.clear();
  EXPECT_EQ(dump(Again, Again.Models), Text);
  EXPECT_EQ(Again.Models.types().size(), builtinModels().types().size());
}

TEST(PrintHandles, OneLinePerType) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Config C = config("types: {strong: [b::B, A], container: [{name: L, "
                    "arguments: [0]}], function: [{name: S, many: true}]}");
  printHandles(C.Models, Out);
  EXPECT_EQ(Text, "user       strong      A  (argument 0)\n"
                  "user       strong      b::B  (argument 0)\n"
                  "user       container   L  (argument 0)\n"
                  "user       function    S  (many)\n");
}

TEST(PrintHandles, OneFamily) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  printHandles(builtinModels(), Out, "skia");
  EXPECT_THAT(Text, AllOf(HasSubstr("sk_sp"), Not(HasSubstr("std::"))));
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

// Its first YAML is a configuration, its second a suppressions file.
TEST(ConfigurationPage, ExamplesParse) {
  auto Page = llvm::MemoryBuffer::getFile(REFCYCLE_TEST_DIR
                                          "/../docs/configuration.md");
  ASSERT_TRUE(bool(Page));
  auto [First, Rest] =
      (*Page)->getBuffer().split("```yaml\n").second.split("```yaml\n");
  Config C = config(First.split("```").first);
  EXPECT_THAT(C.BreakMethods, ElementsAre("app::Session::close"));
  EXPECT_NE(C.Models.function("app::Bus::unsubscribeAll"), nullptr);
  llvm::Expected<std::vector<SuppressionRule>> Rules =
      parseSuppressions(Rest.split("```").first, "page");
  ASSERT_TRUE(bool(Rules)) << toString(Rules.takeError());
  EXPECT_EQ(Rules->size(), 3u);
}

TEST(ConfigurationPage, ShownErrorIsReal) {
  auto Page = llvm::MemoryBuffer::getFile(REFCYCLE_TEST_DIR
                                          "/../docs/configuration.md");
  ASSERT_TRUE(bool(Page));
  llvm::Expected<Config> Result =
      parseConfig("types:\n  strnog: [A]\n", ".refcycle.yaml");
  ASSERT_FALSE(Result);
  EXPECT_TRUE((*Page)->getBuffer().contains(toString(Result.takeError())));
}
