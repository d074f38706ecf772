// A bind object holds its bound arguments, and says what it calls.
#include <boost/bind/bind.hpp>
#include <boost/shared_ptr.hpp>
#include <functional>
#include <memory>
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
