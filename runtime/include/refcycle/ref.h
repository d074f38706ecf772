// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counted handles: ref<T> and make<T>. An object dies when its last handle
// goes; a cycle of handles dies in the next collection (gc.h) that sees it.

#ifndef REFCYCLE_REF_H
#define REFCYCLE_REF_H

#include "refcycle/internal/descriptor.h"
#include "refcycle/trace.h"

#include <compare>
#include <cstddef>
#include <functional>
#include <new>
#include <utility>

namespace refcycle {

/// Shares ownership of one object made by make(), or holds nothing.
///
/// One pointer wide. Copy and drop cost an increment and a decrement without
/// atomics. A ref<Base> may hold a Derived if Base is its first base class;
/// whoever drops it last runs the right destructor, virtual or not. ref<void>
/// holds anything.
///
/// \par Thread safety
/// An object and every ref to it belong to the thread that made the object;
/// checked builds trap another thread. Use shared_ref to cross (shared.h).
template <class T> class ref : private internal::handle_base {
  friend struct internal::handle_access;
  template <class> friend class ref;

public:
  using element_type = T;

  constexpr ref() noexcept = default;
  constexpr ref(std::nullptr_t) noexcept {}
  ref(const ref &other) noexcept : handle_base{other.payload} {
    internal::add_reference(payload);
  }
  ref(ref &&other) noexcept
      : handle_base{std::exchange(other.payload, nullptr)} {}

  /// From a handle to T or to a class whose first base is T.
  template <class D>
    requires(!std::is_same_v<D, T> && std::is_convertible_v<D *, T *>)
  ref(const ref<D> &other) noexcept : ref(ref<D>(other)) {}
  template <class D>
    requires(!std::is_same_v<D, T> && std::is_convertible_v<D *, T *>)
  ref(ref<D> &&other) noexcept {
    check_conversion<D>(other.payload);
    payload = std::exchange(other.payload, nullptr);
  }

  ~ref() { internal::drop_reference(payload); }

  ref &operator=(const ref &other) noexcept {
    ref(other).swap(*this);
    return *this;
  }
  ref &operator=(ref &&other) noexcept {
    ref(std::move(other)).swap(*this);
    return *this;
  }

  /// Holds nothing afterwards. The old object may die before this returns.
  void reset() noexcept { ref().swap(*this); }
  void swap(ref &other) noexcept { std::swap(payload, other.payload); }

  T *get() const noexcept { return static_cast<T *>(payload); }
  T *operator->() const noexcept
    requires(!std::is_void_v<T>)
  {
    internal::check(payload != nullptr, "an empty ref was followed");
    return get();
  }
  template <class U = T>
    requires(!std::is_void_v<U>)
  U &operator*() const noexcept {
    internal::check(payload != nullptr, "an empty ref was followed");
    return *get();
  }
  explicit operator bool() const noexcept { return payload != nullptr; }

  /// Identity, not value: Python's `is`.
  friend bool operator==(const ref &a, const ref &b) noexcept {
    return a.payload == b.payload;
  }
  friend bool operator==(const ref &a, std::nullptr_t) noexcept {
    return a.payload == nullptr;
  }
  friend auto operator<=>(const ref &a, const ref &b) noexcept {
    return std::compare_three_way{}(a.payload, b.payload);
  }

private:
  handle_base &base() noexcept { return *this; }
  const handle_base &base() const noexcept { return *this; }

  template <class D> static void check_conversion(void *from) noexcept {
    if constexpr (!std::is_void_v<T>) {
      static_assert(internal::is_edge_type<T> || !internal::is_edge_type<D>,
                    "the base class holds no handles, so objects with a ref to "
                    "it are not tracked, but the derived class holds some: add "
                    "REFCYCLE_OPEN_BASE(Base) after the base class");
      D *derived = static_cast<D *>(from);
      if (static_cast<T *>(derived) != from)
        internal::trap("a ref to a base class that is not the first one; use "
                       "alias_ref");
    }
  }
};

/// A handle to any object: what gc::get_objects() and its like return.
using any_ref = ref<void>;

namespace internal {

/// Returns the slot when the constructor throws.
struct unborn {
  heap &h;
  void *payload;
  bool tracked;
  ~unborn() {
    if (payload == nullptr)
      return;
    check(cell_of(payload).count == 1,
          "a constructor that threw had given out a ref to its object");
    if (tracked && h.counts[0] > 0)
      --h.counts[0];
    free_slot(page_of(payload), payload);
  }
};

// Giving an aggregate its first members only is the point of make<T>(first).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
template <class T, class... A> consteval bool constructs_without_throwing() {
  if constexpr (std::is_constructible_v<T, A...>)
    return std::is_nothrow_constructible_v<T, A...>;
  else
    return noexcept(T{std::declval<A>()...});
}

template <class T, class... A>
void construct(void *at, A &&...arguments) noexcept(
    constructs_without_throwing<T, A...>()) {
  if constexpr (std::is_constructible_v<T, A...>)
    ::new (at) T(std::forward<A>(arguments)...);
  else
    ::new (at) T{std::forward<A>(arguments)...};
}
#pragma GCC diagnostic pop

/// make() without the handle: a payload with count 1.
template <class T, class... A> void *make_payload(A &&...arguments) {
  heap &h = this_heap();
  constexpr bool tracked = is_tracked_type<T>;
  if constexpr (tracked)
    count_allocation(h);
  void *at = take_slot(h, type_of<T>);
  page &p = page_of(at);
  std::uint32_t index = slot_index(p, at);
  cell_of(at) = {1, 0};
  p.state[index] = static_cast<std::uint8_t>(place::untracked);
  if constexpr (noexcept(construct<T>(at, std::forward<A>(arguments)...))) {
    construct<T>(at, std::forward<A>(arguments)...);
  } else {
    unborn guard{h, at, tracked};
    construct<T>(at, std::forward<A>(arguments)...);
    guard.payload = nullptr;
  }
  if constexpr (tracked) {
    if (h.log[0].end == h.log[0].limit) [[unlikely]]
      grow_log_for(h, at);
    track(h, p, index, at);
  }
  return at;
}

template <class T> void *operations<T>::clone(const void *payload) {
  return make_payload<T>(*static_cast<const T *>(payload));
}

} // namespace internal

/// Makes a counted object and the first handle to it.
///
/// May run an automatic collection first (gc::set_threshold), never after the
/// constructor has started on this object. Throws std::bad_alloc, or what the
/// constructor throws; then nothing is left behind.
/// Cost: a free-list pop, and for types that can be in a cycle one append.
template <class T, class... A> ref<T> make(A &&...arguments) {
  static_assert(!std::is_array_v<T> && std::is_object_v<T> &&
                    !std::is_const_v<T>,
                "make<T> takes a plain object type; make a "
                "std::vector or std::array for several objects");
  return internal::handle_access::adopt<ref<T>>(
      internal::make_payload<T>(std::forward<A>(arguments)...));
}

/// How many handles there are to the object. 0 for an empty handle.
template <class T> std::size_t use_count(const ref<T> &r) noexcept {
  return r ? internal::cell_of(r.get()).count : 0;
}

/// Python's sys.getrefcount: by value, so it counts its own argument too.
template <class T> std::size_t refcount(ref<T> r) noexcept {
  return use_count(r);
}

/// A number that no other living object has. 0 for an empty handle.
template <class T> std::uintptr_t id(const ref<T> &r) noexcept {
  return reinterpret_cast<std::uintptr_t>(r.get());
}

/// Whether both handles are to the same object, as Python's `is`.
template <class A, class B> bool is(const ref<A> &a, const ref<B> &b) noexcept {
  return static_cast<const void *>(a.get()) ==
         static_cast<const void *>(b.get());
}

/// A new handle to the object that \p self is: what `self` is in Python.
///
/// \p self must have been made by make(). In finalize() the new handle, if
/// kept, keeps the object; in a destructor it is too late, and checked builds
/// trap.
template <class T> ref<T> ref_from(T *self) noexcept {
  auto *payload = const_cast<std::remove_const_t<T> *>(self);
  internal::check(!(internal::state_of(payload) & internal::dying),
                  "ref_from in a destructor: the object cannot be kept; use "
                  "finalize()");
  internal::add_reference(payload);
  return internal::handle_access::adopt<ref<T>>(payload);
}

/// The name of the type that the object was made as; empty for an empty handle.
template <class T> std::string_view type_name_of(const ref<T> &r) noexcept {
  return r ? internal::page_of(r.get()).type->name : std::string_view();
}

/// The same object as a ref<To>, or an empty one when it is not a To.
///
/// By dynamic_cast where From is polymorphic, else only to the exact type that
/// the object was made as.
template <class To, class From> ref<To> ref_cast(const ref<From> &r) noexcept {
  using plain = std::remove_const_t<To>;
  bool fits = false;
  if constexpr (std::is_polymorphic_v<From> && std::is_class_v<To>)
    fits = dynamic_cast<To *>(r.get()) == static_cast<const void *>(r.get());
  else if (r)
    fits = internal::page_of(r.get()).type == &internal::type_of<plain>;
  if (!fits || !r)
    return {};
  auto *payload = const_cast<void *>(static_cast<const void *>(r.get()));
  internal::add_reference(payload);
  return internal::handle_access::adopt<ref<To>>(payload);
}

/// Points to a part of a counted object and keeps the whole alive. Two pointers
/// wide; the way to hold a second base class or a member.
template <class T> class alias_ref {
public:
  using element_type = T;
  alias_ref() noexcept = default;
  /// \p part must live inside \p whole.
  template <class Whole>
  alias_ref(ref<Whole> whole, T *part) noexcept
      : owner(std::move(whole)), target(part) {}

  T *get() const noexcept { return owner ? target : nullptr; }
  T *operator->() const noexcept { return get(); }
  T &operator*() const noexcept { return *get(); }
  explicit operator bool() const noexcept { return bool(owner); }

  /// A deep copy moves the part along with the whole.
  template <class V> void trace(V &visit) {
    auto before = id(owner);
    visit.named("owner", owner);
    if (owner && before != id(owner))
      target = reinterpret_cast<T *>(reinterpret_cast<std::uintptr_t>(target) -
                                     before + id(owner));
  }

private:
  any_ref owner;
  T *target = nullptr; // Meaningless once a collection emptied the owner.
};

} // namespace refcycle

template <class T> struct std::hash<refcycle::ref<T>> {
  std::size_t operator()(const refcycle::ref<T> &r) const noexcept {
    return std::hash<const void *>{}(r.get());
  }
};

#endif
