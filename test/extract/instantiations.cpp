// Each instantiation is a class or function of its own; patterns are not walked.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
struct A {};
struct B {};
template <typename T> struct Box {
  std::shared_ptr<T> Held;
  void set(std::shared_ptr<T> P) { Held = P; }
  template <typename U> void convert(std::shared_ptr<U> P) { Held = P; }
  struct Node {
    std::shared_ptr<Node> Next;
    std::shared_ptr<T> Value;
  };
  Node First;
};
template <> struct Box<int> {
  std::weak_ptr<A> Special;
};
template <typename T> void use(Box<T> &X, std::shared_ptr<T> P) {
  X.set(P);
  if constexpr (std::is_same_v<T, A>)
    X.First.Value = P;
}
struct Never {};
template <typename T> void unused(Box<T> &X) { X.set(nullptr); }
void f(Box<A> &X, Box<B> &Y, Box<int> &Z, std::shared_ptr<A> P,
       std::shared_ptr<B> Q) {
  use(X, P);
  use(Y, Q);
  X.convert(P);
  Z.Special = P;
}

// CHECK:      class A

// CHECK:      class B

// CHECK:      class Box<int>
// CHECK-NEXT:   Special: weak A

// CHECK:      class Box<A>
// CHECK-NEXT:   Held: strong A
// CHECK-NEXT:   First: value Box<A>::Node

// CHECK:      class Box<A>::Node
// CHECK-NEXT:   Next: strong Box<A>::Node
// CHECK-NEXT:   Value: strong A

// CHECK:      class Box<B>
// CHECK-NEXT:   Held: strong B
// CHECK-NEXT:   First: value Box<B>::Node

// CHECK:      class Box<B>::Node
// CHECK-NEXT:   Next: strong Box<B>::Node
// CHECK-NEXT:   Value: strong B

// CHECK:      class Never

// CHECK:      fn Box<A>::set(P: value A)
// CHECK-NEXT:   this.Held = P [strong]

// CHECK:      fn Box<A>::convert<A>(P: value A)
// CHECK-NEXT:   this.Held = P [strong]

// CHECK:      fn Box<B>::set(P: value B)
// CHECK-NEXT:   this.Held = P [strong]

// CHECK:      fn use<A>(X: value Box<A>, P: value A)
// CHECK-NEXT:   Box<A>::set(X, P)
// CHECK-NEXT:   X.First.Value = P [strong]

// CHECK:      fn use<B>(X: value Box<B>, P: value B)
// CHECK-NEXT:   Box<B>::set(X, P)

// CHECK:      fn f(X: value Box<A>, Y: value Box<B>, Z: value Box<int>, P: value A, Q: value B)
// CHECK-NEXT:   use<A>(X, P)
// CHECK-NEXT:   use<B>(Y, Q)
// CHECK-NEXT:   Box<A>::convert<A>(X, P)
// CHECK-NEXT:   Z.Special = P [strong]
