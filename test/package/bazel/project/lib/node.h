// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <memory>
#ifndef PUBLIC_DEFINE
#error "the library's definitions are missing"
#endif
struct Node {
  std::shared_ptr<Node> next;
  void link(std::shared_ptr<Node> To);
};
