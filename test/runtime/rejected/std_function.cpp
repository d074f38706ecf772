// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: use refcycle::function

#include "refcycle/refcycle.h"

#include <functional>

using refcycle::ref;

struct Button {
  ref<Button> next;
  std::function<void()> on_click;
};

int main() { refcycle::make<Button>(); }
