// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "base/QualifiedName.h"
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

TEST(QualifiedName, TemplateArgumentsGo) {
  EXPECT_EQ(withoutTemplateArguments("a::B"), "a::B");
  EXPECT_EQ(withoutTemplateArguments("a::B<int>"), "a::B");
  EXPECT_EQ(withoutTemplateArguments("a::B<C<int, D<E>>>::f"), "a::B::f");
  EXPECT_EQ(withoutTemplateArguments("A<int>::B<int>"), "A::B");
  EXPECT_EQ(withoutTemplateArguments("my_operator<int>::f"), "my_operator::f");
}

TEST(QualifiedName, OperatorsStay) {
  EXPECT_EQ(withoutTemplateArguments("A<int>::operator->"), "A::operator->");
  EXPECT_EQ(withoutTemplateArguments("A::operator<<"), "A::operator<<");
  EXPECT_EQ(withoutTemplateArguments("A::operator<=>"), "A::operator<=>");
  EXPECT_EQ(withoutTemplateArguments("operator>"), "operator>");
}

TEST(QualifiedName, UnbalancedTextEndsSomewhere) {
  EXPECT_EQ(withoutTemplateArguments("a<<b"), "a");
  EXPECT_EQ(withoutTemplateArguments("a>b"), "a>b");
  EXPECT_EQ(withoutTemplateArguments(""), "");
}

} // namespace
} // namespace refcycle::analyzer
