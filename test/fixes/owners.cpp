// Owners for whose sake a back pointer may become weak.

// RUN: rm -rf %t && mkdir %t && cp %s %t/owners.cpp && cd %t
// RUN: not refcycle --fix --format=json owners.cpp -- -std=c++17 > owners.json
// RUN: FileCheck %s --input-file=owners.json --implicit-check-not='"slot":' --implicit-check-not='"refused": "{{[^"]}}'
// RUN: %clangxx -std=c++17 -Wall -Wextra -Werror -fsyntax-only owners.cpp
// RUN: refcycle owners.cpp -- -std=c++17 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT: refcycle: no cycles found in 1 translation unit

#include <memory>
#include <vector>

// A variable that is there before the child.
// CHECK: "slot": "local::Down::up"
namespace local {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; int n = 0; };
struct Down { std::shared_ptr<Up> up; };
int run() {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = up;
  return down->up->n;
}
}

// A member of the object whose method creates both.
// CHECK: "slot": "member::Down::up"
namespace member {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
struct Forest {
  std::vector<std::shared_ptr<Up>> all;
  std::shared_ptr<Down> plant() {
    auto up = std::make_shared<Up>();
    auto down = std::make_shared<Down>();
    up->kids.push_back(down);
    down->up = up;
    all.push_back(up);
    return down;
  }
};
void run() { Forest forest; forest.plant(); }
}

// A global variable.
// CHECK: "slot": "global::Down::up"
namespace global {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
std::shared_ptr<Up> root = std::make_shared<Up>();
void run() {
  auto down = std::make_shared<Down>();
  root->kids.push_back(down);
  down->up = root;
}
}

// Whoever calls through any number of functions, and a constructor.
// CHECK: "slot": "called::Down::up"
namespace called {
struct Down;
struct Up : std::enable_shared_from_this<Up> {
  std::vector<std::shared_ptr<Down>> kids;
  void add();
  void addTwo() { add(); add(); }
};
struct Down {
  explicit Down(std::shared_ptr<Up> up) : up(std::move(up)) {}
  std::shared_ptr<Up> up;
};
void Up::add() { kids.push_back(std::make_shared<Down>(shared_from_this())); }
void fill(const std::shared_ptr<Up> &up) { up->addTwo(); }
void run() { auto up = std::make_shared<Up>(); fill(up); }
}

int main() { local::run(); member::run(); global::run(); called::run(); }
