// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the handles inside a type are reached: a compile-time verdict for every
// type, and from it whether a type can be part of a cycle at all.
//
// A verdict of "leaf" that is wrong loses edges, and a lost edge is a cycle
// that is never collected. So what cannot be judged is an error, not a leaf.

#ifndef REFCYCLE_INTERNAL_SHAPE_H
#define REFCYCLE_INTERNAL_SHAPE_H

#include "refcycle/internal/handle.h"
#include "refcycle/internal/reflect.h"

#include <array>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <stack>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace refcycle {

/// Specialize with a static `trace(V &visit, T &object)` for types you cannot
/// change. See trace.h.
template <class T> struct trace_traits {};

/// Specialize as true (REFCYCLE_LEAF does) for types without handles whose
/// members are out of sight.
template <class T> inline constexpr bool is_leaf = false;

/// Specialize as true for a class without handles from which classes with
/// handles are derived, so that a ref to it is examined.
template <class T> inline constexpr bool is_open_base = false;

} // namespace refcycle

namespace refcycle::internal {

enum class form {
  leaf,      ///< No handle inside.
  handle,    ///< ref<T>
  weak,      ///< weak_ref<T>
  closure,   ///< refcycle::function
  fixed,     ///< Array of known length.
  sequence,  ///< Container whose elements may be overwritten in place.
  keyed,     ///< Container whose order or hash depends on its elements.
  adaptor,   ///< stack, queue, priority_queue
  parts,     ///< pair, tuple
  optional,  ///< optional
  variant,   ///< variant
  owner,     ///< unique_ptr to one object
  custom,    ///< Traced by a function of the user's.
  erased,    ///< As custom, through refcycle::visitor.
  aggregate, ///< By reflection.
  hiding,    ///< std::function, std::any: handles inside cannot be seen.
  unknown,   ///< Private members or a base class, and no trace function.
};

template <class... T> struct types {};

template <class T, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

/// A visitor of no use but to ask whether a trace function would accept one.
struct question {
  template <class... Members> void operator()(Members &&...);
  template <class... Members> void named(std::string_view, Members &&...);
};

/// Reaches what REFCYCLE_TRACE puts into a class, whatever its access.
struct trace_access {
  template <class V, class T>
  static auto trace(V &v, T &x) -> decltype(x.refcycle_trace(v)) {
    x.refcycle_trace(v);
  }
  template <class T> using traced_type = typename T::refcycle_traced_type;
};

template <class T>
concept traced_by_macro =
    requires(T &x, question &v) { trace_access::trace(v, x); };
template <class T>
concept traced_by_member = requires(T &x, question &v) { x.trace(v); };
template <class T>
concept traced_by_argument =
    requires(T &x, question &v) { refcycle_trace(v, x); };
template <class T>
concept traced_by_traits =
    requires(T &x, question &v) { trace_traits<T>::trace(v, x); };
template <class T>
concept traced_erased = requires(T &x, visitor &v) { x.trace(v); };

/// "function<void ()>" for std::function, whatever inline namespace a library
/// puts it in; empty for what is not in std.
template <class T> consteval std::string_view name_in_std() {
  std::string_view name = type_name<T>();
  if (!name.starts_with("std::"))
    return {};
  name.remove_prefix(5);
  for (std::string_view inner : {"__1::", "__cxx11::"})
    if (name.starts_with(inner))
      name.remove_prefix(inner.size());
  return name;
}

template <class T> consteval bool hides_handles() {
  std::string_view name = name_in_std<T>();
  return name == "any" || name.starts_with("function<") ||
         name.starts_with("move_only_function<") ||
         name.starts_with("packaged_task<");
}

/// True for what the standard library defines and no rule below opens. One that
/// is spelled with a handle inside is left to fail as unknown.
template <class T> consteval bool is_std_leaf() {
  return !name_in_std<T>().empty() &&
         type_name<T>().find("refcycle::") == std::string_view::npos;
}

template <class T> consteval form form_of_class() {
  if constexpr (is_leaf<T>)
    return form::leaf;
  else if constexpr (traced_by_traits<T> || traced_by_macro<T> ||
                     traced_by_member<T> || traced_by_argument<T>)
    return form::custom;
  else if constexpr (traced_erased<T>)
    return form::erased;
  else if constexpr (std::is_trivially_copyable_v<T>)
    return form::leaf; // A handle is not trivial, nor is what contains one.
  else if constexpr (hides_handles<T>())
    return form::hiding;
  else if constexpr (is_std_leaf<T>())
    return form::leaf;
  else if constexpr (!std::is_aggregate_v<T>)
    return form::unknown;
  else
    return has_base_class<T>() ? form::unknown : form::aggregate;
}

template <form Form, class... Parts> struct shape_is {
  static constexpr form value = Form;
  using parts = types<Parts...>;
};

template <class T> struct shape {
  static consteval form judge() {
    if constexpr (std::is_class_v<T> || std::is_union_v<T>)
      return form_of_class<T>();
    else
      return form::leaf;
  }
  static constexpr form value = judge();
  using parts = types<>;
};

template <class T> struct shape<const T> : shape<T> {};
template <class T> struct shape<ref<T>> : shape_is<form::handle, T> {};
template <class T> struct shape<weak_ref<T>> : shape_is<form::weak> {};
template <class S> struct shape<function<S>> : shape_is<form::closure> {};

template <class T, std::size_t N>
struct shape<T[N]> : shape_is<form::fixed, T> {};
template <class T, std::size_t N>
struct shape<std::array<T, N>> : shape_is<form::fixed, T> {};

template <class T, class A>
struct shape<std::vector<T, A>> : shape_is<form::sequence, T> {};
template <class A> struct shape<std::vector<bool, A>> : shape_is<form::leaf> {};
template <class T, class A>
struct shape<std::deque<T, A>> : shape_is<form::sequence, T> {};
template <class T, class A>
struct shape<std::list<T, A>> : shape_is<form::sequence, T> {};
template <class T, class A>
struct shape<std::forward_list<T, A>> : shape_is<form::sequence, T> {};

template <class T, class C, class A>
struct shape<std::set<T, C, A>> : shape_is<form::keyed, T> {};
template <class T, class C, class A>
struct shape<std::multiset<T, C, A>> : shape_is<form::keyed, T> {};
template <class T, class H, class E, class A>
struct shape<std::unordered_set<T, H, E, A>> : shape_is<form::keyed, T> {};
template <class T, class H, class E, class A>
struct shape<std::unordered_multiset<T, H, E, A>> : shape_is<form::keyed, T> {};
template <class K, class T, class C, class A>
struct shape<std::map<K, T, C, A>> : shape_is<form::keyed, K, T> {};
template <class K, class T, class C, class A>
struct shape<std::multimap<K, T, C, A>> : shape_is<form::keyed, K, T> {};
template <class K, class T, class H, class E, class A>
struct shape<std::unordered_map<K, T, H, E, A>> : shape_is<form::keyed, K, T> {
};
template <class K, class T, class H, class E, class A>
struct shape<std::unordered_multimap<K, T, H, E, A>>
    : shape_is<form::keyed, K, T> {};

template <class T, class C>
struct shape<std::stack<T, C>> : shape_is<form::adaptor, C> {};
template <class T, class C>
struct shape<std::queue<T, C>> : shape_is<form::adaptor, C> {};
template <class T, class C, class L>
struct shape<std::priority_queue<T, C, L>> : shape_is<form::adaptor, C> {};

template <class A, class B>
struct shape<std::pair<A, B>> : shape_is<form::parts, A, B> {};
template <class... T>
struct shape<std::tuple<T...>> : shape_is<form::parts, T...> {};
template <class T>
struct shape<std::optional<T>> : shape_is<form::optional, T> {};
template <class... T>
struct shape<std::variant<T...>> : shape_is<form::variant, T...> {};
template <class T, class D>
struct shape<std::unique_ptr<T, D>> : shape_is<form::owner, T> {};

template <class T>
inline constexpr form form_of = shape<std::remove_cv_t<T>>::value;

/// The types of an aggregate's members.
template <class Tuple> struct member_types_of;
template <class... M> struct member_types_of<std::tuple<M &...>> {
  using parts = types<std::remove_cv_t<M>...>;
};

template <class T> consteval auto parts_of() {
  if constexpr (form_of<T> == form::aggregate)
    return typename member_types_of<
        member_references<std::remove_cv_t<T>>>::parts{};
  else
    return typename shape<std::remove_cv_t<T>>::parts{};
}

template <class T>
concept complete = requires { sizeof(T); };

template <class T, class... Seen> consteval bool holds_handles(types<Seen...>);

template <class... Parts, class... Seen>
consteval bool any_holds_handles(types<Parts...>,
                                 [[maybe_unused]] types<Seen...> seen) {
  return (holds_handles<std::remove_cv_t<Parts>>(seen) || ...);
}

/// Whether a T, by value, can contain something a visitor wants to see. A type
/// that contains itself by value (through a vector, say) adds nothing.
template <class T, class... Seen> consteval bool holds_handles(types<Seen...>) {
  if constexpr (is_one_of<T, Seen...>) {
    return false;
  } else if constexpr (!complete<T>) {
    return true; // Told to the user when it is visited.
  } else {
    constexpr form f = form_of<T>;
    if constexpr (f == form::leaf)
      return false;
    else if constexpr (f >= form::fixed && f <= form::owner)
      return any_holds_handles(parts_of<T>(), types<T, Seen...>{});
    else if constexpr (f == form::aggregate)
      return any_holds_handles(parts_of<T>(), types<T, Seen...>{});
    else
      return true;
  }
}

template <class T>
inline constexpr bool may_hold_handles =
    holds_handles<std::remove_cv_t<T>>(types<>{});

template <class T, class... Seen, class... Targets>
consteval bool can_cycle(types<Seen...>, types<Targets...>);

template <class... Parts, class Seen, class Targets>
consteval bool any_can_cycle(types<Parts...>, [[maybe_unused]] Seen seen,
                             [[maybe_unused]] Targets targets) {
  return (can_cycle<std::remove_cv_t<Parts>>(seen, targets) || ...);
}

/// Whether a ref to T may lead back to one of \p Targets.
template <class T, class... Targets>
consteval bool target_can_cycle(types<Targets...>) {
  if constexpr (std::is_void_v<T> || is_one_of<T, Targets...>)
    return true;
  else if constexpr (!complete<T>)
    return true;
  else if constexpr (is_open_base<T> ||
                     (std::is_polymorphic_v<T> && !std::is_final_v<T>))
    return true; // A class derived from it may hold anything.
  else
    return can_cycle<T>(types<>{}, types<T, Targets...>{});
}

template <class T, class... Seen, class... Targets>
consteval bool can_cycle(types<Seen...>, types<Targets...> targets) {
  if constexpr (is_one_of<T, Seen...>) {
    return false;
  } else if constexpr (!complete<T>) {
    return true;
  } else {
    constexpr form f = form_of<T>;
    if constexpr (f == form::leaf) {
      return false;
    } else if constexpr (f == form::handle) {
      using pointee = typename T::element_type;
      return target_can_cycle<std::remove_cv_t<pointee>>(targets);
    } else if constexpr ((f >= form::fixed && f <= form::owner) ||
                         f == form::aggregate) {
      return any_can_cycle(parts_of<T>(), types<T, Seen...>{}, targets);
    } else {
      return true;
    }
  }
}

/// False when the types prove that no cycle leads through an object made as T;
/// such objects are counted but never tracked.
template <class T>
inline constexpr bool is_tracked_type = can_cycle<T>(types<>{}, types<T>{});

/// False when a ref<T> is known to lead nowhere, so that its owner need not be
/// tracked for its sake.
template <class T>
inline constexpr bool is_edge_type =
    target_can_cycle<std::remove_cv_t<T>>(types<>{});

} // namespace refcycle::internal

#endif
