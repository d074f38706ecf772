// Captures that stay as they are: the closure could not give up at its top, or
// the text is not what the edit would expect.

// RUN: rm -rf %t && mkdir %t && cp %s %t/refused.cpp && cd %t
// RUN: not refcycle --fix --format=json refused.cpp -- -std=c++17 > refused.json
// RUN: cmp %s refused.cpp
// RUN: FileCheck %s --input-file=refused.json --implicit-check-not='"slot":' --implicit-check-not='"refused": ""'

// Before C++17 there is no weak_from_this, and std::weak_ptr needs its type.
// RUN: not refcycle --format=json refused.cpp -- -std=c++14 -DOLD | FileCheck %s --check-prefix=OLD --implicit-check-not='"refused": ""'
// OLD: "slot": "(lambda at refused.cpp:{{.*}})::self"
// OLD-NEXT: "edits": [],
// OLD-NEXT: "refused": "the code is compiled for less than C++17"

#include <functional>
#include <memory>

struct Session : std::enable_shared_from_this<Session> {
  std::function<int()> on_count;
  std::function<void(int)> on_data;
  std::function<void()> on_close;
  int n = 0;

#ifndef OLD
  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+2]]
  // CHECK: "refused": "the lambda returns something, or is a template"
  void counted() { on_count = [self = shared_from_this()] { return ++self->n; }; }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+2]]
  // CHECK: "refused": "the lambda returns something, or is a template"
  void generic() { on_data = [self = shared_from_this()](auto d) { self->n += d; }; }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+2]]
  // CHECK: "refused": "the lambda is mutable, or captures by default"
  void changing() { on_close = [self = shared_from_this(), i = 0]() mutable { self->n += i++; }; }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+2]]
  // CHECK: "refused": "the lambda is mutable, or captures by default"
  void byDefault(int i) { on_close = [=, self = shared_from_this()] { self->n += i; }; }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+4]]
  // CHECK: "refused": "a lambda inside captures it again"
  void nested() {
    auto self = shared_from_this();
    on_close = [self] { [self] { ++self->n; }(); };
  }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+4]]
  // CHECK: "refused": "its initialiser is not a plain handle"
  void moved() {
    auto mine = shared_from_this();
    on_close = [self = std::move(mine)] { ++self->n; };
  }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+5]]
  // CHECK: "refused": "its initialiser is not a plain handle"
  void shadowed() {
    auto self = shared_from_this();
    int weak_self = 1;
    on_close = [self, weak_self] { self->n += weak_self; };
  }

  // CHECK: "slot": "(lambda at refused.cpp:[[@LINE+3]]
  // CHECK: "refused": "its initialiser is not a plain handle"
#define SELF self = shared_from_this()
  void spelled() { on_close = [SELF] { ++self->n; }; }
#else
  void old() { auto self = shared_from_this(); on_close = [self] { ++self->n; }; }
#endif
};

int main() {
  auto session = std::make_shared<Session>();
#ifndef OLD
  session->counted(); session->generic(); session->changing();
  session->byDefault(1); session->nested(); session->moved();
  session->shadowed(); session->spelled();
#else
  session->old();
#endif
}
