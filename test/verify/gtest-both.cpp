// A test that includes both halves' headers means both: cycles of refcycle's
// own handles and of std::shared_ptr, each named once for the test that left
// it.

// UNSUPPORTED: sanitized

// RUN: %clangxx -std=c++20 -g -I%root/runtime/verify/include -I%root/runtime/include %s -o %t %runtime -lgtest -lgtest_main -pthread
// RUN: not %t | FileCheck %s --check-prefix=ALONE
// ALONE: Tab::window -> Window::tab
// ALONE: [  FAILED  ] Own.Cycle
// ALONE: [       OK ] Std.Cycle
// RUN: not refcycle verify --quiet -- %t > %t.out
// RUN: FileCheck %s < %t.out

#include "refcycle/refcycle.h"
#include "refcycle/testing.h"

#include "refcycle/verify_gtest.h"

#include <memory>

struct Window;
struct Tab {
  refcycle::ref<Window> window;
};
struct Window {
  refcycle::ref<Tab> tab;
};
struct Node {
  std::shared_ptr<Node> next;
};

// CHECK: objects keep each other alive:
// CHECK-NEXT: {{Tab::window -> Window::tab|Window::tab -> Tab::window}}, 1 instance
// CHECK-NOT: Tab+0
// CHECK: [  FAILED  ] Own.Cycle
TEST(Own, Cycle) {
  {
    auto window = refcycle::make<Window>();
    window->tab = refcycle::make<Tab>();
    window->tab->window = window;
  }
  REFCYCLE_EXPECT_NO_CYCLES();
  refcycle::gc::collect();
}

// CHECK: objects keep each other alive:
// CHECK-NEXT: Node+0 -> Node, 1 instance
// CHECK: [  FAILED  ] Std.Cycle
TEST(Std, Cycle) {
  {
    auto node = std::make_shared<Node>();
    node->next = node;
  }
  REFCYCLE_EXPECT_NO_CYCLES();
}

// CHECK: warning: Node::next -> Node, 1 instance
// CHECK-NOT: warning:
