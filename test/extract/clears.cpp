// What empties a slot, and how, is told apart: null, empty, erase, moved out.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>
struct T {
  std::shared_ptr<T> Next;
  std::function<void()> F;
  std::vector<std::shared_ptr<T>> Kids;
  std::optional<std::shared_ptr<T>> Maybe;
  std::unique_ptr<T> Only;
  std::weak_ptr<T> Weak;
  void nulls();
  void moves();
  void swaps(T &Other);
};
void take(std::shared_ptr<T>);
void T::nulls() {
  Next.reset();
  Next = nullptr;
  Next = {};
  Next = std::shared_ptr<T>();
  F = nullptr;
  F = {};
  F = std::function<void()>();
  Maybe.reset();
  Maybe = std::nullopt;
  Only.reset();
  Weak.reset();
  Kids = {};
  Kids.clear();
  Kids.front().reset();
  Next.reset(new T);
}
void T::moves() {
  auto A = std::move(Next);
  take(std::move(Next));
  auto G = std::move(F);
  G();
  auto B = std::exchange(Next, nullptr);
  auto C = std::exchange(F, {});
  auto *D = Only.release();
  std::exchange(F, nullptr)();
  auto All = std::move(Kids);
  delete D;
}
void T::swaps(T &Other) {
  std::swap(Next, Other.Next);
  Next.swap(Other.Next);
  std::vector<std::shared_ptr<T>>().swap(Kids);
  decltype(F) Local;
  Local.swap(F);
}

// CHECK:      class T
// CHECK-NEXT:   Next: strong T
// CHECK-NEXT:   F: function
// CHECK-NEXT:   Kids: container strong T
// CHECK-NEXT:   Maybe: strong T
// CHECK-NEXT:   Only: unique T
// CHECK-NEXT:   Weak: weak T

// CHECK:      fn T::nulls()
// CHECK-NEXT:   clear null this.Next
// CHECK-NEXT:   clear null this.Next
// CHECK-NEXT:   clear null this.Next
// CHECK-NEXT:   clear null this.Next
// CHECK-NEXT:   clear null this.F
// CHECK-NEXT:   clear null this.F
// CHECK-NEXT:   clear null this.F
// CHECK-NEXT:   clear null this.Maybe
// CHECK-NEXT:   clear null this.Maybe
// CHECK-NEXT:   clear null this.Only
// CHECK-NEXT:   clear null this.Weak
// CHECK-NEXT:   clear empty this.Kids
// CHECK-NEXT:   clear empty this.Kids
// CHECK-NEXT:   clear erase this.Kids
// CHECK-NEXT:   T::T(new T)
// CHECK-NEXT:   this.Next = new T [raw]

// CHECK:      fn T::T()
// CHECK-NEXT:   this.Next := null [strong]
// CHECK-NEXT:   this.F := null [value]
// CHECK-NEXT:   this.Kids := null [strong]
// CHECK-NEXT:   this.Maybe := null [strong]
// CHECK-NEXT:   this.Only := null [unique]
// CHECK-NEXT:   this.Weak := null [weak]

// CHECK:      fn T::moves()
// CHECK-NEXT:   clear moveout this.Next
// CHECK-NEXT:   A := this.Next [strong]
// CHECK-NEXT:   clear moveout this.Next
// CHECK-NEXT:   take(this.Next)
// CHECK-NEXT:   clear moveout this.F
// CHECK-NEXT:   G := this.F [value]
// CHECK-NEXT:   invoke G()
// CHECK-NEXT:   clear moveout this.Next
// CHECK-NEXT:   this.Next = null [raw]
// CHECK-NEXT:   B := this.Next [strong]
// CHECK-NEXT:   clear moveout this.F
// CHECK-NEXT:   this.F = null [value]
// CHECK-NEXT:   C := this.F [value]
// CHECK-NEXT:   clear moveout this.Only
// CHECK-NEXT:   D := this.Only [raw]
// CHECK-NEXT:   clear moveout this.F
// CHECK-NEXT:   this.F = null [raw]
// CHECK-NEXT:   invoke this.F()
// CHECK-NEXT:   clear moveout this.Kids
// CHECK-NEXT:   All := this.Kids [strong]
// CHECK-NEXT:   delete D

// CHECK:      fn T::swaps(Other: value T)
// CHECK-NEXT:   clear moveout this.Next
// CHECK-NEXT:   clear moveout Other.Next
// CHECK-NEXT:   this.Next = Other.Next [strong]
// CHECK-NEXT:   Other.Next = this.Next [strong]
// CHECK-NEXT:   clear moveout this.Next
// CHECK-NEXT:   clear moveout Other.Next
// CHECK-NEXT:   this.Next = Other.Next [strong]
// CHECK-NEXT:   Other.Next = this.Next [strong]
// CHECK-NEXT:   clear moveout this.Kids
// CHECK-NEXT:   this.Kids = null [strong]
// CHECK-NEXT:   Local := null [value]
// CHECK-NEXT:   clear moveout Local
// CHECK-NEXT:   clear moveout this.F
// CHECK-NEXT:   Local = this.F [strong]
// CHECK-NEXT:   this.F = Local [strong]
