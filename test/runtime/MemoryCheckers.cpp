// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What address checkers see of counted objects. Not a GoogleTest program: a
// checker ends it, or writes about it, and checkers.cmake reads that.
//   MemoryCheckers good | freed | behind | before

#include "refcycle/refcycle.h"

#include <cstdio>
#include <string_view>

namespace {

struct Node {
  refcycle::ref<Node> next;
  volatile char text[20] = {};
  REFCYCLE_TRACE(Node, next)
};

/// Everything the runtime does with free slots, which no checker may mind.
int behave() {
  for (int i = 0; i < 5000; ++i) {
    auto node = refcycle::make<Node>();
    node->next = i % 2 ? node : nullptr;
    refcycle::weak_ref<Node> watched(node);
  }
  return refcycle::gc::collect().uncollectable == 0 ? 0 : 1;
}

int read_freed_object() {
  auto node = refcycle::make<Node>();
  volatile char *text = node->text;
  node.reset();
  return text[3];
}

int read_behind_object() {
  auto node = refcycle::make<Node>();
  auto *volatile text = node->text; // Or the compiler sees it coming.
  return text[20 + sizeof(refcycle::internal::cell)];
}

int read_before_page() {
  auto node = refcycle::make<Node>();
  const auto page = refcycle::id(node) / 65536 * 65536;
  return *reinterpret_cast<volatile char *>(page - 1);
}

} // namespace

int main(int argc, char **argv) {
  const std::string_view what = argc > 1 ? argv[1] : "good";
  int result = what == "freed"    ? read_freed_object()
               : what == "behind" ? read_behind_object()
               : what == "before" ? read_before_page()
                                  : behave();
  std::puts("went through"); // The result is used, so nothing is left out.
  return what == "good" ? result : 0;
}
