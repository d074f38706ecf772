// A program may ask for a check at any time: by a call, when linked, and by a
// signal. What a caller's local variable holds is not garbage.

// RUN: %clangxx -std=c++20 -g -I%root/runtime/verify/include %s -o %t -pthread -L%libdir -lrefcycle_verify -Wl,-rpath,%libdir
// RUN: %t | FileCheck %s
// RUN: not refcycle verify --quiet -- %t | FileCheck %s --check-prefix=TOOL
// TOOL: warning: Node::next -> Node, 3 instances

// Without the verifier the functions are null.
// RUN: %clangxx -std=c++20 -DALONE -I%root/runtime/verify/include %s -o %t && %t | FileCheck %s --check-prefix=ALONE
// ALONE: no verifier

// A check by a signal is on its own, and the program goes on.
// RUN: env REFCYCLE_VERIFY_SIGNAL=10 refcycle verify -- %t signal 2>&1 | FileCheck %s --check-prefix=SIGNAL
// SIGNAL: goes on

#include "refcycle/verify.h"
#include <csignal>
#include <cstdio>
#include <memory>

struct Node {
  int value = 0;
  std::shared_ptr<Node> next;
};

static void leak() {
  auto node = std::make_shared<Node>();
  node->next = node;
}

int main(int count, char **) {
  if (count > 1) {
    std::raise(SIGUSR1);
    std::puts("goes on");
    return 0;
  }
  if (!refcycle_verify_now) {
    std::puts("no verifier");
    return 0;
  }
  auto held = std::make_shared<Node>();
  held->next = held;
  // CHECK: held: 0 ''
  std::printf("held: %ld '%s'\n", refcycle_verify_now(), refcycle_verify_report());
  leak();
  leak();
  // CHECK: leaked: 2 'Node+8 -> Node, 2 instances, 80 bytes
  std::printf("leaked: %ld '%s'\n", refcycle_verify_now(), refcycle_verify_report());
  held.reset();
  // CHECK: all: 3 'Node+8 -> Node, 3 instances, 120 bytes
  std::printf("all: %ld '%s'\n", refcycle_verify_now(), refcycle_verify_report());
}
