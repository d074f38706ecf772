// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <memory>
struct Node {
  std::shared_ptr<Node> next;
  void link(std::shared_ptr<Node> To);
};
inline const char *name() { return NAME; }
