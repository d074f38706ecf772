// Copying an object copies its slots; assigning one stores into all of them.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
#include <utility>
struct T {
  std::shared_ptr<T> Next;
};
struct Assigns {
  std::shared_ptr<T> P;
  Assigns &operator=(const Assigns &O) {
    P = O.P;
    return *this;
  }
};
struct Derived : T {
  std::shared_ptr<T> More;
};
void copies(const std::shared_ptr<T> &P, T &Target) {
  auto X = *P;
  X.Next = P;
  T Y(X);
  Target = X;
  Target = T{P};
  *P = std::move(X);
}
void assigns(Assigns &A, const Assigns &B) { A = B; }
void slices(T &A, Derived &D) { A = D; }

// CHECK:      class T
// CHECK-NEXT:   Next: strong T

// CHECK:      class Assigns
// CHECK-NEXT:   P: strong T

// CHECK:      class Derived : T
// CHECK-NEXT:   More: strong T

// CHECK:      fn T::T(value T)
// CHECK-NEXT:   this.Next := 0.Next [strong]

// CHECK:      fn T::operator=(value T)
// CHECK-NEXT:   this.Next = 0.Next [strong]
// CHECK-NEXT:   return this

// CHECK:      fn T::operator=(value T)
// CHECK-NEXT:   this.Next = 0.Next [strong]
// CHECK-NEXT:   return this

// CHECK:      fn Assigns::operator=(O: value Assigns)
// CHECK-NEXT:   this.P = O.P [strong]
// CHECK-NEXT:   return this

// CHECK:      fn copies(P: value T, Target: value T)
// CHECK-NEXT:   local X destroys T
// CHECK-NEXT:   local Y destroys T
// CHECK-NEXT:   X := copy(P) [value]
// CHECK-NEXT:   X.Next = P [strong]
// CHECK-NEXT:   Y := copy(X) [value]
// CHECK-NEXT:   T::operator=(Target, X)
// CHECK-NEXT:   T.Next := P [strong]
// CHECK-NEXT:   T::operator=(Target, T)
// CHECK-NEXT:   T::operator=(P, X)

// CHECK:      fn assigns(A: value Assigns, B: value Assigns)
// CHECK-NEXT:   Assigns::operator=(A, B)

// CHECK:      fn slices(A: value T, D: value Derived)
// CHECK-NEXT:   T::operator=(A, D)
