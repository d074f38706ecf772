// What is called through a slot, a parameter or a pointer is an invocation.

// RUN: %effects | %fold | FileCheck %s

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>
struct T {
  std::function<void(std::shared_ptr<T>)> F;
  std::vector<std::function<void()>> All;
  std::shared_ptr<T> Next;
  void fire(std::shared_ptr<T> P) {
    F(P);
    if (F)
      F(P);
    for (auto &Each : All)
      Each();
    auto Local = F;
    Local(P);
    auto Moved = std::move(F);
    Moved(P);
    std::invoke(F, P);
  }
  void method(std::shared_ptr<T>);
};
template <typename Fn> void apply(Fn &&F, std::shared_ptr<T> P) { F(P); }
void pass(const std::function<void()> &F) { F(); }
void calls(std::shared_ptr<T> P, void (*Pointer)(std::shared_ptr<T>),
           void (T::*Member)(std::shared_ptr<T>)) {
  apply([](std::shared_ptr<T> Q) { Q->Next = Q; }, P);
  pass([P] { P->Next.reset(); });
  [P] { P->Next = P; }();
  Pointer(P);
  ((*P).*Member)(P);
  std::for_each(P->All.begin(), P->All.end(), [](auto &F) { F(); });
  std::invoke(&T::method, P, P);
}

// CHECK:      class T
// CHECK-NEXT:   F: function
// CHECK-NEXT:   All: container function
// CHECK-NEXT:   Next: strong T

// CHECK:      closure calls#1 in calls local

// CHECK:      closure calls#2 in calls local
// CHECK-NEXT:   P: capture strong T

// CHECK:      closure calls#3 in calls local
// CHECK-NEXT:   P: capture strong T

// CHECK:      closure calls#4 in calls local

// CHECK:      fn T::fire(P: value T)
// CHECK-NEXT:   invoke this.F(P)
// CHECK-NEXT:   if this.F {
// CHECK-NEXT:     invoke this.F(P)
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     invoke this.All[]()
// CHECK-NEXT:   }
// CHECK-NEXT:   Local := this.F [value]
// CHECK-NEXT:   invoke Local(P)
// CHECK-NEXT:   clear moveout this.F
// CHECK-NEXT:   Moved := this.F [value]
// CHECK-NEXT:   invoke Moved(P)
// CHECK-NEXT:   invoke this.F(P)

// CHECK:      fn apply<(lambda)>(F: value calls#1, P: value T) internal
// CHECK-NEXT:   calls#1(F, P)

// CHECK:      fn calls#1(Q: value T) internal
// CHECK-NEXT:   Q.Next = Q [strong]

// CHECK:      fn pass(F: value)
// CHECK-NEXT:   invoke F()

// CHECK:      fn calls(P: value T, Pointer: value, Member)
// CHECK-NEXT:   apply<(lambda)>(calls#1, P)
// CHECK-NEXT:   calls#2.P := P [strong]
// CHECK-NEXT:   pass(calls#2)
// CHECK-NEXT:   calls#3.P := P [strong]
// CHECK-NEXT:   calls#3(calls#3)
// CHECK-NEXT:   invoke Pointer(P)
// CHECK-NEXT:   invoke calls#4(P.All[])
// CHECK-NEXT:   T::method(P, P)

// CHECK:      fn calls#3() internal
// CHECK-NEXT:   this.P.Next = this.P [strong]

// CHECK:      fn calls#2() internal
// CHECK-NEXT:   clear null this.P.Next

// CHECK:      fn calls#4(F: place) internal
// CHECK-NEXT:   invoke F()
