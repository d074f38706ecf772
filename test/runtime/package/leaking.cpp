// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Leaks a cycle of standard shared pointers, unless told to be good; on request
// it sends itself a signal first, one that is ignored by default.

#include <csignal>
#include <cstdio>
#include <memory>
#include <string_view>

struct Node {
  std::shared_ptr<Node> next;
};

int main(int count, char **words) {
  std::string_view how = count > 1 ? words[1] : "";
  {
    auto node = std::make_shared<Node>();
    node->next = std::make_shared<Node>();
    if (how != "good")
      node->next->next = node;
  }
  if (how == "signal") {
    std::raise(SIGURG);
    std::fputs("goes on\n", stderr);
  }
}
