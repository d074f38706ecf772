// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What lives where: handles on the stack, objects in pages of their type.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;

struct Node {
  ref<Node> left, right;
};

/// Within a megabyte: variables of one function are, heap and stack are not.
static bool are_near(const void *a, const void *b) {
  auto difference = static_cast<const char *>(a) - static_cast<const char *>(b);
  return difference < 1000000 && difference > -1000000;
}

int main() {
  std::cout << std::boolalpha;
  int local = 0;
  auto node = make<Node>();
  std::cout << "a handle takes " << sizeof(ref<Node>) << " bytes\n"
            << "the handle is on the stack: " << are_near(&node, &local) << '\n'
            << "its object is on the stack: " << are_near(node.get(), &local)
            << '\n';
  auto usage = refcycle::memory_info();
  std::cout << "an object of " << sizeof(Node) << " bytes takes a slot of "
            << usage.slot_bytes << '\n';
  std::cout << "its type has " << usage.page_count << " page of "
            << usage.reserved_bytes << " bytes\n";

  std::vector<ref<Node>> many;
  for (int i = 0; i < 150000; ++i)
    many.push_back(make<Node>());
  std::cout << "150001 objects: "
            << refcycle::memory_info().reserved_bytes / 1000000
            << " MB in pages\n";
  many.clear();
  std::cout << "1 object left: " << refcycle::memory_info().page_count
            << " pages\n";
  for (const auto &row : refcycle::census())
    std::cout << row.objects << ' ' << row.type << ", " << row.bytes
              << " bytes\n";
}
