// A class with a handle inside, an arrow and a destructor of its own is a guard
// of the object, not another kind of handle: its destructor runs.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s
// RUN: %refcycle --quiet %s --fail-on=never -- -std=c++20 | grep warning: | count 2

#include <memory>
#include <vector>

template <typename Tag> struct Net;
template <typename Tag> struct Node { std::shared_ptr<Net<Tag>> Of; };
template <typename Tag> struct Net : std::enable_shared_from_this<Net<Tag>> {
  std::vector<std::shared_ptr<Node<Tag>>> Nodes;
  void add() {
    Nodes.push_back(std::make_shared<Node<Tag>>());
    Nodes.back()->Of = this->shared_from_this();
  }
  void takeApart() { Nodes.clear(); }
};
template <typename Tag> void takeApart(Net<Tag> &N) { N.takeApart(); }

template <typename T> class Guard {
  std::shared_ptr<T> Held;

public:
  explicit Guard(std::shared_ptr<T> H) : Held(std::move(H)) {}
  Guard(Guard &&) noexcept = default;
  ~Guard() {
    if (Held)
      Held->takeApart();
  }
  T *operator->() const { return Held.get(); }
};
template <typename T> class GuardByFunction {
  std::shared_ptr<T> Held;

public:
  explicit GuardByFunction(std::shared_ptr<T> H) : Held(std::move(H)) {}
  ~GuardByFunction() { takeApart(*Held); }
  T *operator->() const { return Held.get(); }
};
template <typename T> class Idle { // Its destructor does nothing.
  std::shared_ptr<T> Held;

public:
  explicit Idle(std::shared_ptr<T> H) : Held(std::move(H)) {}
  ~Idle() {}
  T *operator->() const { return Held.get(); }
};

void guarded() {
  Guard<Net<struct A>> G(std::make_shared<Net<A>>());
  G->add();
}
void guardedByFunction() {
  GuardByFunction<Net<struct B>> G(std::make_shared<Net<B>>());
  G->add();
}
Guard<Net<struct C>> make() {
  Guard<Net<C>> G(std::make_shared<Net<C>>());
  G->add();
  return G;
}
void guardedFromAFactory() {
  auto G = make();
  G->add();
}

void bare() {
  auto N = std::make_shared<Net<struct D>>();
  N->add();
}
void idle() {
  Idle<Net<struct E>> I(std::make_shared<Net<E>>());
  I->add();
}

// CHECK: 'Net<E>' and 'Node<E>' keep each other alive
// CHECK: at the end of 'idle'
// CHECK: 'Net<D>' and 'Node<D>' keep each other alive
// CHECK: at the end of 'bare'
