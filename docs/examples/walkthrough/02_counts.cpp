// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Four ways a count goes up, five ways it goes down, and death at zero.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;
using refcycle::use_count;

struct Spam {
  ~Spam() { std::cout << "  the object dies\n"; }
  REFCYCLE_TRACE(Spam)
};

static void show(const char *what, const ref<Spam> &r) {
  std::cout << what << ": " << use_count(r) << '\n';
}

static void pass(ref<Spam> argument) { show("passed to a function", argument); }

int main() {
  std::cout << "up\n";
  ref<Spam> a = make<Spam>();
  show("bound to a name", a);
  ref<Spam> b = a;
  show("bound to a second name", a);
  pass(a);
  std::vector<ref<Spam>> list{a, a};
  show("stored twice in a container", a);

  std::cout << "down\n";
  show("the function has returned", a);
  b = nullptr;
  show("a name rebound", a);
  list.pop_back();
  show("removed from the container", a);
  list = {};
  show("the container destroyed", a);
  {
    ref<Spam> inner = a;
    show("a name in a block", a);
  }
  show("the block left", a);
  std::cout << "refcount, which counts its own argument: " << refcount(a)
            << '\n';
  std::cout << "the last name goes\n";
  a.reset();
}
