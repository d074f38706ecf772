// Whatever runs when an object is made is seen: initialisers, defaults, delegation.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
#include <vector>
struct T {};
struct D : T {};
struct Base {
  explicit Base(std::shared_ptr<T> P) : Held(P) {}
  std::shared_ptr<T> Held;
};
struct Inherits : Base {
  using Base::Base;
};
struct Derived : Base {
  std::weak_ptr<T> W;
  std::shared_ptr<T> Default = std::make_shared<T>();
  Derived(std::shared_ptr<T> P) : Base(P), W(P) {}
  Derived() : Derived(std::make_shared<T>()) {}
};
struct Many {
  Many(int) {}
  Many(std::shared_ptr<T> P) : A(P) {}
  Many(std::weak_ptr<T> P) : B(P) {}
  Many(std::shared_ptr<T> P, int) : C(P) {}
  std::shared_ptr<T> A, C;
  std::weak_ptr<T> B;
};
struct Aggregate {
  std::shared_ptr<T> A;
  int N = 0;
  std::shared_ptr<T> B = A;
};
struct Outer {
  Outer(std::shared_ptr<T> P) : Inner(P), Plain{P, 1}, List{P, P} {}
  Derived Inner;
  Aggregate Plain;
  std::vector<std::shared_ptr<T>> List;
};
void makes(std::shared_ptr<T> P, std::weak_ptr<T> W, std::shared_ptr<D> Sub) {
  auto A = std::make_shared<Many>(P);
  auto B = std::make_shared<Many>(W);
  auto C = std::make_unique<Many>(P, 1);
  auto E = std::make_shared<Many>(1);
  auto F = std::make_shared<Many>(Sub);
  auto G = std::make_shared<Inherits>(P);
  auto H = std::make_shared<Derived>(Sub);
  std::shared_ptr<Many> I(new Many(P));
  Many J{P};
  Many K = P;
  auto L = std::allocate_shared<Many>(std::allocator<Many>(), P);
}
void aggregates(std::shared_ptr<T> P) {
  Aggregate A{P};
  Aggregate B{.A = P, .N = 1, .B = P};
  auto C = std::make_shared<Aggregate>(Aggregate{P});
  auto E = std::make_shared<Aggregate>(P, 2);
  auto F = new Aggregate{P};
}

// CHECK:      class T

// CHECK:      class D : T

// CHECK:      class Base
// CHECK-NEXT:   Held: strong T

// CHECK:      class Inherits : Base

// CHECK:      class Derived : Base
// CHECK-NEXT:   W: weak T
// CHECK-NEXT:   Default: strong T

// CHECK:      class Many
// CHECK-NEXT:   A: strong T
// CHECK-NEXT:   C: strong T
// CHECK-NEXT:   B: weak T

// CHECK:      class Aggregate
// CHECK-NEXT:   A: strong T
// CHECK-NEXT:   B: strong T

// CHECK:      class Outer
// CHECK-NEXT:   Inner: value Derived
// CHECK-NEXT:   Plain: value Aggregate
// CHECK-NEXT:   List: container strong T

// CHECK:      fn Base::Base(P: value T)
// CHECK-NEXT:   this.Held := P [strong]

// CHECK:      fn Derived::Derived(P: value T)
// CHECK-NEXT:   Base::Base(this, P)
// CHECK-NEXT:   this.W := P [weak]
// CHECK-NEXT:   this.Default := new T [strong]

// CHECK:      fn Derived::Derived()
// CHECK-NEXT:   Derived::Derived(this, new T)

// CHECK:      fn Many::Many()
// CHECK-NEXT:   this.A := null [strong]
// CHECK-NEXT:   this.C := null [strong]
// CHECK-NEXT:   this.B := null [weak]

// CHECK:      fn Many::Many(P: value T)
// CHECK-NEXT:   this.A := P [strong]
// CHECK-NEXT:   this.C := null [strong]
// CHECK-NEXT:   this.B := null [weak]

// CHECK:      fn Many::Many(P: value T)
// CHECK-NEXT:   this.A := null [strong]
// CHECK-NEXT:   this.C := null [strong]
// CHECK-NEXT:   this.B := P [weak]

// CHECK:      fn Many::Many(P: value T, )
// CHECK-NEXT:   this.A := null [strong]
// CHECK-NEXT:   this.C := P [strong]
// CHECK-NEXT:   this.B := null [weak]

// CHECK:      fn Outer::Outer(P: value T)
// CHECK-NEXT:   Derived::Derived(this.Inner, P)
// CHECK-NEXT:   Aggregate.A := P [strong]
// CHECK-NEXT:   Aggregate.B := Aggregate.A [strong]
// CHECK-NEXT:   this.Plain := Aggregate [value]
// CHECK-NEXT:   this.List := (P | P) [strong]

// CHECK:      fn makes(P: value T, W: value T, Sub: value D)
// CHECK-NEXT:   local J destroys Many
// CHECK-NEXT:   local K destroys Many
// CHECK-NEXT:   Many::Many(new Many, P)
// CHECK-NEXT:   A := new Many [strong]
// CHECK-NEXT:   Many::Many(new Many'2, W)
// CHECK-NEXT:   B := new Many'2 [strong]
// CHECK-NEXT:   Many::Many(new Many'3, P, _)
// CHECK-NEXT:   C := new Many'3 [unique]
// CHECK-NEXT:   Many::Many(new Many'4, _)
// CHECK-NEXT:   E := new Many'4 [strong]
// CHECK-NEXT:   Many::Many(new Many'5, Sub)
// CHECK-NEXT:   F := new Many'5 [strong]
// CHECK-NEXT:   Base::Base(new Inherits, P)
// CHECK-NEXT:   G := new Inherits [strong]
// CHECK-NEXT:   Derived::Derived(new Derived, Sub)
// CHECK-NEXT:   H := new Derived [strong]
// CHECK-NEXT:   Many::Many(new Many'6, P)
// CHECK-NEXT:   I := new Many'6 [strong]
// CHECK-NEXT:   Many::Many(Many'7, P)
// CHECK-NEXT:   J := Many'7 [value]
// CHECK-NEXT:   Many::Many(Many'8, P)
// CHECK-NEXT:   K := Many'8 [value]
// CHECK-NEXT:   Many::Many(new Many'9, P)
// CHECK-NEXT:   L := new Many'9 [strong]

// CHECK:      fn aggregates(P: value T)
// CHECK-NEXT:   local A destroys Aggregate
// CHECK-NEXT:   local B destroys Aggregate
// CHECK-NEXT:   Aggregate.A := P [strong]
// CHECK-NEXT:   Aggregate.B := Aggregate.A [strong]
// CHECK-NEXT:   A := Aggregate [value]
// CHECK-NEXT:   Aggregate'2.A := P [strong]
// CHECK-NEXT:   Aggregate'2.B := P [strong]
// CHECK-NEXT:   B := Aggregate'2 [value]
// CHECK-NEXT:   Aggregate'3.A := P [strong]
// CHECK-NEXT:   Aggregate'3.B := Aggregate'3.A [strong]
// CHECK-NEXT:   C := Aggregate'3 [strong]
// CHECK-NEXT:   new Aggregate'4.A := P [strong]
// CHECK-NEXT:   new Aggregate'4.B := new Aggregate'4.A [strong]
// CHECK-NEXT:   E := new Aggregate'4 [strong]
// CHECK-NEXT:   new Aggregate'5.A := P [strong]
// CHECK-NEXT:   new Aggregate'5.B := new Aggregate'5.A [strong]
// CHECK-NEXT:   F := new Aggregate'5 [raw]
