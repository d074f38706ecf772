// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/TypeNames.h"
#include <gtest/gtest.h>

using namespace refcycle::analyzer;

TEST(TypeNamesTest, AControlBlockNamesWhatItCounts) {
  EXPECT_EQ(managedType("St23_Sp_counted_ptr_inplaceIN3app4NodeESaIvELN9__gnu_"
                        "cxx12_Lock_policyE2EE"),
            "app::Node");
  EXPECT_EQ(
      managedType("St15_Sp_counted_ptrIP4NodeLN9__gnu_cxx12_Lock_policyE2EE"),
      "Node");
  EXPECT_EQ(managedType("N5boost6detail17sp_counted_impl_pI4NodeEE"), "Node");
  EXPECT_EQ(
      managedType("N5boost6detail13sp_array_baseINS0_14sp_array_stateINS_8"
                  "default_17default_allocatorI4NodeEEEEEE"),
      "Node");
  EXPECT_EQ(
      managedType("NSt3__120__shared_ptr_emplaceI4NodeNS_9allocatorIS1_EEEE"),
      "Node");
}

TEST(TypeNamesTest, WhatIsNoControlBlockKeepsItsName) {
  EXPECT_EQ(managedType("4Node"), "Node");
  EXPECT_EQ(managedType("not mangled"), "not mangled");
}

TEST(TypeNamesTest, TemplateArgumentsAreSplitAtTheTopOnly) {
  EXPECT_EQ(templateArguments("A<B<C, D>, int (*)(E, F)>::f(G)"),
            (std::vector<std::string>{"B<C, D>", "int (*)(E, F)"}));
  EXPECT_TRUE(templateArguments("plain").empty());
}

TEST(TypeNamesTest, OneSpellingForAllWriters) {
  EXPECT_EQ(canonicalName("std::vector<int, std::allocator<int> >"),
            canonicalName("std::vector<int,std::allocator<int>>"));
  EXPECT_EQ(canonicalName("(anonymous namespace)::Node"), "Node");
  EXPECT_EQ(canonicalName("std::__cxx11::list<unsigned int>"),
            "std::list<unsigned int>");
}

TEST(TypeNamesTest, ArgumentsCanBeLeftOut) {
  EXPECT_EQ(withoutArguments("a::B<C<D>>::e"), "a::B::e");
}
