// Handles of std and boost are known by name: what owns, what does not.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
namespace boost { // The name says it, whatever is inside.
template <typename T> class shared_ptr {};
template <typename T> class weak_ptr {};
template <typename T> class intrusive_ptr {};
template <typename T> class scoped_ptr {};
} // namespace boost
struct T {};
struct Std {
  std::shared_ptr<T> Shared;
  std::shared_ptr<const T> ToConst;
  std::shared_ptr<T[]> Array;
  std::weak_ptr<T> Weak;
  std::unique_ptr<T> Unique;
  std::unique_ptr<T, void (*)(T *)> Deleter;
  std::reference_wrapper<T> Reference;
  T *Pointer;
  T &Plain;
  const T *const *PointerToPointer;
  std::shared_ptr<int> Number;
};
struct Boost {
  boost::shared_ptr<T> Shared;
  boost::weak_ptr<T> Weak;
  boost::intrusive_ptr<T> Intrusive;
  boost::scoped_ptr<T> Scoped;
};

// CHECK:      class T

// CHECK:      class Std
// CHECK-NEXT:   Shared: strong T
// CHECK-NEXT:   ToConst: strong T
// CHECK-NEXT:   Array: strong T
// CHECK-NEXT:   Weak: weak T
// CHECK-NEXT:   Unique: unique T
// CHECK-NEXT:   Deleter: unique T
// CHECK-NEXT:   Reference: raw T
// CHECK-NEXT:   Pointer: raw T
// CHECK-NEXT:   Plain: raw T
// CHECK-NEXT:   Number: 

// CHECK:      class Boost
// CHECK-NEXT:   Shared: strong T
// CHECK-NEXT:   Weak: weak T
// CHECK-NEXT:   Intrusive: strong T
// CHECK-NEXT:   Scoped: unique T
