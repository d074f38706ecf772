// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// verify() says what is wrong with facts, in words.

#include "facts/TuFacts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::HasSubstr;

static TuFacts facts(std::vector<Instr> Body, uint32_t Registers = 0) {
  TuFacts F;
  F.Strings.push_back("f");
  Function Fn;
  Fn.Key = Fn.Name = {1};
  Fn.Flags = uint16_t(FunctionFlag::HasBody);
  Fn.Registers = Registers;
  Fn.Body = std::move(Body);
  F.Functions.push_back(Fn);
  return F;
}

static Instr instr(Op Code, uint32_t Dst = RegId::NoneIndex) {
  Instr I;
  I.Code = Code;
  I.Dst = {Dst};
  return I;
}

TEST(VerifyFacts, EmptyFactsAreFine) { EXPECT_EQ(verify(TuFacts()), ""); }

TEST(VerifyFacts, ABodyOfOneInstructionIsFine) {
  EXPECT_EQ(verify(facts({instr(Op::This, 0)}, 1)), "");
}

TEST(VerifyFacts, IdsMustResolve) {
  TuFacts F = facts({});
  F.Functions[0].Class = {3};
  EXPECT_THAT(verify(F), HasSubstr("record 3 does not exist"));
}

TEST(VerifyFacts, StringsAreUnique) {
  TuFacts F;
  F.Strings = {"", "a", "a"};
  EXPECT_THAT(verify(F), HasSubstr("stands twice"));
}

TEST(VerifyFacts, ARegisterIsDefinedOnce) {
  EXPECT_THAT(verify(facts({instr(Op::This, 0), instr(Op::This, 0)}, 1)),
              HasSubstr("defined twice"));
}

TEST(VerifyFacts, BlocksAreClosed) {
  EXPECT_THAT(verify(facts({instr(Op::Loop)})), HasSubstr("without end"));
}

TEST(VerifyFacts, ElseNeedsAnIf) {
  EXPECT_THAT(verify(facts({instr(Op::Loop), instr(Op::Else), instr(Op::End)})),
              HasSubstr("else without if"));
}

TEST(VerifyFacts, BreakNeedsABlock) {
  EXPECT_THAT(verify(facts({instr(Op::Break)})), HasSubstr("outside"));
}

TEST(VerifyFacts, ParametersExist) {
  EXPECT_THAT(verify(facts({instr(Op::Param, 0)}, 1)),
              HasSubstr("parameter 0 does not exist"));
}
