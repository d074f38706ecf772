// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: use refcycle::function
// error: content

#include "refcycle/refcycle.h"

#include <any>

using refcycle::ref;

struct Box {
  std::any content;
};

int main() { refcycle::make<Box>(); }
