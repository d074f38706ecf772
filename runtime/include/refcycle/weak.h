// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weak references: watch an object without keeping it alive, and be told when
// it is gone. The order of callbacks is Python's (docs/collector.md).

#ifndef REFCYCLE_WEAK_H
#define REFCYCLE_WEAK_H

#include "refcycle/function.h"
#include "refcycle/ref.h"

#include <stdexcept>

namespace refcycle {

template <class T> class weak_ref;

namespace internal {

/// A callback, able to say what it captured.
struct weak_callback : closure {
  virtual void call(weak_node *node) = 0;
};

/// One weak reference, shared by the handles copied from one another.
struct weak_node {
  weak_node *next = nullptr, *previous = nullptr; ///< Of the same object.
  void *payload = nullptr; ///< Null once the object is dead.
  std::uint32_t shares = 0;
  std::uint32_t trash_shares = 0; ///< Handles inside garbage. All: no callback.
  std::uint32_t seen = 0;  ///< Handles seen in `round`: see callback_at_last.
  bool followed = false;   ///< The callback was shown to a marker in `round`.
  bool hashed = false;     ///< `hash` holds that of the object.
  std::uint64_t round = 0; ///< When `seen` and `followed` were written.
  std::size_t hash = 0;
  function_base callback; ///< Holds a weak_callback or nothing.
};

/// The node without a callback, shared by all weak_refs that have none.
/// Throws std::bad_alloc.
weak_node *plain_weak_node(void *payload);

/// A node of its own. Takes over the callback. Throws std::bad_alloc.
weak_node *new_weak_node(void *payload, weak_callback *callback);

void drop_weak_node(weak_node *node) noexcept;

/// The hash of the object, kept beyond its death.
struct weak_hash {
  template <class T> static std::size_t of(const weak_ref<T> &w);
};

/// The object with one more reference, or null if it is dead or dying.
void *lock_weak_node(weak_node *node) noexcept;

} // namespace internal

/// Watches an object. Copies are the same reference, as names of one Python
/// weakref object are.
///
/// \par Thread safety
/// As ref: only the thread that made the object.
template <class T> class weak_ref : private internal::weak_base {
  friend struct internal::handle_access;
  template <class> friend class weak_ref;
  friend struct internal::weak_hash;

  struct callback_of final : internal::weak_callback {
    function<void(const weak_ref &)> code;
    explicit callback_of(function<void(const weak_ref &)> f)
        : code(std::move(f)) {}
    void trace(visitor &v) override { v(code); }
    void call(internal::weak_node *n) override { code(weak_ref(n)); }
  };

  explicit weak_ref(internal::weak_node *n) noexcept : weak_base{n} {
    if (n != nullptr)
      ++n->shares;
  }

public:
  using element_type = T;
  using callback = function<void(const weak_ref &)>;

  weak_ref() noexcept = default;

  /// Watches \p r; dead from the start if \p r is empty. Throws bad_alloc.
  weak_ref(const ref<T> &r)
      : weak_ref(r ? internal::plain_weak_node(payload_of(r)) : nullptr) {}

  /// As above, and calls \p when_dead once, after the object can no longer be
  /// reached through any weak_ref and before its destructor. Of several
  /// callbacks the newest comes first. Not called if this weak_ref (with its
  /// copies) is gone by then or dies in the same collection. What the callback
  /// throws goes to the unraisable hook.
  weak_ref(const ref<T> &r, callback when_dead)
      : weak_ref(r ? internal::new_weak_node(
                         payload_of(r), new callback_of(std::move(when_dead)))
                   : nullptr) {}

  weak_ref(const weak_ref &other) noexcept : weak_ref(other.node) {}
  weak_ref(weak_ref &&other) noexcept
      : weak_base{std::exchange(other.node, nullptr)} {}
  weak_ref &operator=(weak_ref other) noexcept {
    std::swap(node, other.node);
    return *this;
  }
  ~weak_ref() { internal::drop_weak_node(node); }

  /// The object, or an empty handle if it is dead. Python's call: `w()`.
  ref<T> lock() const noexcept {
    return internal::handle_access::adopt<ref<T>>(
        internal::lock_weak_node(node));
  }
  bool expired() const noexcept {
    return node == nullptr || node->payload == nullptr;
  }
  bool has_callback() const noexcept {
    return node != nullptr && node->callback.target != nullptr;
  }

  /// Python's rule: by value of the objects while both live, else by identity
  /// of the references. By identity of the objects if T has no `==`.
  friend bool operator==(const weak_ref &a, const weak_ref &b) {
    ref<T> x = a.lock(), y = b.lock();
    if (!x || !y)
      return a.node == b.node;
    if constexpr (requires { bool(*x == *y); })
      return *x == *y;
    else
      return x == y;
  }

  /// Whether both are one weak reference; plain ones to an object are.
  bool same_as(const weak_ref &other) const noexcept {
    return node == other.node;
  }

private:
  weak_base &base() noexcept { return *this; }
  static void *payload_of(const ref<T> &r) noexcept {
    return const_cast<void *>(static_cast<const void *>(r.get()));
  }
};

template <class T> std::size_t internal::weak_hash::of(const weak_ref<T> &w) {
  constexpr bool by_value = requires(const T &x) { bool(x == x); };
  if (w.node == nullptr)
    return 0;
  if (w.node->hashed)
    return w.node->hash;
  if (w.node->payload == nullptr)
    throw std::logic_error("a weak_ref was hashed for the first time after its "
                           "object had died");
  if constexpr (by_value)
    w.node->hash = std::hash<T>{}(*static_cast<const T *>(w.node->payload));
  else
    w.node->hash = std::hash<const void *>{}(w.node->payload);
  w.node->hashed = true;
  return w.node->hash;
}

/// How many weak references there are to an object; copies count once.
std::size_t weak_count(const any_ref &r) noexcept;

} // namespace refcycle

/// Python's rule: the object's hash, asked for while it lives and remembered.
/// Asked for the first time after that it throws std::logic_error. Of objects
/// without `==` it is the hash of their address, as they are compared so.
template <class T> struct std::hash<refcycle::weak_ref<T>> {
  std::size_t operator()(const refcycle::weak_ref<T> &w) const {
    return refcycle::internal::weak_hash::of(w);
  }
};

#endif
