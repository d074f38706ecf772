// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks the handles inside a value: one function, trace_value, that opens every
// form of shape.h. What happens at a handle is the visitor's business.

#ifndef REFCYCLE_INTERNAL_VISIT_H
#define REFCYCLE_INTERNAL_VISIT_H

#include "refcycle/internal/shape.h"

namespace refcycle::internal {
template <class V, class T> void trace_value(V &v, T &x);
template <class V, class... M>
void trace_named(V &v, std::string_view names, M &...members);
} // namespace refcycle::internal

namespace refcycle {

/// A visitor whose type is not known where it is used: what a virtual trace
/// function takes.
///
/// \code
///   virtual void trace(refcycle::visitor &visit) { visit(left, right); }
/// \endcode
///
/// Slower than a template by a call for each handle.
class visitor {
public:
  /// Visits every handle inside the given members.
  template <class... M> void operator()(M &...members) {
    (internal::trace_value(*this, members), ...);
  }
  /// As above; \p names is "a, b", for reports.
  template <class... M> void named(std::string_view names, M &...members) {
    internal::trace_named(*this, names, members...);
  }

  static constexpr bool wants_names = true;
  static constexpr bool may_rewrite = true;
  virtual bool clears() const = 0;
  virtual bool rewrites() const = 0;
  virtual void slot(internal::handle_base &h) = 0;
  virtual void weak(internal::weak_base &w) = 0;
  virtual void closure(internal::function_base &f) = 0;
  virtual void enter(std::string_view name) = 0;
  virtual void leave() = 0;

protected:
  ~visitor() = default;
};

} // namespace refcycle

namespace refcycle::internal {

/// Gives a template visitor the virtual face.
template <class V> class erased_visitor final : public visitor {
public:
  explicit erased_visitor(V &v) : inner(v) {}
  bool clears() const override { return inner.clears(); }
  bool rewrites() const override { return inner.rewrites(); }
  void slot(handle_base &h) override { inner.slot(h); }
  void weak(weak_base &w) override { inner.weak(w); }
  void closure(function_base &f) override { inner.closure(f); }
  void enter(std::string_view name) override {
    if constexpr (V::wants_names)
      inner.enter(name);
  }
  void leave() override {
    if constexpr (V::wants_names)
      inner.leave();
  }

private:
  V &inner;
};

/// A closure belongs to one function object, so what it holds is counted once.
template <class V> void trace_closure(V &v, function_base &f) {
  if (f.target == nullptr)
    return;
  if constexpr (std::is_base_of_v<visitor, V>) {
    f.target->trace(v);
  } else {
    erased_visitor<V> face(v);
    f.target->trace(face);
  }
}

// The callback of a weak reference belongs to all handles that share it. What
// it captured is shown once: when its last handle has been seen, so that with a
// handle outside the objects walked it counts as held from outside; or, to a
// visitor that asks what is alive, when its first handle has been seen.

/// From here on no handle of any weak reference has been seen.
void begin_weak_round() noexcept;
/// The callback if this is the last of its handles, else null.
function_base *callback_at_last(weak_base &w) noexcept;
/// The callback if this is the first of its handles, else null.
function_base *callback_at_first(weak_base &w) noexcept;
/// The callback if this is the only handle. Else lets go of it.
function_base *callback_to_clear(weak_base &w) noexcept;

/// What visitors have in common; \p Self says what a handle means.
template <class Self> struct visitor_base {
  static constexpr bool wants_names = false;
  static constexpr bool may_rewrite = false;
  static constexpr bool clears() { return false; }
  static constexpr bool rewrites() { return false; }

  template <class... M> void operator()(M &...members) {
    (trace_value(self(), members), ...);
  }
  template <class... M> void named(std::string_view names, M &...members) {
    trace_named(self(), names, members...);
  }
  void weak(weak_base &w) {
    if (function_base *callback = callback_at_last(w))
      self().closure(*callback);
  }
  void closure(function_base &f) { trace_closure(self(), f); }

private:
  Self &self() { return static_cast<Self &>(*this); }
};

template <class V, class T>
void trace_one_named(V &v, [[maybe_unused]] std::string_view name, T &x) {
  // A base class adds no name of its own: its members are the object's.
  [[maybe_unused]] const bool named = !name.starts_with("REFCYCLE_BASE(");
  if constexpr (V::wants_names)
    if (named)
      v.enter(name);
  trace_value(v, x);
  if constexpr (V::wants_names)
    if (named)
      v.leave();
}

template <class V, class... M>
void trace_named(V &v, std::string_view names, M &...members) {
  if constexpr (V::wants_names) {
    unsigned index = 0;
    (trace_one_named(v, name_in_list(names, index++), members), ...);
  } else {
    (trace_value(v, members), ...);
  }
}

template <class V, class T> void trace_custom(V &v, T &x) {
  if constexpr (traced_by_traits<T>) {
    trace_traits<T>::trace(v, x);
  } else if constexpr (traced_by_macro<T>) {
    static_assert(std::is_same_v<trace_access::traced_type<T>, T>,
                  "this class inherits REFCYCLE_TRACE from a base and would "
                  "hide its own members: give it a REFCYCLE_TRACE of its own, "
                  "with REFCYCLE_BASE(base) among the members");
    trace_access::trace(v, x);
  } else if constexpr (traced_by_member<T>) {
    x.trace(v);
  } else {
    refcycle_trace(v, x);
  }
}

template <class V, class T> void trace_erased(V &v, T &x) {
  if constexpr (std::is_base_of_v<visitor, V>) {
    x.trace(static_cast<visitor &>(v));
  } else {
    erased_visitor<V> face(v);
    x.trace(face);
  }
}

/// Says once for each type, not once for each visitor, why it cannot be traced.
template <class T> struct visible {
  static_assert(form_of<T> != form::hiding,
                "std::function, std::any and their like hide the handles they "
                "hold, so cycles through them would never be freed: use "
                "refcycle::function, or REFCYCLE_TRACE without this member");
  static_assert(form_of<T> != form::unknown,
                "refcycle cannot see the members of this class: put "
                "REFCYCLE_TRACE(Class, members...) in it, or REFCYCLE_LEAF("
                "Class) after it if it holds no handles");
};

/// As visible<T>; the compiler's message about it spells the member.
template <class Class, auto Member, class T>
struct visible_member : visible<T> {};

template <class T, std::size_t I, class Member> constexpr void check_member() {
  constexpr form f = form_of<Member>;
  if constexpr (f == form::hiding || f == form::unknown)
    static_cast<void>(visible_member<T, member_address<T, I>(), Member>{});
}

template <class V, class T, std::size_t... I>
void trace_members(V &v, T &x, std::index_sequence<I...>) {
  auto members = tie_members(x);
  (check_member<
       T, I, std::remove_cvref_t<std::tuple_element_t<I, decltype(members)>>>(),
   ...);
  if constexpr (V::wants_names)
    (trace_one_named(v, name_of_member<T, I>(), std::get<I>(members)), ...);
  else
    (trace_value(v, std::get<I>(members)), ...);
}

template <class V, class T> void trace_elements(V &v, T &container) {
  for (auto &element : container)
    trace_value(v, element);
}

/// Takes a container apart, lets the visitor change what was inside, and puts
/// it together again: elements that are keys must not change in place.
template <class V, class T> void rebuild(V &v, T &container) {
  T old = std::move(container);
  container.clear();
  while (!old.empty()) {
    auto node = old.extract(old.begin());
    if constexpr (requires { node.mapped(); })
      v(node.key(), node.mapped());
    else
      v(node.value());
    container.insert(std::move(node));
  }
}

template <class T> struct opened_adaptor : T {
  static auto &container(T &adaptor) { return adaptor.*(&opened_adaptor::c); }
};

template <class V, class T> void trace_owner(V &v, T &owner) {
  using target = typename T::element_type;
  static_assert(complete<target>,
                "a unique_ptr to an incomplete type hides its handles: include "
                "the definition where objects of the outer type are made");
  static_assert(form_of<target> == form::erased ||
                    !std::is_polymorphic_v<target> || std::is_final_v<target>,
                "a unique_ptr to a polymorphic class hides the handles of "
                "derived classes: give the class a "
                "`virtual void trace(refcycle::visitor &)`");
  if (owner)
    trace_value(v, *owner);
}

template <class V, class T> void trace_opened(V &v, T &x) {
  constexpr form f = form_of<T>;
  if constexpr (f == form::fixed) {
    trace_elements(v, x);
  } else if constexpr (f == form::sequence || f == form::keyed) {
    if (v.clears())
      return x.clear();
    if constexpr (f == form::keyed && V::may_rewrite)
      if (v.rewrites())
        return rebuild(v, x);
    trace_elements(v, x);
  } else if constexpr (f == form::adaptor) {
    trace_value(v, opened_adaptor<T>::container(x));
  } else if constexpr (f == form::parts) {
    std::apply([&](auto &...part) { v(part...); }, x);
  } else if constexpr (f == form::optional) {
    if (x)
      trace_value(v, *x);
  } else if constexpr (f == form::variant) {
    if (!x.valueless_by_exception())
      std::visit([&](auto &alternative) { trace_value(v, alternative); }, x);
  } else {
    trace_owner(v, x);
  }
}

/// Shows every handle inside \p object to \p v.
template <class V, class T> void trace_value(V &v, T &object) {
  using plain = std::remove_cv_t<T>;
  // Elements of sets and keys of maps are const; only visitors that change
  // nothing reach them in place.
  auto &x = const_cast<plain &>(object);
  constexpr form f = form_of<plain>;
  static_cast<void>(visible<plain>{});
  if constexpr (f == form::hiding || f == form::unknown) {
    return;
  } else if constexpr (!may_hold_handles<plain>) {
    return;
  } else if constexpr (f == form::handle) {
    using pointee = std::remove_cv_t<typename plain::element_type>;
    if constexpr (is_edge_type<pointee> || V::wants_names || V::may_rewrite)
      v.slot(handle_access::base(x));
    else if (v.clears())
      v.slot(handle_access::base(x));
  } else if constexpr (f == form::weak) {
    v.weak(handle_access::base(x));
  } else if constexpr (f == form::closure) {
    v.closure(handle_access::base(x));
  } else if constexpr (f == form::custom) {
    trace_custom(v, x);
  } else if constexpr (f == form::erased) {
    trace_erased(v, x);
  } else if constexpr (f == form::aggregate) {
    trace_members(v, x, std::make_index_sequence<member_count<plain>()>{});
  } else {
    trace_opened(v, x);
  }
}

} // namespace refcycle::internal

#endif
