// Handles that become handles to a base are listed; virtual calls may dispatch.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
#include <vector>
struct Base {
  virtual ~Base() = default;
  virtual void take(std::shared_ptr<Base> P) {}
};
struct A : Base {
  std::shared_ptr<Base> Held;
  void take(std::shared_ptr<Base> P) override { Held = P; }
};
struct B : Base {};
struct C : B {};
struct Never : Base {};
struct Owner {
  std::shared_ptr<Base> Slot;
  std::vector<std::unique_ptr<Base>> List;
  Base *Raw;
};
void byAssignment(Owner &O, std::shared_ptr<A> P) { O.Slot = P; }
void byElement(Owner &O) { O.List.push_back(std::make_unique<B>()); }
void byPointer(Owner &O, C *P) { O.Raw = P; }
std::shared_ptr<Base> byReturn(std::shared_ptr<A> P) { return P; }
void calls(Base &X, A &Y, std::shared_ptr<Base> P) {
  X.take(P);
  Y.Base::take(P);
  P->take(P);
}
void casts(std::shared_ptr<Base> P, std::shared_ptr<Base> Q) {
  std::static_pointer_cast<A>(P)->Held = Q;
  if (auto X = std::dynamic_pointer_cast<A>(P))
    X->Held = Q;
  static_cast<A *>(P.get())->Held = Q;
  dynamic_cast<A &>(*P).Held = Q;
}

// CHECK:      class Base polymorphic

// CHECK:      class A : Base polymorphic
// CHECK-NEXT:   Held: strong Base

// CHECK:      class B : Base polymorphic

// CHECK:      class C : B polymorphic

// CHECK:      class Never : Base polymorphic

// CHECK:      class Owner
// CHECK-NEXT:   Slot: strong Base
// CHECK-NEXT:   List: container unique Base
// CHECK-NEXT:   Raw: raw Base

// CHECK:      convert A -> Base

// CHECK:      convert B -> Base

// CHECK:      convert C -> Base

// CHECK:      fn Base::take(P: value Base)

// CHECK:      fn A::take(P: value Base) overrides Base::take
// CHECK-NEXT:   this.Held = P [strong]

// CHECK:      fn byAssignment(O: value Owner, P: value A)
// CHECK-NEXT:   O.Slot = P [strong]

// CHECK:      fn byElement(O: value Owner)
// CHECK-NEXT:   O.List += new B [unique]

// CHECK:      fn byPointer(O: value Owner, P: value C)
// CHECK-NEXT:   O.Raw = P [raw]

// CHECK:      fn byReturn(P: value A)
// CHECK-NEXT:   return P

// CHECK:      fn calls(X: value Base, Y: value A, P: value Base)
// CHECK-NEXT:   Base::take(X, P) virtual
// CHECK-NEXT:   Base::take(Y, P)
// CHECK-NEXT:   Base::take(P, P) virtual

// CHECK:      fn casts(P: value Base, Q: value Base)
// CHECK-NEXT:   P.Held = Q [strong]
// CHECK-NEXT:   X := P [strong]
// CHECK-NEXT:   if X {
// CHECK-NEXT:     X.Held = Q [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   P as A.Held = Q [strong]
// CHECK-NEXT:   P as A.Held = Q [strong]
