// Poco: AutoPtr adopts and is duplicated to share, SharedPtr makes its own count, events own delegates.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace Poco {
HANDLE(AutoPtr, AutoPtr(T *, bool shared); T *get() const; T *duplicate(); void reset();)
HANDLE(SharedPtr, T *get() const; void reset();)
struct RefCountedObject {
  void duplicate() const;
  void release() const;
};
struct Any {
  template <class T> Any &operator=(const T &);
  ~Any();
};
template <class T> struct Nullable {
  ~Nullable();
  Nullable &operator=(const T &);
  void clear();
};
template <class K, class V> struct LRUCache {
  ~LRUCache();
  void add(const K &, const V &);
  void clear();
};
template <class T> struct BasicEvent {
  ~BasicEvent();
  template <class D> void operator+=(const D &);
  template <class D> void operator-=(const D &);
};
template <class T, class... A> AutoPtr<T> makeAuto(A &&...);
template <class T, class... A> SharedPtr<T> makeShared(A &&...);
} // namespace Poco

//===--- must be reported ---------------------------------------------------===//

// CHECK: poco.cpp:[[@LINE+1]]:{{.*}} warning: 'counted::{{[AB]}}' and
CYCLE(counted, Poco::AutoPtr)
// CHECK: poco.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, Poco::SharedPtr)

struct Channel : Poco::RefCountedObject {
  Poco::AutoPtr<Channel> next;
  Poco::Nullable<Poco::AutoPtr<Channel>> self;
  Poco::LRUCache<int, Poco::AutoPtr<Channel>> cache;
  Poco::BasicEvent<int> changed;
};
void made() {
  auto a = Poco::makeAuto<Channel>(), b = Poco::makeAuto<Channel>();
  a->next = b;
  // CHECK: poco.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Channel'
  b->next = a;
}
void kept(const Poco::AutoPtr<Channel> &c) {
  // CHECK: poco.cpp:[[@LINE+1]]:{{.*}} warning: 'Channel' keeps itself alive
  c->self = c;
}
void cached(const Poco::AutoPtr<Channel> &c) {
  // CHECK: poco.cpp:[[@LINE+1]]:{{.*}} warning: 'Channel' keeps itself alive
  c->cache.add(1, c);
}
void event(const Poco::AutoPtr<Channel> &c) {
  // CHECK: poco.cpp:[[@LINE+1]]:{{.*}} warning: 'Channel' keeps itself alive
  c->changed += [c](int) { (void)c; };
}

//===--- must stay silent ---------------------------------------------------===//

OPENED(null, Poco::AutoPtr, operator=(nullptr))
OPENED(reset, Poco::SharedPtr, reset())

struct Calm : Poco::RefCountedObject {
  Poco::Nullable<Poco::AutoPtr<Calm>> self;
  Calm *parent;
  Poco::AutoPtr<Calm> kid;
};
void grow(const Poco::AutoPtr<Calm> &c) {
  c->kid = Poco::makeAuto<Calm>();
  c->kid->parent = c.get();
}
void open(const Poco::AutoPtr<Calm> &c) {
  c->self = c;
  c->self.clear();
}
