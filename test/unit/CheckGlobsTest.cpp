// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/CheckGlobs.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

bool selects(llvm::StringRef List, llvm::StringRef Check) {
  auto Globs = CheckGlobs::create(List);
  EXPECT_TRUE(bool(Globs));
  return Globs->matches(Check);
}

TEST(CheckGlobs, TheLastMatchDecides) {
  EXPECT_TRUE(selects("*", "refcycle-members"));
  EXPECT_FALSE(selects("*,-refcycle-members", "refcycle-members"));
  EXPECT_TRUE(selects("*,-refcycle-members", "refcycle-closure"));
  EXPECT_TRUE(selects("-*, refcycle-m*", "refcycle-members"));
  EXPECT_FALSE(selects("", "refcycle-members"));
}

TEST(CheckGlobs, MalformedGlobsAreErrors) {
  EXPECT_THAT(llvm::toString(CheckGlobs::create("*,[a").takeError()),
              testing::HasSubstr("'[a'"));
}

} // namespace
} // namespace refcycle::analyzer
