// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: hides the handles of derived classes

#include "refcycle/refcycle.h"

#include <memory>

using refcycle::ref;

struct Shape {
  virtual ~Shape() = default;
  REFCYCLE_TRACE(Shape)
};
struct Drawing {
  std::unique_ptr<Shape> shape;
};

int main() { refcycle::make<Drawing>(); }
