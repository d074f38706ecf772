// The stores of a finding may lie in a shared library of the program, and the
// program be without debug information: the library is looked at on the way.

// RUN: rm -rf %t && mkdir %t && cd %t && cp %s a.cpp
// RUN: refcycle --quiet --fail-on=never --min-confidence=possible --format=json -o static.json a.cpp -- -std=c++20
// RUN: %clangxx -std=c++20 -g -fPIC -shared -DLIBRARY a.cpp -o libmeeting.so
// RUN: %clangxx -std=c++20 -DPROGRAM a.cpp -L. -lmeeting -Wl,-rpath,%t -o a
// RUN: refcycle verify --quiet --findings static.json -- ./a | FileCheck %s
// CHECK: 3 members
// CHECK-NEXT: refuted: {{.*}}Room::members{{.*}}
// CHECK-NOT: {{.}}

// Without the library's debug information, nobody knows where to look.
// RUN: strip -g libmeeting.so
// RUN: refcycle verify --quiet --findings static.json -- ./a | FileCheck %s --check-prefix=STRIPPED
// STRIPPED: 3 members
// STRIPPED-NEXT: not observed: {{.*}}Room::members{{.*}}
// STRIPPED-NOT: {{.}}

#include <cstdio>
#include <memory>
#include <vector>

#ifndef PROGRAM
struct Room;
struct Member {
  std::shared_ptr<Room> room;
};
struct Room {
  std::vector<std::shared_ptr<Member>> members;
  void close() { members.clear(); }
};

static void join(const std::shared_ptr<Room> &room) {
  auto member = std::make_shared<Member>();
  member->room = room;
  room->members.push_back(member);
}

unsigned long meeting() {
  auto room = std::make_shared<Room>();
  for (int i = 0; i != 3; ++i)
    join(room);
  unsigned long count = room->members.size();
  room->close();
  return count;
}
#else
unsigned long meeting();
#endif

#ifndef LIBRARY
int main() { std::printf("%lu members\n", meeting()); }
#endif
