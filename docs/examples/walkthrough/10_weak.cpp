// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weak references break a cycle by design, and tell of a death.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;
using refcycle::weak_ref;

struct Child;
struct Parent {
  std::vector<ref<Child>> kids;
};
struct Child {
  weak_ref<Parent> parent; // A ref here would make a cycle.
};

int main() {
  auto parent = make<Parent>();
  auto child = make<Child>(parent);
  parent->kids = {child};
  weak_ref<Parent> watch(parent, [](const weak_ref<Parent> &) {
    std::cout << "the parent is gone\n";
  });
  std::cout << "dropping the parent\n";
  parent.reset();
  std::cout << "the child finds " << (child->parent.lock() ? "it" : "nothing")
            << '\n';
}
