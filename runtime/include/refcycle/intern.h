// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Immutable values that exist once: equal values, one object, so that equality
// is a comparison of pointers.

#ifndef REFCYCLE_INTERN_H
#define REFCYCLE_INTERN_H

#include "refcycle/ref.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace refcycle {

/// A handle to the only object with its value, on this thread.
template <class T> using interned = ref<const T>;

/// Counters of this thread's tables since its heap was made.
struct intern_statistics {
  std::size_t hits = 0;     ///< Calls that found the value.
  std::size_t misses = 0;   ///< Calls that made it.
  std::size_t live = 0;     ///< Values now interned, immortal ones included.
  std::size_t immortal = 0; ///< Values kept until the thread ends.
};
intern_statistics intern_info() noexcept;

namespace internal {

/// The table of one type, owned by the heap.
struct intern_table_base {
  intern_statistics counters;
  virtual ~intern_table_base() = default;
  virtual void drop_immortals() noexcept = 0;
};

/// Finds or makes the calling thread's table of a type. Throws std::bad_alloc.
intern_table_base &intern_table(const type_descriptor &type,
                                std::unique_ptr<intern_table_base> (*make)());

/// The same for an object's own heap; null if there is none any more.
intern_table_base *intern_table_of(const void *payload) noexcept;

/// What is really allocated: the value, first, and its farewell to the table.
template <class T> struct interned_value {
  T value;
  explicit interned_value(T v) : value(std::move(v)) {}
  interned_value(const interned_value &) = delete;
  ~interned_value();
};

template <class T> struct intern_table_for final : intern_table_base {
  struct hash_value {
    std::size_t operator()(const T *v) const { return std::hash<T>{}(*v); }
  };
  struct same_value {
    bool operator()(const T *a, const T *b) const { return *a == *b; }
  };
  /// Value to its immortal handle, or to an empty one.
  std::unordered_map<const T *, interned<T>, hash_value, same_value> values;

  void drop_immortals() noexcept override {
    counters.immortal = 0;
    for (auto entry = values.begin(); entry != values.end();) {
      // The value erases its own entry when it dies.
      interned<T> last = std::move((entry++)->second);
    }
  }

  static std::unique_ptr<intern_table_base> make() {
    return std::make_unique<intern_table_for>();
  }
  static intern_table_for &of_thread() {
    return static_cast<intern_table_for &>(
        intern_table(type_of<interned_value<T>>, make));
  }
};

template <class T> interned_value<T>::~interned_value() {
  auto *table = static_cast<intern_table_for<T> *>(intern_table_of(this));
  if (table != nullptr && table->values.erase(&value) != 0)
    --table->counters.live;
}

/// CPython keeps these integers for ever: they are most of all integers.
template <class T> constexpr bool is_immortal(const T &value) {
  if constexpr (std::is_same_v<T, bool>)
    return true;
  else if constexpr (is_one_of<T, signed char, short, int, long, long long,
                               unsigned char, unsigned short, unsigned,
                               unsigned long, unsigned long long>)
    return !std::cmp_less(value, -5) && !std::cmp_greater(value, 256);
  else
    return false;
}

template <class T> interned<T> intern_as(T value, bool immortal) {
  static_assert(!may_hold_handles<T>,
                "only values can be interned: this type holds handles");
  auto &table = intern_table_for<T>::of_thread();
  auto found = table.values.find(&value);
  interned<T> result;
  if (found != table.values.end()) {
    ++table.counters.hits;
    result = ref_from(found->first);
  } else {
    auto made = make<interned_value<T>>(std::move(value));
    const T *inside = &made->value;
    found = table.values.emplace(inside, interned<T>()).first;
    ++table.counters.misses;
    ++table.counters.live;
    result = ref_from(inside);
  }
  if (immortal && !found->second) {
    found->second = result;
    ++table.counters.immortal;
  }
  return result;
}

} // namespace internal

template <class T> struct deep_copy_traits<internal::interned_value<T>> {
  static constexpr bool share = true;
};

/// The object that stands for \p value on this thread, made now if there is
/// none. It dies with its last handle, except booleans and integers from -5 to
/// 256, which stay, as in CPython. T needs std::hash and ==. Throws
/// std::bad_alloc or what T throws. Cost: one hash look-up.
template <class T> interned<T> intern(T value) {
  const bool immortal = internal::is_immortal(value);
  return internal::intern_as<T>(std::move(value), immortal);
}
inline interned<std::string> intern(const char *text) {
  return intern(std::string(text));
}

/// As intern(), and the value stays until the thread ends.
template <class T> interned<T> intern_for_ever(T value) {
  return internal::intern_as<T>(std::move(value), true);
}

} // namespace refcycle

template <class T>
inline constexpr bool refcycle::is_leaf<refcycle::internal::interned_value<T>> =
    true;

#endif
