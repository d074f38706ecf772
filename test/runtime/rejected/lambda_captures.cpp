// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: capture with refcycle::with(...)

#include "refcycle/refcycle.h"

int main() {
  auto number = refcycle::make<int>(1);
  refcycle::function<int()> f([number] { return *number; });
}
