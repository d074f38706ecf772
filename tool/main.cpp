// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Driver.h"

int main(int Count, char **Words) {
  using namespace refcycle::analyzer;
  return int(runRefcycle({Words + 1, Words + Count}));
}
