// Abseil: function wrappers and containers; the handles are the standard ones.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace std {
HANDLE(shared_ptr)
UNIQUE_HANDLE(unique_ptr)
} // namespace std
namespace absl {
CALLABLE(AnyInvocable)
template <class S> struct FunctionRef;
template <class R, class... A> struct FunctionRef<R(A...)> {
  template <class F> FunctionRef(F);
};
template <class F> struct Cleanup {
  Cleanup(F);
  ~Cleanup();
};
template <class T, int N> struct InlinedVector {
  ~InlinedVector();
  void push_back(const T &);
};
template <class K, class V> struct flat_hash_map {
  ~flat_hash_map();
  V &operator[](const K &);
  void clear();
};
template <class T> struct optional {
  ~optional();
  optional &operator=(const T &);
  void reset();
};
struct any {
  template <class T> any &operator=(const T &);
  ~any();
};
template <class T> std::unique_ptr<T> WrapUnique(T *);
} // namespace absl
template <class T> using Inlined = absl::InlinedVector<T, 2>;

// CHECK: absl.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job'
CLOSURE(called, std::shared_ptr, absl::AnyInvocable)
// CHECK: absl.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, std::shared_ptr, Inlined, push_back)

struct Peer {
  absl::flat_hash_map<int, std::shared_ptr<Peer>> peers;
  absl::optional<std::shared_ptr<Peer>> self;
  absl::any state;
};
void meet(const std::shared_ptr<Peer> &a, const std::shared_ptr<Peer> &b) {
  a->peers[1] = b;
  // CHECK: absl.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Peer'
  b->peers[1] = a;
}
void keep(const std::shared_ptr<Peer> &p) {
  // CHECK: absl.cpp:[[@LINE+1]]:{{.*}} warning: 'Peer' keeps itself alive
  p->self = p;
}
struct Owned;
struct Owner {
  std::unique_ptr<Owned> kid;
};
struct Owned {
  std::shared_ptr<Owner> up;
};
void wrap(const std::shared_ptr<Owner> &o) {
  Owned *fresh = new Owned;
  fresh->up = o;
  // CHECK: absl.cpp:[[@LINE+1]]:{{.*}} warning: 'Own{{er|ed}}' and
  o->kid = absl::WrapUnique(fresh);
}

struct Calm {
  absl::flat_hash_map<int, std::shared_ptr<Calm>> peers;
  absl::optional<std::shared_ptr<Calm>> self;
  absl::FunctionRef<void()> view = [] {};
};
void open(const std::shared_ptr<Calm> &a, const std::shared_ptr<Calm> &b) {
  a->peers[1] = b;
  b->peers[1] = a;
  b->peers.clear();
}
void open(const std::shared_ptr<Calm> &c) {
  c->self = c;
  c->self.reset();
}
void look(const std::shared_ptr<Calm> &c) {
  c->view = [c] { (void)c; };
}
void leave(const std::shared_ptr<Calm> &c) {
  absl::Cleanup<void (*)()> guard([] {});
}
