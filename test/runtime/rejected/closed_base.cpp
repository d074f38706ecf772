// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: REFCYCLE_OPEN_BASE(Base)

#include "refcycle/refcycle.h"

struct Base {
  int x = 0;
};
struct Derived : Base {
  refcycle::ref<Base> next;
  refcycle::ref<Derived> other;
  REFCYCLE_TRACE(Derived, next, other)
};

int main() { refcycle::ref<Base> b = refcycle::make<Derived>(); }
