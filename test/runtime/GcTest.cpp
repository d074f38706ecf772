// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "refcycle/gc.h"
#include "refcycle/testing.h"
#include <gtest/gtest.h>
namespace refcycle {
namespace {
struct Node { ref<Node> next; std::vector<ref<Node>> kids; };
TEST(Gc, test_list) { testing::isolation alone; auto l = make<Node>(); l->kids.push_back(l); REFCYCLE_EXPECT_COLLECTED(1, l.reset()); }
}
}
