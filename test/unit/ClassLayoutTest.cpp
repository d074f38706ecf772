// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "facts/ClassLayout.h"
#include "facts/FactsFile.h"
#include "facts/TuFacts.h"
#include <gtest/gtest.h>

using namespace refcycle::analyzer;

namespace {

ClassLayout classOf(const char *Name, uint32_t Width) {
  ClassLayout C;
  C.Mangled = Name;
  C.Size = 24;
  C.CountAt = 8;
  C.CountWidth = Width;
  return C;
}

std::string text(const CountLayouts &Layouts) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  printLayouts(Layouts, OS);
  return Text;
}

TEST(ClassLayout, PrintsOneLineForEachFact) {
  ClassLayout C = classOf("4Node", 4);
  C.Entries = {0, 8};
  C.Handles.push_back({16, "4Node"});
  C.Releases.push_back({"_ZN4Node5unrefEv", 0});
  C.Destructors.push_back({"3PtrI4NodeE", 0, 8});
  CountLayouts Layouts;
  Layouts.Classes.push_back(C);
  Layouts.Handles.push_back({"Ptr<Node>", "4Node", 0, 0, 0, 0, 0});
  EXPECT_EQ(text(Layouts), "refcycle-layouts\t1\n"
                           "class\t4Node\t24\tplain\t8\t4\t0\n"
                           "entry\t0\nentry\t8\n"
                           "member\t16\t4Node\n"
                           "release\t0\t_ZN4Node5unrefEv\n"
                           "drop\t8\t0\t3PtrI4NodeE\n"
                           "handle\t4Node\t0\t0\t0\t0\t0\tPtr<Node>\n"
                           "end\n");
}

TEST(ClassLayout, AUnitThatKnowsTheCountIsBelieved) {
  for (bool KnownFirst : {false, true}) {
    CountLayouts All;
    addLayouts(All, {{classOf("4Node", KnownFirst ? 4 : 0)}, {}});
    addLayouts(All, {{classOf("4Node", KnownFirst ? 0 : 4)}, {}});
    ASSERT_EQ(All.Classes.size(), 1u);
    EXPECT_EQ(All.Classes[0].CountWidth, 4u);
  }
}

TEST(ClassLayout, TheOrderOfUnitsDoesNotMatter) {
  ClassLayout A = classOf("4Node", 4), B = classOf("4Node", 4);
  A.Entries = {0};
  B.Entries = {0, 8};
  CountLayouts One, Other;
  for (const ClassLayout &C : {A, B, classOf("1A", 8)})
    addLayouts(One, {{C}, {}});
  for (const ClassLayout &C : {classOf("1A", 8), B, A})
    addLayouts(Other, {{C}, {}});
  EXPECT_EQ(text(One), text(Other));
}

TEST(ClassLayout, SurvivesTheWayThroughAFile) {
  TuFacts Facts;
  Facts.MainFile = "a.cpp";
  Facts.Layouts.Classes = {classOf("4Node", 4)};
  Facts.Layouts.Classes[0].Destructors.push_back({"3PtrI4NodeE", 0, 8});
  Facts.Layouts.Handles = {{"Lease<Node>", "4Node", 0, 8, 16, 4, 8}};
  std::string Bytes;
  llvm::raw_string_ostream OS(Bytes);
  writeFacts(Facts, OS);
  auto Read = readFacts(Bytes);
  ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  EXPECT_EQ(text(Read->Layouts), text(Facts.Layouts));
}

} // namespace
