// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: may not cross threads

#include "refcycle/refcycle.h"

struct Node {
  refcycle::ref<Node> next;
};

int main() { refcycle::make_shared_ref<Node>(); }
