// --stacks: where the objects of a cycle were allocated.

// RUN: %clangxx -std=c++20 -g -pthread %s -o %t && not refcycle verify --quiet --stacks -- %t | FileCheck %s
// RUN: g++ -std=c++20 -g -pthread %s -o %t && not refcycle verify --quiet --stacks -- %t | FileCheck %s
// RUN: %clangxx -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet --stacks -- %t | FileCheck %s
// RUN: %clangxx -std=c++20 -g -no-pie -stdlib=libc++ %s -o %t && not refcycle verify --quiet --stacks -- %t | FileCheck %s

// Nobody asked; and without debug information there are no lines to tell.
// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefix=NONE
// RUN: %clangxx -std=c++20 -s %s -o %t && not refcycle verify --quiet --stacks -- %t | FileCheck %s --check-prefix=NONE
// NONE: warning:
// NONE-NOT: was allocated

#include <memory>
#include <thread>

struct Child;
struct Parent {
  std::shared_ptr<Child> child;
};
struct Child {
  std::shared_ptr<Parent> parent;
};

__attribute__((noinline)) std::shared_ptr<Parent> makeParent() {
  // CHECK-DAG: stacks.cpp:[[#@LINE+1]]{{.*}}: note: 'Parent' was allocated in 'makeParent
  return std::make_shared<Parent>();
}

__attribute__((noinline)) std::shared_ptr<Child> makeChild() {
  // CHECK-DAG: stacks.cpp:[[#@LINE+1]]{{.*}}: note: 'Child' was allocated in 'makeChild
  return std::shared_ptr<Child>(new Child);
}

int main() {
  std::thread([] {
    auto parent = makeParent();
    parent->child = makeChild();
    parent->child->parent = parent;
  }).join();
}
