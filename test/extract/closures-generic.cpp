// A generic lambda is analysed where it is called with known types, else as written.

// RUN: %effects | %fold | FileCheck %s

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>
struct S {
  std::function<void(int)> F;
  std::shared_ptr<S> Next;
};
void called(std::shared_ptr<S> P) {
  auto Set = [P](auto Other) { P->Next = Other; };
  Set(P);
}
void stored(std::shared_ptr<S> P) {
  P->F = [P](auto) { P->Next = nullptr; };
}
void algorithm(std::vector<std::shared_ptr<S>> &All, std::shared_ptr<S> P) {
  std::for_each(All.begin(), All.end(), [P](auto &Each) { Each->Next = P; });
}

// CHECK:      class S
// CHECK-NEXT:   F: function
// CHECK-NEXT:   Next: strong S

// CHECK:      closure called#1 in called local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure stored#1 in stored local
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure algorithm#1 in algorithm local
// CHECK-NEXT:   P: capture strong S

// CHECK:      fn called(P: value S)
// CHECK-NEXT:   called#1.P := P [strong]
// CHECK-NEXT:   Set := called#1 [value]
// CHECK-NEXT:   called#1(Set, P)

// CHECK:      fn called#1(Other: value S) internal
// CHECK-NEXT:   this.P.Next = Other [strong]

// CHECK:      fn stored(P: value S)
// CHECK-NEXT:   stored#1.P := P [strong]
// CHECK-NEXT:   P.F = stored#1 [value]

// CHECK:      fn stored#1() internal
// CHECK-NEXT:   clear null this.P.Next

// CHECK:      fn algorithm(All: place, P: value S)
// CHECK-NEXT:   algorithm#1.P := P [strong]
// CHECK-NEXT:   invoke algorithm#1(All[])

// CHECK:      fn algorithm#1(Each: place S) internal
// CHECK-NEXT:   Each.Next = this.P [strong]
