// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uses enough of the installed library to notice a missing file.

#include "refcycle/refcycle.h"
#include "refcycle/weak_map.h"

struct Node {
  refcycle::ref<Node> next;
};

int main() {
  auto node = refcycle::make<Node>();
  node->next = node;
  node.reset();
  return refcycle::gc::collect().objects_freed == 1 ? 0 : 1;
}
