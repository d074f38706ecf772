// A handle that arrives as an rvalue reference has a name and so a place: a
// function that takes handles by reference, such as a project's own move, may
// be given it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>

template <class T> T &&mine(T &value) { return static_cast<T &&>(value); }
template <class T> void drop(std::shared_ptr<T> &value) { value = nullptr; }

struct Left;
struct Right {
  explicit Right(std::shared_ptr<Left> &&l) : left(mine(l)) {}
  std::shared_ptr<Left> left;
};
struct Left {
  void set(std::shared_ptr<Right> &&r) { right = mine(r); }
  std::shared_ptr<Right> right;
};
void close(std::shared_ptr<Left> &&l) {
  auto right = std::make_shared<Right>(mine(l));
  // CHECK: own-move.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Left' and 'Right' keep each other alive through 'Left::right' and 'Right::left'
  right->left->set(std::shared_ptr<Right>(right));
}

struct Node { // what arrives is dropped before it is stored
  void set(std::shared_ptr<Node> &&n) {
    drop(n);
    next = mine(n);
  }
  std::shared_ptr<Node> next;
};
void dropped() {
  auto node = std::make_shared<Node>();
  node->set(std::shared_ptr<Node>(node));
}

struct Watched { // kept by a weak handle only
  void set(std::shared_ptr<Watched> &&w) { watched = mine(w); }
  std::weak_ptr<Watched> watched;
};
void watch() {
  auto object = std::make_shared<Watched>();
  object->set(std::shared_ptr<Watched>(object));
}

struct Passed { // handed on, kept by nobody
  static std::shared_ptr<Passed> through(std::shared_ptr<Passed> &&p) {
    return mine(p);
  }
};

int main() {
  close(std::make_shared<Left>());
  dropped();
  watch();
  Passed::through(std::make_shared<Passed>());
}
