// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/Models.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

TEST(Presets, Parse) { EXPECT_GT(builtinModels().types().size(), 200u); }
