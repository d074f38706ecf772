// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linking: what several units say about one entity becomes one description,
// whatever the order of the units.

#include "link/Linker.h"
#include "facts/FactsText.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

static LinkedProgram linked(std::vector<const char *> Units) {
  Linker L;
  for (const char *Text : Units)
    L.add(llvm::cantFail(parseFacts(Text)));
  return L.finish();
}

/// A program as facts of one unit, so that it can be printed and compared.
static std::string printed(const LinkedProgram &P) {
  TuFacts F;
  F.Strings = P.Strings;
  F.Records = P.Records;
  F.Functions = P.Functions;
  F.Conversions = P.Conversions;
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(F, OS);
  for (const std::string &D : P.Diagnostics)
    OS << D << '\n';
  return Text;
}

static std::string linkedText(std::vector<const char *> Units) {
  return printed(linked(std::move(Units)));
}

TEST(Linker, ADefinitionBeatsADeclaration) {
  EXPECT_THAT(linkedText({"tu a.cpp\nclass A { b strong B }",
                          "tu b.cpp\nclass B hash 1 { a strong A }"}),
              HasSubstr("class B hash 1 {\n  a strong A\n}"));
}

TEST(Linker, ABodyBeatsADeclaration) {
  EXPECT_THAT(linkedText({"tu a.cpp\nfn f()", "tu b.cpp\nfn f() { return }"}),
              HasSubstr("fn f() {\n  return\n}"));
}

TEST(Linker, WhatCompiledBeatsWhatDidNot) {
  // a.cpp comes first by name, but a missing header hid the type of a field.
  std::string Text =
      linkedText({"tu a.cpp errors lost\nclass A hash 1 { }",
                  "tu b.cpp\nclass A hash 2 { m strong B }\nclass B hash 3"});
  EXPECT_THAT(Text, HasSubstr("class A variant hash 2 {\n  m strong B\n}"));
}

TEST(Linker, TheStrongestHoldWins) {
  // b.cpp sees that the destructor deletes the pointer.
  std::string Text = linkedText(
      {"tu a.cpp\nclass A hash 1 { p raw Impl }\nclass Impl hash 2",
       "tu b.cpp\nclass A hash 1 { p unique Impl }\nclass Impl hash 2"});
  EXPECT_THAT(Text, HasSubstr("p unique Impl"));
  EXPECT_THAT(Text, testing::Not(HasSubstr("raw")));
}

TEST(Linker, AFieldMayHoldOneTypeInTwoWays) {
  EXPECT_THAT(linkedText({"tu a.cpp\nclass A hash 1 { m weak B, strong B }",
                          "tu b.cpp\nclass A hash 1 { m weak B, strong B }"}),
              HasSubstr("m weak B, strong B"));
}

TEST(Linker, HeaderFunctionsStandOnce) {
  LinkedProgram P =
      linked({"tu a.cpp\nfn f() hash 1 { }", "tu b.cpp\nfn f() hash 1 { }"});
  EXPECT_EQ(P.Functions.size(), 1u);
  EXPECT_THAT(P.Diagnostics, IsEmpty());
}

TEST(Linker, ADifferentDefinitionIsSaid) {
  LinkedProgram P = linked({"tu a.cpp\nclass A hash 1 { x strong B }",
                            "tu b.cpp\nclass A hash 2 { y strong B }"});
  EXPECT_THAT(P.Diagnostics,
              ElementsAre("'A' is not the same in a.cpp and in b.cpp; the "
                          "former was used"));
}

TEST(Linker, AVariantAddsItsLeavesToFieldsOfTheSameName) {
  EXPECT_THAT(linkedText({"tu a.cpp\nclass A hash 1 { x raw B; z raw C }",
                          "tu b.cpp\nclass A hash 2 { x strong B }"}),
              HasSubstr("x strong B"));
}

TEST(Linker, OverridersAreFoundThroughAnyDepth) {
  LinkedProgram P =
      linked({"tu a.cpp\nfn A.f() virtual\nfn B.f() virtual overrides A.f\n"
              "fn C.f() virtual overrides B.f"});
  EXPECT_EQ(P.Overriders[0].size(), 2u);
  EXPECT_EQ(P.Overriders[1].size(), 1u);
}

TEST(Linker, AFailedUnitMakesTheProgramIncomplete) {
  EXPECT_TRUE(linked({"tu a.cpp failed crash"}).Incomplete);
  EXPECT_FALSE(linked({"tu a.cpp"}).Incomplete);
}

TEST(Linker, RewritesOfAHeaderStandOnce) {
  const char *Header =
      "class A { x strong B }\nrewrite declares A x bytes 7 10 "
      "weak_ptr @ a.h:1:8\ncontent a.h 5\n";
  LinkedProgram P = linked(
      {(std::string("tu a.cpp\n") + Header).c_str(),
       (std::string("tu b.cpp\n") + Header +
        "rewrite uses A x bytes 90 0 \".lock()\" @ b.cpp:4:5\ncontent b.cpp 6")
           .c_str()});
  ASSERT_EQ(P.Rewrites.size(), 2u);
  EXPECT_EQ(P.text(P.Rewrites[0].Text), "weak_ptr");
  EXPECT_EQ(P.text(P.Rewrites[1].Loc.File), "b.cpp");
  EXPECT_EQ(P.Contents.size(), 2u);
}

TEST(Linker, LinesOfAHeaderAreUsedOnce) {
  LinkedProgram P =
      linked({"tu a.cpp\nclass A { x strong B }\nused A x a.cpp "
              "(7)\nused A x a.h (4, 9)",
              "tu b.cpp\nclass A { x strong B }\nused A x a.h (2, "
              "9)\nused A x b.cpp (7)"});
  ASSERT_EQ(P.Uses.size(), 3u);
  EXPECT_EQ(P.text(P.Uses[1].File), "a.h");
  EXPECT_EQ(P.Uses[1].Lines, (std::vector<uint32_t>{2, 4, 9}));
}

TEST(Linker, AFileThatUnitsSawDifferentlyHasTwoContents) {
  EXPECT_EQ(linked({"tu a.cpp\ncontent a.h 5", "tu b.cpp\ncontent a.h 6"})
                .Contents.size(),
            2u);
}

TEST(Linker, TheOrderOfUnitsDoesNotMatter) {
  std::vector<const char *> Units = {
      "tu c.cpp\nclass A hash 1 { x raw B }\nfn f() hash 1 { r0 = null; return "
      "r0 }\nconvert D A",
      "tu a.cpp\nclass A hash 2 { x weak B; y strong C }\nfn g() { call f() }",
      "tu b.cpp\nclass A hash 1 { x unique B }\nclass B hash 3\nfn f() hash 2 "
      "{ return }\nconvert E A"};
  std::sort(Units.begin(), Units.end());
  std::string First = linkedText(Units);
  while (std::next_permutation(Units.begin(), Units.end()))
    EXPECT_EQ(linkedText(Units), First);
}

TEST(Linker, AnAcceptanceThatSeveralUnitsSeeIsOne) {
  std::vector<const char *> Units = {
      "tu a.cpp\naccept x reason r lines a.cpp 3 9 @ a.h:4:8",
      "tu b.cpp\naccept x reason r lines a.h 4 4 @ a.h:4:8\n"
      "accept y reason r type T @ a.h:2:1"};
  for (int Order = 0; Order != 2; ++Order) {
    LinkedProgram P = linked(Units);
    ASSERT_EQ(P.Accepted.size(), 2u);
    EXPECT_EQ(P.Accepted[0].Type, "T");
    EXPECT_TRUE(P.Accepted[0].Lines.empty());
    ASSERT_EQ(P.Accepted[1].Lines.size(), 2u);
    EXPECT_EQ(P.Accepted[1].Lines[0].File, "a.cpp");
    std::swap(Units[0], Units[1]);
  }
}

TEST(Linker, AWrongAnnotationInAHeaderIsSaidOnce) {
  LinkedProgram P = linked({"tu a.cpp\nproblem wrong @ a.h:4:8",
                            "tu b.cpp\nproblem wrong @ a.h:4:8"});
  ASSERT_EQ(P.Problems.size(), 1u);
  EXPECT_EQ(P.Problems[0].second, "wrong");
}
