// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "node.h"
int main() {
  auto N = std::make_shared<Node>();
#ifndef FIXED
  N->link(N);
#endif
}
