// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A callable whose captured handles the collector can see. C++ gives no way to
// look into a lambda, so captures are passed beside it:
//
//   refcycle::function<void(int)> on_click(
//       refcycle::with(window),
//       [](refcycle::ref<Window> &w, int button) { w->press(button); });
//
// With std::function the same closure would keep its window alive for ever if
// the window owns it; refcycle rejects that at compile time.

#ifndef REFCYCLE_FUNCTION_H
#define REFCYCLE_FUNCTION_H

#include "refcycle/trace.h"

#include <functional>
#include <tuple>
#include <utility>

namespace refcycle {

/// Values for a function to capture; made by with().
template <class... C> struct captures {
  std::tuple<C...> values;
};

/// Captures copies of the arguments, or what was moved in.
template <class... C> captures<std::decay_t<C>...> with(C &&...values) {
  return {{std::forward<C>(values)...}};
}

template <class Signature> class function;

/// Like std::function, with captures that are traced. Copies copy captures.
///
/// Calling an empty one throws std::bad_function_call.
template <class R, class... A>
class function<R(A...)> : private internal::function_base {
  friend struct internal::handle_access;

  struct callable : internal::closure {
    virtual R call(A... arguments) = 0;
    virtual callable *copy() const = 0;
  };

  template <class F, class... C> struct stored final : callable {
    F code;
    std::tuple<C...> values;

    stored(F f, std::tuple<C...> v)
        : code(std::move(f)), values(std::move(v)) {}
    R call(A... arguments) override {
      return std::apply(
          [&](C &...captured) -> R {
            return std::invoke(code, captured...,
                               std::forward<A>(arguments)...);
          },
          values);
    }
    callable *copy() const override { return new stored(code, values); }
    void trace(visitor &v) override {
      if constexpr (internal::form_of<F> != internal::form::unknown)
        v(code);
      v(values);
    }
  };

  template <class F> static constexpr bool is_open() {
    static_assert(internal::form_of<F> != internal::form::unknown,
                  "this callable may capture handles, and nobody can look into "
                  "it: capture with refcycle::with(...), which hands them to "
                  "a callable that captures nothing");
    return true;
  }

public:
  function() noexcept = default;
  function(std::nullptr_t) noexcept {}

  /// From a function, or an object without captures or with trivial ones.
  template <class F>
    requires(!std::is_same_v<F, function> &&
             std::is_invocable_r_v<R, F &, A...>)
  function(F code) {
    static_assert(is_open<F>());
    target = new stored<F>(std::move(code), {});
  }

  /// From captures and code that receives them, by reference, before its
  /// arguments.
  template <class... C, class F>
    requires std::is_invocable_r_v<R, F &, C &..., A...>
  function(captures<C...> c, F code) {
    static_assert(is_open<F>());
    target = new stored<F, C...>(std::move(code), std::move(c.values));
  }

  function(const function &other) {
    if (other.target != nullptr)
      target = static_cast<callable *>(other.target)->copy();
  }
  function(function &&other) noexcept
      : function_base{std::exchange(other.target, nullptr)} {}
  function &operator=(function other) noexcept {
    std::swap(target, other.target);
    return *this;
  }
  ~function() { delete target; }

  explicit operator bool() const noexcept { return target != nullptr; }

  R operator()(A... arguments) const {
    if (target == nullptr)
      throw std::bad_function_call();
    return static_cast<callable *>(target)->call(std::forward<A>(arguments)...);
  }

private:
  function_base &base() noexcept { return *this; }
};

} // namespace refcycle

#endif
