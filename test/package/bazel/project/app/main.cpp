// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/node.h"
int main() {
  auto N = std::make_shared<Node>();
  N->link(N);
}
