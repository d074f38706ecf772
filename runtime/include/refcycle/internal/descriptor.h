// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the type_descriptor of a C++ type: the loops of the collector with the
// visitor inlined, and the operations of copying.

#ifndef REFCYCLE_INTERNAL_DESCRIPTOR_H
#define REFCYCLE_INTERNAL_DESCRIPTOR_H

#include "refcycle/internal/visitors.h"

#include <new>

namespace refcycle {

/// Specialize to say how objects of a type are deep-copied; see copy.h.
template <class T> struct deep_copy_traits {};

/// Specialize as true for a type whose instances the collector must not take
/// apart. Garbage with such an object goes to gc::garbage() and stays: the
/// counterpart of Python objects with a legacy `__del__` slot.
template <class T> inline constexpr bool uncollectable = false;

} // namespace refcycle

namespace refcycle::internal {

template <class T>
concept has_finalizer = requires(T &x) { x.finalize(); };
template <class T>
concept has_deep_copy = requires(const T &x, copy_memo &memo) {
  deep_copy_traits<T>::deep_copy(x, memo);
};
template <class T>
concept is_shared_by_deep_copy =
    requires { requires deep_copy_traits<T>::share; };

/// The functions of a type_descriptor.
template <class T> struct operations {
  static T &at(void *payload) { return *static_cast<T *>(payload); }

  /// The usual case takes a handful of tests and no call.
  static void release(void *payload) noexcept {
    page &p = page_of(payload);
    heap &h = *p.owner;
    const std::uint32_t index = slot_index(p, payload);
    const std::uint8_t state = p.state[index];
    if (has_finalizer<T> || state > place_mask || cell_of(payload).weak != 0 ||
        h.drop_depth >= most_nested_drops) [[unlikely]]
      return release_with_care(payload);
    ++h.drop_depth;
    if constexpr (is_tracked_type<T>)
      leave_log(h, p, index, place_of(state));
    p.state[index] = static_cast<std::uint8_t>(place::untracked) | dying;
    at(payload).~T();
    if constexpr (is_tracked_type<T>)
      h.counts[0] -= h.counts[0] > 0;
    free_slot_at(p, index, payload, sizeof(T));
    if (--h.drop_depth == 0 && h.drop_pending) [[unlikely]]
      finish_outermost_drop(h);
  }
  static void destroy(void *payload) noexcept { at(payload).~T(); }
  static void finalize(void *payload) { at(payload).finalize(); }

  /// Shows the leading objects of this type to a visitor.
  template <class V>
  static std::size_t trace_run(V &v, std::span<void *const> objects);

  static std::size_t subtract_run(std::span<void *const> objects) {
    subtract_visitor v;
    return trace_run(v, objects);
  }
  static void subtract_page(page &p, prefetch_ring &ring) {
    subtract_ahead_visitor v(ring);
    for (std::uint32_t i = 0; i != p.carved; ++i) {
      if (!is_tracked(p.state[i]))
        continue;
      void *payload = payload_at(p, i);
      // Wraps below zero while others have been subtracted first; the sum is
      // right when every page is done.
      p.scratch[i] += cell_of(payload).count;
      trace_value(v, at(payload));
    }
  }
  static void mark(void *payload, marker &m) {
    mark_visitor v(m);
    trace_value(v, at(payload));
  }
  static void follow_ahead(marker &m);
  static void mark_page(page &p, marker &m) {
    mark_ahead_visitor v(m);
    for (std::uint32_t i = 0; i != p.carved; ++i) {
      std::uint32_t &scratch = p.scratch[i];
      if (scratch == 0 || scratch & traced || !is_tracked(p.state[i]))
        continue;
      scratch |= traced;
      trace_value(v, at(payload_at(p, i)));
      while (!m.pending.empty())
        page_of(m.pending.back()).type->follow_ahead(m);
    }
  }
  static std::size_t clear_run(std::span<void *const> objects) {
    clear_visitor v;
    return trace_run(v, objects);
  }
  static std::size_t bury_run(heap &h, std::span<void *const> objects);
  static void walk(void *payload, edge_walker &v) {
    trace_value(v, at(payload));
  }
  static void rewrite(void *payload, slot_rewriter &v) {
    trace_value(v, at(payload));
  }
  static void *clone(const void *payload);                    // ref.h
  static void *deep_clone(const void *payload, copy_memo &m); // copy.h
};

template <class T> consteval auto finalizer_of() -> void (*)(void *) {
  if constexpr (has_finalizer<T>)
    return &operations<T>::finalize;
  else
    return nullptr;
}

template <class T, class... Seen> consteval bool can_copy(types<Seen...>);

template <class... Parts, class Seen>
consteval bool can_copy_all(types<Parts...>, [[maybe_unused]] Seen seen) {
  return (can_copy<std::remove_cv_t<Parts>>(seen) && ...);
}

/// A vector of unique_ptr claims that it can be copied, and so does a structure
/// with one; only its elements tell the truth.
template <class T, class... Seen> consteval bool can_copy(types<Seen...>) {
  if constexpr (is_one_of<T, Seen...>)
    return true;
  else if constexpr (!complete<T> || !std::is_copy_constructible_v<T>)
    return false;
  else if constexpr (form_of<T> == form::sequence ||
                     form_of<T> == form::keyed || form_of<T> == form::adaptor ||
                     form_of<T> == form::aggregate)
    return can_copy_all(parts_of<T>(), types<T, Seen...>{});
  else
    return true;
}

template <class T> consteval auto cloner_of() -> void *(*)(const void *) {
  if constexpr (can_copy<T>(types<>{}))
    return &operations<T>::clone;
  else
    return nullptr;
}

template <class T>
consteval auto deep_cloner_of() -> void *(*)(const void *, copy_memo &) {
  if constexpr (has_deep_copy<T>)
    return &operations<T>::deep_clone;
  else
    return nullptr;
}

template <class T>
inline constinit type_descriptor type_of = {
    .name = type_name<T>(),
    .size = sizeof(T),
    .alignment = alignof(T) < 8 ? 8 : alignof(T),
    .tracked = is_tracked_type<T>,
    .keeps_in_garbage = uncollectable<T>,
    .release = &operations<T>::release,
    .destroy = &operations<T>::destroy,
    .finalize = finalizer_of<T>(),
    .subtract_run = &operations<T>::subtract_run,
    .subtract_page = &operations<T>::subtract_page,
    .mark = &operations<T>::mark,
    .mark_page = &operations<T>::mark_page,
    .follow_ahead = &operations<T>::follow_ahead,
    .clear_run = &operations<T>::clear_run,
    .bury_run = &operations<T>::bury_run,
    .walk = &operations<T>::walk,
    .rewrite = &operations<T>::rewrite,
    .clone = cloner_of<T>(),
    .deep_clone = deep_cloner_of<T>(),
    .shared_by_deep_copy = is_shared_by_deep_copy<T>,
    .id = {},
};

template <class T>
template <class V>
std::size_t operations<T>::trace_run(V &v, std::span<void *const> objects) {
  std::size_t i = 0;
  while (i != objects.size() && page_of(objects[i]).type == &type_of<T>)
    trace_value(v, at(objects[i++]));
  return i;
}

template <class T>
std::size_t operations<T>::bury_run(heap &h, std::span<void *const> objects) {
  constexpr auto usual = static_cast<std::uint8_t>(place::old) | collecting;
  for (std::size_t i = 0; i != objects.size(); ++i) {
    void *payload = objects[i];
    page &p = page_of(payload);
    const std::uint32_t index = slot_index(p, payload);
    const bool needs_finalizer =
        has_finalizer<T> && !(p.state[index] & finalized);
    if (p.type != &type_of<T> || needs_finalizer ||
        (p.state[index] & ~finalized) != usual || cell_of(payload).count != 1 ||
        cell_of(payload).weak != 0)
      return i;
    cell_of(payload).count = 0;
    p.state[index] = static_cast<std::uint8_t>(place::untracked) | dying;
    at(payload).~T();
    h.counts[0] -= h.counts[0] > 0;
    free_slot_at(p, index, payload, sizeof(T));
  }
  return objects.size();
}

template <class T> void operations<T>::follow_ahead(marker &m) {
  mark_ahead_visitor v(m);
  while (!m.pending.empty()) {
    void *next = m.pending.back();
    if (page_of(next).type != &type_of<T>)
      return;
    m.pending.pop_back();
    trace_value(v, at(next));
  }
}

} // namespace refcycle::internal

#endif
