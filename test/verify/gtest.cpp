// A listener fails the tests of an unmodified program that leave cycles behind,
// each for its own ones; without the verifier it does nothing.

// RUN: %clangxx -std=c++20 -g -I%root/runtime/verify/include -I%root/runtime/include %s -o %t -lgtest -pthread
// RUN: %t | FileCheck %s --check-prefix=ALONE
// ALONE: [  PASSED  ] 3 tests.
// RUN: not refcycle verify --quiet -- %t > %t.out
// RUN: FileCheck %s < %t.out

#include "refcycle/verify_gtest.h"
#include <memory>

struct Node {
  std::shared_ptr<Node> next;
};

static void leak() {
  auto node = std::make_shared<Node>();
  node->next = node;
}

// CHECK: Failure
// CHECK: objects keep each other alive:
// CHECK-NEXT: Node+0 -> Node, 1 instance, 40 bytes
// CHECK: [  FAILED  ] Leaks.Cycle
TEST(Leaks, Cycle) { leak(); }

// CHECK: [       OK ] Leaks.NotAgain
TEST(Leaks, NotAgain) {
  auto node = std::make_shared<Node>();
  node->next = std::make_shared<Node>();
  REFCYCLE_EXPECT_NO_CYCLES();
}

// CHECK: Node+0 -> Node, 2 instances
// CHECK: [  FAILED  ] Leaks.Expected
TEST(Leaks, Expected) {
  leak();
  REFCYCLE_EXPECT_NO_CYCLES();
}

// CHECK: warning: Node::next -> Node, 2 instances
int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  refcycle::verify::fail_tests_with_cycles();
  return RUN_ALL_TESTS();
}
