// Type-erased slots own what is stored into them; the facts keep its kind.

// RUN: %effects | %fold | FileCheck %s

#include <any>
#include <functional>
#include <future>
#include <memory>
#include <thread>
struct T {};
struct Slots {
  std::function<void()> Function;
  std::any Any;
  std::shared_ptr<void> SharedVoid;
  std::thread Thread;
  std::promise<std::shared_ptr<T>> Promise;
  std::shared_ptr<std::function<void()>> Cell;
  void *Raw;
};
void fill(Slots &S, std::shared_ptr<T> P, std::weak_ptr<T> W) {
  S.Function = [P] {};
  S.Any = P;
  S.Any = W;
  S.Any = P.get();
  S.SharedVoid = P;
  S.Thread = std::thread([P] {});
  S.Promise.set_value(P);
  S.Cell = std::make_shared<std::function<void()>>();
  *S.Cell = [C = S.Cell] {};
  S.Any.emplace<std::shared_ptr<T>>(P);
}
void detached(std::shared_ptr<T> P) {
  std::thread([P] {}).detach();
  std::thread T([](std::shared_ptr<struct T>) {}, P);
  T.join();
}
void use() {}
void freeFunction(Slots &S) {
  S.Function = &use;
  S.Function = use;
}

// CHECK:      class T

// CHECK:      class Slots
// CHECK-NEXT:   Function: function
// CHECK-NEXT:   Any: erased
// CHECK-NEXT:   SharedVoid: erased owns strong
// CHECK-NEXT:   Thread: function
// CHECK-NEXT:   Promise: strong std::shared_ptr<T>
// CHECK-NEXT:   Cell: strong std::function<void ()>

// CHECK:      closure fill#1 in fill local
// CHECK-NEXT:   P: capture strong T

// CHECK:      closure fill#2 in fill local
// CHECK-NEXT:   P: capture strong T

// CHECK:      class std::function<void ()> cell
// CHECK-NEXT:   value: function

// CHECK:      closure fill#3 in fill local
// CHECK-NEXT:   C: capture strong std::function<void ()>

// CHECK:      closure detached#1 in detached local
// CHECK-NEXT:   P: capture strong T

// CHECK:      closure detached#2 in detached local

// CHECK:      fn fill(S: value Slots, P: value T, W: value T)
// CHECK-NEXT:   fill#1.P := P [strong]
// CHECK-NEXT:   S.Function = fill#1 [value]
// CHECK-NEXT:   S.Any = P [strong]
// CHECK-NEXT:   S.Any = W [weak]
// CHECK-NEXT:   S.Any = P [raw]
// CHECK-NEXT:   S.SharedVoid = P [strong]
// CHECK-NEXT:   fill#2.P := P [strong]
// CHECK-NEXT:   S.Thread = fill#2 [value]
// CHECK-NEXT:   S.Promise.value = P [strong]
// CHECK-NEXT:   S.Cell = new std::function<void ()> [strong]
// CHECK-NEXT:   fill#3.C := S.Cell [strong]
// CHECK-NEXT:   S.Cell.value = fill#3 [value]
// CHECK-NEXT:   S.Any = P [strong]

// CHECK:      fn detached(P: value T)
// CHECK-NEXT:   detached#1.P := P [strong]
// CHECK-NEXT:   T := (detached#2 | P) [value]

// CHECK:      fn detached#2(value T) internal

// CHECK:      fn freeFunction(S: value Slots)
// CHECK-NEXT:   clear null S.Function
// CHECK-NEXT:   clear null S.Function
