// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Containers hold references, not values.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;

struct List {
  std::vector<ref<int>> items;
};

static void print(const char *name, const ref<List> &list) {
  std::cout << name << " = [";
  for (const char *comma = ""; const ref<int> &item : list->items) {
    std::cout << comma << *item;
    comma = ", ";
  }
  std::cout << "]\n";
}

static void append(ref<List> to, int value) {
  to->items.push_back(make<int>(value)); // The caller's list.
}

int main() {
  auto one = make<int>(1);
  auto a = make<List>();
  a->items = {one, one, make<int>(3)};
  *one = 7; // One object, held twice.
  print("a", a);

  ref<List> b = a;
  append(b, 4);
  print("a after append(b)", a);

  std::cout << "handles to the first item: " << use_count(one) << '\n';
  a->items.erase(a->items.begin());
  std::cout << "one removed: " << use_count(one) << '\n';
}
