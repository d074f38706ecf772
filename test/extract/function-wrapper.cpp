// A user-written function wrapper is a callable slot that owns its closure.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
#include <utility>
template <typename> class Callback;
template <typename R, typename... As> class Callback<R(As...)> {
  struct Base {
    virtual ~Base() = default;
    virtual R call(As... Args) = 0;
  };
  template <typename F> struct Impl : Base {
    F Fn;
    Impl(F Fn) : Fn(std::move(Fn)) {}
    R call(As... Args) override { return Fn(Args...); }
  };
  std::unique_ptr<Base> Held;

public:
  Callback() = default;
  template <typename F> Callback(F Fn) : Held(new Impl<F>(std::move(Fn))) {}
  R operator()(As... Args) { return Held->call(Args...); }
};
struct Button : std::enable_shared_from_this<Button> {
  Callback<void(int)> OnClick;
  void setup() {
    OnClick = [Self = shared_from_this()](int) {};
  }
  void click() { OnClick(1); }
};

// CHECK:      class Callback<void (int)>::Base polymorphic

// CHECK:      class Callback<void (int)>::Impl<(lambda)> : Callback<void (int)>::Base polymorphic
// CHECK-NEXT:   Fn: value Button::setup#1

// CHECK:      closure Button::setup#1 in Button::setup
// CHECK-NEXT:   Self: capture strong Button

// CHECK:      class Button
// CHECK-NEXT:   OnClick: function

// CHECK:      fn Callback<void (int)>::Impl<(lambda)>::Impl(Fn: value Button::setup#1)
// CHECK-NEXT:   Callback<void (int)>::Base::Base(this)
// CHECK-NEXT:   this.Fn := Fn [value]

// CHECK:      fn Callback<void (int)>::Impl<(lambda)>::call(Args) overrides Callback<void (int)>::Base::call
// CHECK-NEXT:   Button::setup#1(this.Fn, _)
// CHECK-NEXT:   return

// CHECK:      fn Button::setup()
// CHECK-NEXT:   Button::setup#1.Self := this [strong]
// CHECK-NEXT:   this.OnClick = Button::setup#1 [value]

// CHECK:      fn Button::click()
// CHECK-NEXT:   invoke this.OnClick(_)
