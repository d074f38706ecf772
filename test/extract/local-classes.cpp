// Local classes and friends defined in a class are walked like any other.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
struct T {
  std::shared_ptr<T> Next;
  friend void link(T &A, std::shared_ptr<T> B) { A.Next = B; }
  friend struct Friend;
};
struct Friend {
  void run(T &A, std::shared_ptr<T> B) { link(A, B); }
};
std::function<void()> make(std::shared_ptr<T> P) {
  struct Job {
    std::shared_ptr<T> Held;
    void operator()() const { Held->Next = nullptr; }
  };
  auto Lambda = [P] {
    struct Inner {
      std::shared_ptr<T> Deep;
    };
    Inner I{P};
    P->Next = I.Deep;
  };
  Lambda();
  return Job{P};
}
namespace {
struct Hidden {
  std::shared_ptr<T> Held;
};
} // namespace
void hide(std::shared_ptr<T> P) {
  Hidden H;
  H.Held = P;
}

// CHECK:      class T
// CHECK-NEXT:   Next: strong T

// CHECK:      class Friend

// CHECK:      closure make#1 in make local
// CHECK-NEXT:   P: capture strong T

// CHECK:      class Job local
// CHECK-NEXT:   Held: strong T

// CHECK:      class Inner local
// CHECK-NEXT:   Deep: strong T

// CHECK:      class (anonymous namespace)::Hidden local
// CHECK-NEXT:   Held: strong T

// CHECK:      fn link(A: value T, B: value T)
// CHECK-NEXT:   A.Next = B [strong]

// CHECK:      fn Friend::run(A: value T, B: value T)
// CHECK-NEXT:   link(A, B)

// CHECK:      fn make(P: value T)
// CHECK-NEXT:   make#1.P := P [strong]
// CHECK-NEXT:   Lambda := make#1 [value]
// CHECK-NEXT:   make#1(Lambda)
// CHECK-NEXT:   Job.Held := P [strong]
// CHECK-NEXT:   return Job

// CHECK:      fn make#1() internal
// CHECK-NEXT:   local I destroys Inner
// CHECK-NEXT:   Inner.Deep := this.P [strong]
// CHECK-NEXT:   I := Inner [value]
// CHECK-NEXT:   this.P.Next = I.Deep [strong]

// CHECK:      fn make() internal
// CHECK-NEXT:   clear null this.Held.Next

// CHECK:      fn (anonymous namespace)::Hidden::Hidden() internal
// CHECK-NEXT:   this.Held := null [strong]

// CHECK:      fn hide(P: value T)
// CHECK-NEXT:   local H destroys (anonymous namespace)::Hidden
// CHECK-NEXT:   (anonymous namespace)::Hidden::Hidden((anonymous namespace)::Hidden)
// CHECK-NEXT:   H := (anonymous namespace)::Hidden [value]
// CHECK-NEXT:   H.Held = P [strong]
