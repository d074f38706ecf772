// The verifier reserves its shadow of the address space once, even in a program
// that allocates nothing before main: of two, each check would search one, the
// whole of it, for seconds.

// RUN: g++ -O1 %s -o %t && refcycle verify --quiet -- %t | FileCheck %s
// CHECK: reserved: 8 TB

#include <cstdio>

int main() {
  static char line[4096];
  unsigned long most = 0;
  std::FILE *maps = std::fopen("/proc/self/maps", "r");
  while (maps && std::fgets(line, sizeof line, maps)) {
    unsigned long from = 0, to = 0;
    if (std::sscanf(line, "%lx-%lx", &from, &to) == 2 && to - from > most)
      most = to - from;
  }
  std::printf("reserved: %lu TB\n", most >> 40);
}
