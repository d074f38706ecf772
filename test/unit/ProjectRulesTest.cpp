// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "link/ProjectRules.h"
#include "facts/FactsText.h"
#include "link/Linker.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LinkedProgram program(llvm::StringRef Text) {
  auto Facts = parseFacts(Text);
  EXPECT_TRUE(bool(Facts)) << llvm::toString(Facts.takeError());
  Linker L;
  L.add(std::move(*Facts));
  return L.finish();
}

const Field &fieldOf(const LinkedProgram &P, llvm::StringRef Class) {
  for (const Record &R : P.Records)
    if (P.text(R.Name) == Class)
      return R.Fields.front();
  static const Field None;
  ADD_FAILURE() << "no class " << Class.str();
  return None;
}

const char *Graph = "class A { next strong B }\n"
                    "class \"T<int>\" { next strong B }\n"
                    "class P { impl raw B }\n"
                    "class F { call function }\n"
                    "class B { next strong A }\n";

TEST(ProjectRules, AnAcyclicFieldKeepsNothingAlive) {
  LinkedProgram P = program(Graph);
  Config C;
  C.AcyclicEdges = {"A::next", "T::next"};
  EXPECT_THAT(applyRules(C, P), IsEmpty());
  EXPECT_EQ(fieldOf(P, "A").Leaves[0].Kind, Hold::Weak);
  EXPECT_EQ(fieldOf(P, "T<int>").Leaves[0].Kind, Hold::Weak);
  EXPECT_EQ(fieldOf(P, "B").Leaves[0].Kind, Hold::Strong);
}

TEST(ProjectRules, AnAnnotationSaysWhatTheConfigurationCan) {
  LinkedProgram P = program("class A { next acyclic strong A }\n"
                            "class B { next non-owning function }\n"
                            "class C { next owning raw A }\n"
                            "fn close() of A called-in-time\n"
                            "fn open() of A\n");
  EXPECT_THAT(applyRules(Config(), P), IsEmpty());
  EXPECT_EQ(fieldOf(P, "A").Leaves[0].Kind, Hold::Weak);
  EXPECT_FALSE(owns(fieldOf(P, "B").ErasedHold));
  EXPECT_EQ(fieldOf(P, "C").Leaves[0].Kind, Hold::Unique);
  ASSERT_EQ(P.CalledInTime.size(), 1u);
  EXPECT_EQ(P.nameOf(P.CalledInTime[0]), "close");
}

TEST(ProjectRules, TheConfigurationCountsMoreThanAnAnnotation) {
  LinkedProgram P = program("class A { next acyclic strong A }\n"
                            "class B { next owning raw A }\n");
  Config C;
  C.OwningFields = {"A::next"};
  C.NonOwningFields = {"B::next"};
  EXPECT_THAT(applyRules(C, P), IsEmpty());
  EXPECT_EQ(fieldOf(P, "A").Leaves[0].Kind, Hold::Strong);
  EXPECT_EQ(fieldOf(P, "B").Leaves[0].Kind, Hold::Raw);
}

TEST(ProjectRules, ANonOwningFunctionSlotOwnsNoClosure) {
  LinkedProgram P = program(Graph);
  Config C;
  C.NonOwningFields = {"F::call"};
  EXPECT_THAT(applyRules(C, P), IsEmpty());
  EXPECT_FALSE(owns(fieldOf(P, "F").ErasedHold));
}

TEST(ProjectRules, AnOwningPointerOwns) {
  LinkedProgram P = program(Graph);
  Config C;
  C.OwningFields = {"P::impl"};
  EXPECT_THAT(applyRules(C, P), IsEmpty());
  EXPECT_EQ(fieldOf(P, "P").Leaves[0].Kind, Hold::Unique);
}

TEST(ProjectRules, WhatIsSaidTwiceIsTheWeaker) {
  LinkedProgram P = program(Graph);
  Config C;
  C.OwningFields = C.AcyclicEdges = {"P::impl"};
  applyRules(C, P);
  EXPECT_FALSE(owns(fieldOf(P, "P").Leaves[0].Kind));
}

TEST(ProjectRules, MethodsAreFoundByName) {
  LinkedProgram P = program("class A { next strong A }\n"
                            "fn A::close() of A {\n return\n}\n"
                            "fn A::open() of A {\n return\n}\n");
  Config C;
  C.BreakMethods = {"A::close"};
  EXPECT_THAT(applyRules(C, P), IsEmpty());
  ASSERT_EQ(P.CalledInTime.size(), 1u);
  EXPECT_EQ(P.nameOf(P.CalledInTime[0]), "A::close");
}

TEST(ProjectRules, NamesThatNothingBearsAreSaid) {
  LinkedProgram P = program(Graph);
  Config C;
  C.AcyclicEdges = {"A::next", "A::nxt"};
  C.BreakMethods = {"A::stop"};
  EXPECT_THAT(applyRules(C, P),
              ElementsAre("acyclic: no field 'A::nxt' in the program",
                          "breaks: no method 'A::stop' in the program"));
}

TEST(ProjectRules, AnEmptyConfigurationChangesNothing) {
  LinkedProgram P = program(Graph), Same = program(Graph);
  EXPECT_THAT(applyRules(Config(), P), IsEmpty());
  for (size_t I = 0; I != P.Records.size(); ++I)
    EXPECT_EQ(P.Records[I].Fields, Same.Records[I].Fields);
}

} // namespace
} // namespace refcycle::analyzer
