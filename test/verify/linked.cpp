// A program that is linked with the library, and runs by itself, is checked at
// its end; its status stays.

// RUN: %clangxx -std=c++20 %s -o %t -Wl,--no-as-needed -L%libdir -lrefcycle_verify -Wl,-rpath,%libdir && %t 2>&1 | FileCheck %s
// CHECK: 1 node
// CHECK-NEXT: refcycle: objects keep each other alive:
// CHECK-NEXT: Node+0 -> Node, 1 instance, {{[0-9]+}} bytes
// CHECK-NOT: {{.}}

// What static destructors clean up is no leak, and it can be turned off.
// RUN: %t late 2>&1 | FileCheck %s --check-prefix=SILENT
// RUN: %t hold 2>&1 | FileCheck %s --check-prefix=SILENT
// RUN: env REFCYCLE_VERIFY=off %t 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT: 1 node
// SILENT-NOT: {{.}}

#include <cstdio>
#include <memory>
#include <string>

struct Node {
  std::shared_ptr<Node> self;
};
struct Keeper {
  Node *late = nullptr;
  std::shared_ptr<Node> held;
  ~Keeper() {
    if (late)
      late->self.reset();
  }
} keeper;

int main(int count, char **words) {
  auto node = std::make_shared<Node>();
  node->self = node;
  std::string how = count > 1 ? words[1] : "";
  if (how == "late")
    keeper.late = node.get();
  if (how == "hold")
    keeper.held = node;
  std::puts("1 node");
  std::fflush(stdout);
}
