// In a program without RTTI and symbols, classes with virtual functions may look
// like control blocks: two numbers behind the virtual table, and somewhere a pair
// of pointers to such an object and into it. What is no handle is no leak.

// RUN: g++ -std=c++20 -O1 -s -fno-rtti %s -o %t
// RUN: refcycle verify --min-confidence=possible -- %t 2>&1 | FileCheck %s
// RUN: %clangxx -std=c++20 -O1 -s -fno-rtti %s -o %t
// RUN: refcycle verify --min-confidence=possible -- %t 2>&1 | FileCheck %s
// With cycles of real handles beside them: only these.
// RUN: not refcycle verify -- %t leak 2>&1 | FileCheck %s --check-prefix=LEAK
// LEAK: warning: class@
// LEAK-SAME: 1 instance
// LEAK: refcycle: 1 cycle leaked
// CHECK-NOT: warning
// CHECK: refcycle: no cycle leaked

#include <memory>
#include <vector>

// Each closes the other one, and gives nothing up.
struct Window {
  virtual ~Window() {}
  virtual void close() {
    if (closed++ == 0 && other.window)
      other.window->close();
  }
  virtual void open() {}
  virtual void draw() {}
  virtual void hide() {}
  int width = 1, height = 1, closed = 0;
  struct Link {
    int *closed = nullptr;
    Window *window = nullptr;
  } other;
};

// A count of its own, of a family that nobody told of.
struct Counted {
  virtual ~Counted() {}
  virtual void last() { delete this; }
  virtual void one() {}
  virtual void two() {}
  virtual void three() {}
  int uses = 1, weak = 1;
};
struct Holder {
  int *uses;
  Counted *counted;
  ~Holder() {
    if (--counted->uses == 0)
      counted->last();
  }
};

struct Node {
  std::shared_ptr<Node> next;
  std::weak_ptr<Node> back;
};

static void leak_windows() {
  auto *left = new Window, *right = new Window;
  left->other = {&right->closed, right};
  right->other = {&left->closed, left};
}

int main(int count, char **) {
  leak_windows();
  std::vector<std::unique_ptr<Holder>> holders;
  for (int i = 0; i != 3; ++i) {
    auto *counted = new Counted;
    holders.emplace_back(new Holder{&counted->uses, counted});
  }
  auto node = std::make_shared<Node>();
  node->next = std::make_shared<Node>();
  node->next->back = node;
  if (count > 1)
    node->next->next = node;
}
