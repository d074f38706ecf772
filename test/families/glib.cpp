// Glibmm and libsigc++: RefPtr adopts, WeakRef is promoted, signals own their slots.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace Glib {
HANDLE(RefPtr, T *get() const; void reset(); T *release();)
WEAK_HANDLE(WeakRef, RefPtr<T> get() const;)
struct ObjectBase {};
template <class T> RefPtr<T> make_refptr_for_instance(T *);
template <class R> struct SignalProxy0 {
  ~SignalProxy0();
  template <class F> int connect(F);
};
template <class R> struct SignalProxy {
  ~SignalProxy();
  template <class F> int connect(F);
};
} // namespace Glib
namespace sigc {
CALLABLE(slot)
struct connection {
  void disconnect();
};
template <class S> struct signal {
  ~signal();
  template <class F> connection connect(F);
  void clear();
};
template <class F, class... A> slot<void()> bind(F, A...);
template <class T> slot<void()> mem_fun(T &, void (T::*)());
} // namespace sigc

//===--- must be reported ---------------------------------------------------===//

// CHECK: glib.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, Glib::RefPtr)
// CHECK: glib.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, Glib::RefPtr, Glib::WeakRef, get)
// CHECK: glib.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, Glib::RefPtr, sigc::slot)

struct Action : Glib::ObjectBase {
  sigc::signal<void()> activated;
  Glib::RefPtr<Action> next;
};
void connected(const Glib::RefPtr<Action> &a) {
  // CHECK: glib.cpp:[[@LINE+1]]:{{.*}} warning: 'Action' keeps itself alive
  a->activated.connect([a] { (void)a; });
}
void run(Glib::RefPtr<Action>);
void bound(const Glib::RefPtr<Action> &a) {
  // CHECK: glib.cpp:[[@LINE+1]]:{{.*}} warning: 'Action' keeps itself alive
  a->activated.connect(sigc::bind(&run, a));
}
void adopted() {
  auto a = Glib::make_refptr_for_instance(new Action);
  Glib::RefPtr<Action> b(new Action);
  a->next = b;
  // CHECK: glib.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Action'
  b->next = a;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, Glib::RefPtr, Glib::WeakRef)
OPENED(reset, Glib::RefPtr, reset())
TAKEN(released, Glib::RefPtr, release())

struct Calm : Glib::ObjectBase {
  sigc::signal<void()> activated;
  void fire();
  void arm() { activated.connect(sigc::mem_fun(*this, &Calm::fire)); }
};
void open(const Glib::RefPtr<Calm> &c) {
  c->activated.connect([c] { (void)c; });
  c->activated.clear();
}
