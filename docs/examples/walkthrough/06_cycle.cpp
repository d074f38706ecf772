// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two lists that contain each other, and a million integers that do not come
// back until the collector looks.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::any_ref;
using refcycle::make;
using refcycle::ref;

struct List {
  std::vector<any_ref> items;
};

static void print_memory(const char *when) {
  auto usage = refcycle::memory_info();
  std::cout << when << ": " << usage.objects << " objects, "
            << usage.reserved_bytes / 1000000 << " MB in pages\n";
}

int main() {
  refcycle::gc::disable(); // Nothing shall happen behind our back.
  print_memory("at the start");
  {
    auto numbers = make<List>();
    for (int i = 0; i < 1000000; ++i)
      numbers->items.push_back(make<int>(i));
    print_memory("a million integers");
  }
  print_memory("their list has gone");
  {
    auto a = make<List>(), b = make<List>();
    a->items.push_back(b);
    b->items.push_back(a);
    for (int i = 0; i < 1000000; ++i)
      a->items.push_back(make<int>(i));
    std::cout << "counts of the lists: " << use_count(a) << ", "
              << use_count(b) << '\n';
  }
  print_memory("both names have gone");
  std::cout << "found: " << refcycle::leak_report();

  auto done = refcycle::gc::collect();
  std::cout << "collected " << done.objects_freed << " lists\n";
  print_memory("after the collection");
}
