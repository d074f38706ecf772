// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The untyped halves of ref, weak_ref and function: what visitors meet.

#ifndef REFCYCLE_INTERNAL_HANDLE_H
#define REFCYCLE_INTERNAL_HANDLE_H

namespace refcycle {
class visitor;
template <class T> class ref;
template <class T> class weak_ref;
template <class Signature> class function;
} // namespace refcycle

namespace refcycle::internal {

struct weak_node;

/// A counted reference. Whoever writes `payload` keeps the count right.
struct handle_base {
  void *payload = nullptr;
};

/// A share in a weak reference.
struct weak_base {
  weak_node *node = nullptr;
};

/// The one way from a handle to its untyped half.
struct handle_access {
  template <class Handle> static auto &base(Handle &h) noexcept {
    return h.base();
  }
  /// Takes over one reference that was counted already.
  template <class Handle> static Handle adopt(void *payload) noexcept {
    Handle h;
    h.base().payload = payload;
    return h;
  }
};

/// A callable with the values it captured, on the general heap.
struct closure {
  virtual ~closure() = default;
  virtual void trace(visitor &v) = 0;
};

/// Sole owner of a closure.
struct function_base {
  closure *target = nullptr;
};

} // namespace refcycle::internal

#endif
