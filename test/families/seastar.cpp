// Seastar: both kinds of shared pointers, noncopyable_function, promises, weak pointers.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace seastar {
HANDLE(shared_ptr, T *get() const;)
HANDLE(lw_shared_ptr, T *get() const;)
HANDLE(weak_ptr, T *get() const;)
HANDLE(checked_ptr, T *get() const;)
HANDLE(foreign_ptr)
CALLABLE(noncopyable_function)
template <class T> struct enable_shared_from_this {
  shared_ptr<T> shared_from_this();
};
template <class T> struct enable_lw_shared_from_this {
  lw_shared_ptr<T> shared_from_this();
};
template <class T> struct circular_buffer {
  ~circular_buffer();
  void push_back(const T &);
  void clear();
};
template <class T> struct optimized_optional {
  ~optimized_optional();
  optimized_optional &operator=(const T &);
};
template <class T> struct promise {
  ~promise();
  void set_value(const T &);
};
template <class C> struct timer {
  ~timer();
  template <class F> void set_callback(F);
};
template <class T, class... A> shared_ptr<T> make_shared(A &&...);
template <class T, class... A> lw_shared_ptr<T> make_lw_shared(A &&...);
} // namespace seastar

//===--- must be reported ---------------------------------------------------===//

// CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, seastar::shared_ptr)
// CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: 'light::{{[AB]}}' and
CYCLE(light, seastar::lw_shared_ptr)
// CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, seastar::lw_shared_ptr, seastar::noncopyable_function)
// CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, seastar::lw_shared_ptr, seastar::circular_buffer, push_back)

struct Conn : seastar::enable_lw_shared_from_this<Conn> {
  seastar::optimized_optional<seastar::lw_shared_ptr<Conn>> self;
  seastar::timer<int> idle;
  seastar::lw_shared_ptr<Conn> peer;
  // CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: 'Conn' keeps itself alive
  void keep() { self = shared_from_this(); }
  void arm() {
    auto me = shared_from_this();
    // CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: 'Conn' keeps itself alive
    idle.set_callback([me] { (void)me; });
  }
};
void made() {
  auto a = seastar::make_lw_shared<Conn>(), b = seastar::make_lw_shared<Conn>();
  a->peer = b;
  // CHECK: seastar.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Conn'
  b->peer = a;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, seastar::shared_ptr, seastar::weak_ptr)
WEAK_BACK(checked, seastar::lw_shared_ptr, seastar::checked_ptr)
OPENED(null, seastar::lw_shared_ptr, operator=(nullptr))

struct Calm : seastar::enable_lw_shared_from_this<Calm> {
  seastar::circular_buffer<seastar::lw_shared_ptr<Calm>> peers;
};
void open(const seastar::lw_shared_ptr<Calm> &c) {
  c->peers.push_back(c);
  c->peers.clear();
}
