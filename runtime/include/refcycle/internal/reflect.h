// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The members of an aggregate, counted, tied and named, without its help.
//
// Counting: the most initializers a braced list accepts. Limits, each told by a
// static_assert in shape.h or by the compiler: no base classes, no arrays in
// the C style (use std::array), no bit-fields, at most 24 members.

#ifndef REFCYCLE_INTERNAL_REFLECT_H
#define REFCYCLE_INTERNAL_REFLECT_H

#include "refcycle/internal/names.h"

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace refcycle::internal {

/// Converts to whatever a member is made from, except to the aggregate itself:
/// that would count a copy as one member. Cannot be copied, so that a member
/// which swallows any copyable value (std::any) is not made from this itself.
template <class Whole> struct any_member {
  any_member() = default;
  any_member(const any_member &) = delete;
  template <class T>
    requires(!std::is_same_v<Whole, T>)
  operator T() const {
    __builtin_trap(); // Never called; defined because clang asks for a body.
  }
};

/// Converts to base classes only.
template <class Whole> struct any_base {
  any_base() = default;
  any_base(const any_base &) = delete;
  template <class T>
    requires(std::is_base_of_v<T, Whole> && !std::is_same_v<Whole, T>)
  operator T() const {
    __builtin_trap();
  }
};

/// A base is the first thing that a braced list initializes.
template <class T> consteval bool has_base_class() {
  return requires { T{any_base<T>{}}; };
}

template <class T, std::size_t... I>
consteval bool takes_members(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), any_member<T>{})...}; };
}

inline constexpr std::size_t most_members = 24;

template <class T, std::size_t N = most_members>
consteval std::size_t member_count() {
  if constexpr (takes_members<T>(std::make_index_sequence<N>{}))
    return N;
  else if constexpr (N == 0)
    return 0;
  else
    return member_count<T, N - 1>();
}

/// A tuple of references to the members of an aggregate.
template <class T> constexpr auto tie_members(T &whole) {
  constexpr std::size_t count = member_count<std::remove_const_t<T>>();
  // One line for each count: C++20 has no other way to open a structure.
  // clang-format off
  if constexpr (count == 0) {
    return std::tie();
  } else if constexpr (count == 1) {
    auto &[m0] = whole;
    return std::tie(m0);
  } else if constexpr (count == 2) {
    auto &[m0, m1] = whole;
    return std::tie(m0, m1);
  } else if constexpr (count == 3) {
    auto &[m0, m1, m2] = whole;
    return std::tie(m0, m1, m2);
  } else if constexpr (count == 4) {
    auto &[m0, m1, m2, m3] = whole;
    return std::tie(m0, m1, m2, m3);
  } else if constexpr (count == 5) {
    auto &[m0, m1, m2, m3, m4] = whole;
    return std::tie(m0, m1, m2, m3, m4);
  } else if constexpr (count == 6) {
    auto &[m0, m1, m2, m3, m4, m5] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5);
  } else if constexpr (count == 7) {
    auto &[m0, m1, m2, m3, m4, m5, m6] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6);
  } else if constexpr (count == 8) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7);
  } else if constexpr (count == 9) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8);
  } else if constexpr (count == 10) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9);
  } else if constexpr (count == 11) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10);
  } else if constexpr (count == 12) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11);
  } else if constexpr (count == 13) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12);
  } else if constexpr (count == 14) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13);
  } else if constexpr (count == 15) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14);
  } else if constexpr (count == 16) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15);
  } else if constexpr (count == 17) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16);
  } else if constexpr (count == 18) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17);
  } else if constexpr (count == 19) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18);
  } else if constexpr (count == 20) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19);
  } else if constexpr (count == 21) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20);
  } else if constexpr (count == 22) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21);
  } else if constexpr (count == 23) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22);
  } else if constexpr (count == 24) {
    auto &[m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23] = whole;
    return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23);
  }
  // clang-format on
}

/// Never defined: only addresses inside it are used, and only as names.
template <class T> struct name_probe {
  T value;
};
#pragma GCC diagnostic push
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
template <class T> extern const name_probe<T> probe_of;

template <class T, std::size_t I> consteval auto member_address() {
  return &std::get<I>(tie_members(probe_of<T>.value));
}

/// The name of the I-th member as the source spells it.
template <class T, std::size_t I> consteval std::string_view name_of_member() {
  return member_name<member_address<T, I>()>();
}
#pragma GCC diagnostic pop

template <class T>
using member_references = decltype(tie_members(std::declval<T &>()));

} // namespace refcycle::internal

#endif
