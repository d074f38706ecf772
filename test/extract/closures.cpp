// A closure holds what it captures: copies own, references and `this` do not.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
struct S : std::enable_shared_from_this<S> {
  std::function<void()> F;
  std::shared_ptr<S> Next;
  int N = 0;
  void copies();
  void references();
  void inits();
  void self();
  void nested();
  void clears();
  void twice();
};
void S::copies() {
  auto P = Next;
  auto W = weak_from_this();
  F = [P, W] {};
  F = [=] { P->N = 1; };
}
void S::references() {
  auto P = Next;
  F = [&P] { P->Next = nullptr; };
  F = [&] { P = std::make_shared<S>(); };
}
void S::inits() {
  F = [A = Next, B = std::move(Next), C = weak_from_this(), &D = Next, E = this,
       G = std::make_shared<S>()] {};
}
void S::self() {
  F = [this] { N = 1; };
  F = [*this] {};
  F = [this, P = shared_from_this()] { Next = P; };
}
void S::nested() {
  F = [P = shared_from_this()] { P->F = [P] { P->F = [Q = P] {}; }; };
}
void S::clears() {
  F = [P = shared_from_this()]() mutable {
    P->N = 1;
    P.reset();
  };
}
void S::twice() {
  Next->F = [P = Next] {}, F = [] {};
}
template <typename T> void inTemplate(std::shared_ptr<T> P) {
  P->F = [P] { P->N = 2; };
}
void instantiate(std::shared_ptr<S> P) { inTemplate(P); }

// CHECK:      class S
// CHECK-NEXT:   F: function
// CHECK-NEXT:   Next: strong S

// CHECK:      closure S::copies#1 in S::copies local
// CHECK-NEXT:   P: capture strong S
// CHECK-NEXT:   W: capture weak S

// CHECK:      closure S::copies#2 in S::copies local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::references#1 in S::references local
// CHECK-NEXT:   P: capture reference owns raw raw S

// CHECK:      closure S::references#2 in S::references local
// CHECK-NEXT:   P: capture reference owns raw raw S

// CHECK:      closure S::inits#1 in S::inits local
// CHECK-NEXT:   A: capture strong S
// CHECK-NEXT:   B: capture strong S
// CHECK-NEXT:   C: capture weak S
// CHECK-NEXT:   D: capture reference owns raw raw S
// CHECK-NEXT:   E: capture raw S
// CHECK-NEXT:   G: capture strong S

// CHECK:      closure S::self#1 in S::self local
// CHECK-NEXT:   this: capture raw S

// CHECK:      closure S::self#2 in S::self local
// CHECK-NEXT:   this: capture value S

// CHECK:      closure S::self#3 in S::self local
// CHECK-NEXT:   this: capture raw S
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::nested#1 in S::nested local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::nested#1#1 in S::nested#1 local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::nested#1#1#1 in S::nested#1#1 local
// CHECK-NEXT:   Q: capture strong S

// CHECK:      closure S::clears#1 in S::clears local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::twice#1 in S::twice local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::twice#2 in S::twice local

// CHECK:      closure inTemplate<S>#1 in inTemplate<S>
// CHECK-NEXT:   P: capture strong S

// CHECK:      fn S::copies()
// CHECK-NEXT:   P := this.Next [strong]
// CHECK-NEXT:   W := this [weak]
// CHECK-NEXT:   S::copies#1.P := P [strong]
// CHECK-NEXT:   S::copies#1.W := W [weak]
// CHECK-NEXT:   this.F = S::copies#1 [value]
// CHECK-NEXT:   S::copies#2.P := P [strong]
// CHECK-NEXT:   this.F = S::copies#2 [value]

// CHECK:      fn S::references()
// CHECK-NEXT:   P := this.Next [strong]
// CHECK-NEXT:   S::references#1.P := P [raw]
// CHECK-NEXT:   this.F = S::references#1 [value]
// CHECK-NEXT:   S::references#2.P := P [raw]
// CHECK-NEXT:   this.F = S::references#2 [value]

// CHECK:      fn S::references#1() internal
// CHECK-NEXT:   clear null this.P.Next

// CHECK:      fn S::references#2() internal
// CHECK-NEXT:   this.P = new S [strong]

// CHECK:      fn S::inits()
// CHECK-NEXT:   S::inits#1.A := this.Next [strong]
// CHECK-NEXT:   clear moveout this.Next
// CHECK-NEXT:   S::inits#1.B := this.Next [strong]
// CHECK-NEXT:   S::inits#1.C := this [weak]
// CHECK-NEXT:   S::inits#1.D := this.Next [raw]
// CHECK-NEXT:   S::inits#1.E := this [raw]
// CHECK-NEXT:   S::inits#1.G := new S [strong]
// CHECK-NEXT:   this.F = S::inits#1 [value]

// CHECK:      fn S::self()
// CHECK-NEXT:   S::self#1.this := this [raw]
// CHECK-NEXT:   this.F = S::self#1 [value]
// CHECK-NEXT:   S::self#2.this := copy(this) [value]
// CHECK-NEXT:   this.F = S::self#2 [value]
// CHECK-NEXT:   S::self#3.this := this [raw]
// CHECK-NEXT:   S::self#3.P := this [strong]
// CHECK-NEXT:   this.F = S::self#3 [value]

// CHECK:      fn S::self#3() internal
// CHECK-NEXT:   this.this.Next = this.P [strong]

// CHECK:      fn S::nested()
// CHECK-NEXT:   S::nested#1.P := this [strong]
// CHECK-NEXT:   this.F = S::nested#1 [value]

// CHECK:      fn S::nested#1() internal
// CHECK-NEXT:   S::nested#1#1.P := this.P [strong]
// CHECK-NEXT:   this.P.F = S::nested#1#1 [value]

// CHECK:      fn S::nested#1#1() internal
// CHECK-NEXT:   S::nested#1#1#1.Q := this.P [strong]
// CHECK-NEXT:   this.P.F = S::nested#1#1#1 [value]

// CHECK:      fn S::clears()
// CHECK-NEXT:   S::clears#1.P := this [strong]
// CHECK-NEXT:   this.F = S::clears#1 [value]

// CHECK:      fn S::clears#1() internal
// CHECK-NEXT:   clear null this.P

// CHECK:      fn S::twice()
// CHECK-NEXT:   S::twice#1.P := this.Next [strong]
// CHECK-NEXT:   this.Next.F = S::twice#1 [value]
// CHECK-NEXT:   this.F = S::twice#2 [value]

// CHECK:      fn S::S(value S)
// CHECK-NEXT:   this.F := 0.F [value]
// CHECK-NEXT:   this.Next := 0.Next [strong]

// CHECK:      fn inTemplate<S>(P: value S)
// CHECK-NEXT:   inTemplate<S>#1.P := P [strong]
// CHECK-NEXT:   P.F = inTemplate<S>#1 [value]

// CHECK:      fn instantiate(P: value S)
// CHECK-NEXT:   inTemplate<S>(P)
