// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: inherits REFCYCLE_TRACE from a base

#include "refcycle/refcycle.h"

#include <string>

using refcycle::ref;

struct Base {
  ref<Base> a;
  Base() {}
  REFCYCLE_TRACE(Base, a)
};
struct Derived : Base {
  ref<Base> b;
  Derived() {}
};

int main() { refcycle::make<Derived>(); }
