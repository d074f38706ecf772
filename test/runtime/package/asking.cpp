// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asks the linked verifier, before and after it leaks a cycle.

#include "refcycle/verify.h"

#include <cstdio>
#include <memory>

struct Node {
  std::shared_ptr<Node> next;
};

int main() {
  long before = refcycle_verify_now();
  auto node = std::make_shared<Node>();
  node->next = node;
  node.reset();
  long after = refcycle_verify_now();
  std::printf("%ld, then %ld: %s", before, after, refcycle_verify_report());
}
