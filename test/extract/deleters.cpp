// The object that a handle will end has the deleter: the one that is handed
// over, or the one that the type of a sole owner says.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
#include <vector>
struct T {
  std::shared_ptr<T> Next;
  std::vector<std::function<void()>> Slots;
  void fire();
};
struct Close {
  void operator()(T *P) const { P->Next.reset(); }
};
void shut(T *P);
void byType(T *P) { std::unique_ptr<T, Close> Guard(P); }
void byName(T *P) { std::unique_ptr<T, void (*)(T *)> Guard(P, &shut); }
void plain(T *P) { std::unique_ptr<T> Owner(P); }
void noObject(std::shared_ptr<T> P) {
  std::shared_ptr<void> Guard(nullptr, [P](void *) {});
}
void used(T *P) {
  std::shared_ptr<T> Owner(P);
  Owner->fire();
}
void T::fire() {
  auto Copy = Slots;
  for (auto &Each : Copy)
    Each();
  for (auto Each : Slots)
    Each();
  for (auto &Each : Slots)
    Each();
}

// CHECK:      fn T::fire()
// CHECK-NEXT:   Copy := this.Slots [value]
// CHECK-NEXT:   loop {
// CHECK-NEXT:     invoke Copy[]() copied
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     invoke this.Slots[]() copied
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     invoke this.Slots[]()
// CHECK-NEXT:   }

// CHECK:      fn byType(P: value T)
// CHECK-NEXT:   local Guard ends
// CHECK-NEXT:   P.deleter := Close [value]
// CHECK-NEXT:   Guard := P [unique]

// CHECK:      fn byName(P: value T)
// CHECK:        P.deleter :=

// CHECK:      fn plain(P: value T)
// CHECK-NEXT:   Owner := P [unique]

// CHECK:      fn noObject(P: value T)
// CHECK-NEXT:   local Guard ends

// CHECK:      fn used(P: value T)
// CHECK-NEXT:   Owner := P [strong]
