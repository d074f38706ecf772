// Making a field weak removes all its handles; clearing it in one object
// removes one. What was tried of the second is said where an instance has
// several.

// RUN: %clangxx -std=c++20 -g %s -o %t
// RUN: not refcycle verify --quiet -- %t | grep -E "warning:|clearing" > %t.out
// RUN: FileCheck %s < %t.out
// RUN: not refcycle verify --quiet --format=json -- %t | FileCheck %s --check-prefix=JSON

#include <functional>
#include <memory>
#include <vector>

// Any one is enough.
// CHECK: warning: Ring::next -> {{.*}}making Ring::next weak frees all
// CHECK-NEXT: note: clearing any one of 4 'Ring::next' of an instance is enough
// JSON: "weaken": "Ring::next",
// JSON-NEXT: "frees": 4,
// JSON-NEXT: "of": 4,
// JSON-NEXT: "edges": 4,
// JSON-NEXT: "one_frees": 4,
// JSON-NEXT: "one_of": 4
struct Ring {
  std::shared_ptr<Ring> next;
};

// It takes the class. The largest instance is looked at, not the smallest.
// CHECK: warning: Tree::kids -> Tree::up -> Tree, 2 instances, {{.*}}making Tree::up weak frees all
// CHECK-NEXT: note: clearing one of 5 'Tree::up' of an instance is not enough: it frees at most 0 of 6 objects
struct Tree {
  std::vector<std::shared_ptr<Tree>> kids;
  std::shared_ptr<Tree> up;
};

// A part goes.
// CHECK: warning: Chain::{{.*}} weak frees all
// CHECK-NEXT: note: clearing one of 3 'Chain::{{next|back}}' of an instance is not enough: it frees at most 1 of 4 objects
struct Chain {
  std::shared_ptr<Chain> next, back;
};

// One of them is enough, and which one depends.
// CHECK: warning: Web::out -> {{.*}}making Web::out weak frees all
// CHECK-NEXT: note: clearing one of 4 'Web::out' of an instance can be enough: 1 of 4 that were tried free all
struct Web {
  std::vector<std::shared_ptr<Web>> out;
};

// Closures of one place.
// CHECK: warning: Bus::handlers -> {{.*}}making {{.*}} weak frees all
// CHECK-NEXT: note: clearing one of 3 {{.*}} of an instance is not enough: it frees at most 0 of 1 object{{$}}
struct Bus : std::enable_shared_from_this<Bus> {
  std::vector<std::function<void()>> handlers;
  void listen() {
    for (int i = 0; i != 3; ++i)
      handlers.push_back([self = shared_from_this(), i] { (void)i; });
  }
};

// Where there is only one, nothing is to be said. Two fields are two.
// CHECK: warning: Pair::other -> {{.*}}Pair
// CHECK-NOT: clearing
struct Pair {
  std::shared_ptr<Pair> other;
};
// CHECK: warning: Both::{{.*}}
// CHECK-NOT: clearing
struct Both {
  std::shared_ptr<Both> first, second;
};

static void ring() {
  std::shared_ptr<Ring> all[4];
  for (auto &each : all)
    each = std::make_shared<Ring>();
  for (int i = 0; i != 4; ++i)
    all[i]->next = all[(i + 1) % 4];
}
static void tree(int kids) {
  auto root = std::make_shared<Tree>();
  for (int i = 0; i != kids; ++i) {
    root->kids.push_back(std::make_shared<Tree>());
    root->kids.back()->up = root;
  }
}
static void chain() {
  auto last = std::make_shared<Chain>();
  for (int i = 0; i != 3; ++i) {
    last->next = std::make_shared<Chain>();
    last->next->back = last;
    last = last->next;
  }
}
static void web() {
  auto a = std::make_shared<Web>(), b = std::make_shared<Web>(), c = std::make_shared<Web>();
  a->out = {b, c};
  b->out = {c};
  c->out = {a};
}

int main() {
  ring();
  tree(2);
  tree(5);
  chain();
  web();
  std::make_shared<Bus>()->listen();
  auto pair = std::make_shared<Pair>();
  pair->other = pair;
  auto both = std::make_shared<Both>();
  both->first = both->second = both;
}
