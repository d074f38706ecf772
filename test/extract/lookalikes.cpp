// What can be dereferenced but counts nothing is no owner; one owner is unique.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
#include <utility>
struct T {
  int Uses = 0;
};
template <typename U> struct Observer { // Copies leave the pointee alone.
  U *P = nullptr;
  U *operator->() const { return P; }
};
template <typename U> struct Single { // Cannot be copied.
  explicit Single(U *P) : P(P) {}
  Single(const Single &) = delete;
  Single(Single &&O) : P(std::exchange(O.P, nullptr)) {}
  ~Single() { delete P; }
  U *operator->() const { return P; }
  U *P;
};
template <typename U> struct ValuePtr { // Copies the pointee with itself.
  ValuePtr(const ValuePtr &O) : P(new U(*O.P)) {}
  ~ValuePtr() { delete P; }
  U *operator->() const { return P; }
  U *P;
};
template <typename U> struct Counted {
  U *P = nullptr;
  Counted() = default;
  Counted(U *P) : P(P) { ++P->Uses; }
  Counted(const Counted &O) : P(O.P) { ++P->Uses; }
  ~Counted() {
    if (P && --P->Uses == 0)
      delete P;
  }
  U *operator->() const { return P; }
};
template <typename U> struct Watcher { // Promotes to an owner.
  U *P = nullptr;
  Counted<U> strengthen() const { return Counted<U>(P); }
};
template <typename U> struct Iterator { // Advances: stands for its container.
  U *P;
  U &operator*() const { return *P; }
  Iterator &operator++() {
    ++P;
    return *this;
  }
};
struct Holder {
  Observer<T> Observed;
  Single<T> Only;
  ValuePtr<T> Copied;
  Counted<T> Owned;
  Watcher<T> Watched;
  Iterator<T> Position;
};

// CHECK:      class T

// CHECK:      class Holder
// CHECK-NEXT:   Observed: raw T
// CHECK-NEXT:   Only: unique T
// CHECK-NEXT:   Copied: unique T
// CHECK-NEXT:   Owned: strong T
// CHECK-NEXT:   Watched: weak T
