// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finalizers: at zero, in cycles, once; resurrection; the end of the program.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;
using refcycle::ref_from;

static ref<struct File> saved;

struct File {
  const char *name;
  bool clings = false;
  ref<File> other;

  void finalize() { // Handles are intact here; in a destructor they are not.
    std::cout << "  closing " << name;
    if (other)
      std::cout << ", next to " << other->name;
    std::cout << '\n';
    if (clings)
      saved = ref_from(this);
  }
};

int main() {
  std::cout << "by count\n";
  make<File>("plain");

  std::cout << "in a cycle\n";
  {
    auto a = make<File>("left"), b = make<File>("right");
    a->other = b;
    b->other = a;
  }
  refcycle::gc::collect();

  std::cout << "one that clings to life\n";
  make<File>("clinging", true);
  std::cout << "  still there: " << saved->name << '\n';
  std::cout << "its second death is silent\n";
  saved.reset();

  std::cout << "left for the end of the program\n";
  auto last = make<File>("last");
  last->other = last;
}
