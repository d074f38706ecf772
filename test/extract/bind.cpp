// A bind object holds its bound arguments, and says what it calls.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <memory>
namespace boost {
template <typename F, typename... As> struct bind_t {
  void operator()();
};
template <typename F, typename... As> bind_t<F, As...> bind(F, As...);
} // namespace boost
struct S : std::enable_shared_from_this<S> {
  std::function<void()> F;
  void run();
  void with(std::shared_ptr<S>, int);
  void member();
  void arguments();
  void front();
  void functionPointer();
  void viaBoost();
};
void freely(std::shared_ptr<S>);
void S::member() { F = std::bind(&S::run, shared_from_this()); }
void S::arguments() {
  std::shared_ptr<S> P = shared_from_this();
  F = std::bind(&S::with, this, P, 1);
  F = std::bind(freely, P);
  F = std::bind([](std::shared_ptr<S>) {}, std::move(P));
  F = std::bind(&S::run, std::ref(P));
}
void S::front() { F = std::bind_front(&S::run, shared_from_this()); }
void S::functionPointer() {
  void (S::*Method)() = &S::run;
  F = std::bind(Method, shared_from_this());
}
void S::viaBoost() { F = boost::bind(&S::run, shared_from_this()); }

// CHECK:      class boost::bind_t<void (S::*)(), std::shared_ptr<S>>

// CHECK:      class S
// CHECK-NEXT:   F: function

// CHECK:      bind S::member#1 in S::member calls S::run
// CHECK-NEXT:   shared_from_this(): capture strong S

// CHECK:      bind S::arguments#1 in S::arguments calls S::with
// CHECK-NEXT:   this: capture raw S
// CHECK-NEXT:   P: capture strong S

// CHECK:      bind S::arguments#2 in S::arguments calls freely
// CHECK-NEXT:   P: capture strong S

// CHECK:      closure S::arguments#4 in S::arguments local

// CHECK:      bind S::arguments#3 in S::arguments
// CHECK-NEXT:   argument 1: capture value S::arguments#4
// CHECK-NEXT:   move(): capture strong S

// CHECK:      bind S::arguments#5 in S::arguments calls S::run
// CHECK-NEXT:   ref(): capture raw std::shared_ptr<S>

// CHECK:      class std::shared_ptr<S> cell
// CHECK-NEXT:   value: strong S

// CHECK:      bind S::front#1 in S::front calls S::run
// CHECK-NEXT:   shared_from_this(): capture strong S

// CHECK:      bind S::functionPointer#1 in S::functionPointer
// CHECK-NEXT:   shared_from_this(): capture strong S

// CHECK:      bind S::viaBoost#1 in S::viaBoost calls S::run
// CHECK-NEXT:   shared_from_this(): capture strong S

// CHECK:      fn S::member()
// CHECK-NEXT:   S::member#1.0 := this [strong]
// CHECK-NEXT:   this.F = S::member#1 [value]

// CHECK:      fn S::arguments()
// CHECK-NEXT:   P := this [strong]
// CHECK-NEXT:   S::arguments#1.this := this [raw]
// CHECK-NEXT:   S::arguments#1.P := P [strong]
// CHECK-NEXT:   this.F = S::arguments#1 [value]
// CHECK-NEXT:   S::arguments#2.P := P [strong]
// CHECK-NEXT:   this.F = S::arguments#2 [value]
// CHECK-NEXT:   clear moveout P
// CHECK-NEXT:   S::arguments#3.0 := S::arguments#4 [value]
// CHECK-NEXT:   S::arguments#3.1 := P [strong]
// CHECK-NEXT:   this.F = S::arguments#3 [value]
// CHECK-NEXT:   S::arguments#5.0 := P [raw]
// CHECK-NEXT:   this.F = S::arguments#5 [value]

// CHECK:      fn S::arguments#4(value S) internal

// CHECK:      fn S::front()
// CHECK-NEXT:   S::front#1.0 := this [strong]
// CHECK-NEXT:   this.F = S::front#1 [value]

// CHECK:      fn S::functionPointer()
// CHECK-NEXT:   S::functionPointer#1.0 := this [strong]
// CHECK-NEXT:   this.F = S::functionPointer#1 [value]

// CHECK:      fn S::viaBoost()
// CHECK-NEXT:   S::viaBoost#1.0 := this [strong]
// CHECK-NEXT:   this.F = S::viaBoost#1 [value]
