// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "refcycle/annotations.h"
#include <memory>
struct Node {
  std::shared_ptr<Node> next;
  REFCYCLE_ACYCLIC std::shared_ptr<Node> itself;
  void link(std::shared_ptr<Node> To);
};
inline const char *name() { return NAME; }
