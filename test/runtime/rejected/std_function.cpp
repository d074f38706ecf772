// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: use refcycle::function
// error: on_click

#include "refcycle/refcycle.h"

#include <functional>

using refcycle::ref;

struct Button {
  ref<Button> next;
  std::function<void()> on_click;
};

int main() { refcycle::make<Button>(); }
