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

int main() {
  std::cout << "a handle takes " << sizeof(ref<Node>) << " bytes on the stack\n";
  auto node = make<Node>();
  auto usage = refcycle::memory_info();
  std::cout << "an object of " << sizeof(Node) << " bytes takes a slot of "
            << usage.slot_bytes << '\n';
  std::cout << "its type has " << usage.page_count << " page of "
            << usage.reserved_bytes << " bytes\n";

  std::vector<ref<Node>> many;
  for (int i = 0; i < 100000; ++i)
    many.push_back(make<Node>());
  std::cout << "100001 objects: " << refcycle::memory_info().page_count
            << " pages\n";
  many.clear();
  std::cout << "1 object left: " << refcycle::memory_info().page_count << " pages\n";
  for (const auto &row : refcycle::census())
    std::cout << row.objects << ' ' << row.type << ", " << row.bytes
              << " bytes\n";
}
