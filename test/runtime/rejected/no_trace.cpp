// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// error: put REFCYCLE_TRACE

#include "refcycle/refcycle.h"

#include <string>

using refcycle::ref;

class Hidden {
public:
  Hidden() {}

private:
  ref<Hidden> next;
};

int main() { refcycle::make<Hidden>(); }
