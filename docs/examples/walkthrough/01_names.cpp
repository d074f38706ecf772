// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names are bound to objects; they are not boxes with values inside.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;

int main() {
  std::cout << std::boolalpha;

  ref<int> a = make<int>(1000);
  ref<int> b = a; // A second name for the same object.
  std::cout << "same object: " << is(a, b) << '\n';

  *b = 2000; // The object changes, and both names see it.
  std::cout << "a is now " << *a << '\n';

  b = make<int>(3000); // Rebinding: b names another object, a is untouched.
  std::cout << "after rebinding b: a = " << *a << ", b = " << *b << '\n';
  std::cout << "same object: " << is(a, b) << '\n';
  std::cout << "same id: " << (id(a) == id(b)) << '\n';

  ref<int> c = make<int>(2000); // Equal, but not the same.
  std::cout << "equal: " << (*a == *c) << ", identical: " << is(a, c) << '\n';
}
