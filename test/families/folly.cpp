// Folly: the function wrappers, the containers, Synchronized and KeepAlive.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace std {
HANDLE(shared_ptr)
WEAK_HANDLE(weak_ptr, shared_ptr<T> lock() const;)
} // namespace std
namespace folly {
CALLABLE(Function)
CALLABLE(SharedFunction)
HANDLE(ReadMostlyMainPtr, void reset();)
HANDLE(ReadMostlySharedPtr)
HANDLE(atomic_shared_ptr)
WEAK_HANDLE(ReadMostlyWeakPtr, ReadMostlySharedPtr<T> lock() const;)
struct Executor {
  HANDLE(KeepAlive, void reset();)
};
template <class T> struct fbvector {
  ~fbvector();
  void push_back(const T &);
};
template <class K, class V> struct F14FastMap {
  ~F14FastMap();
  V &operator[](const K &);
};
template <class T> struct Locked {
  ~Locked();
  T *operator->() const;
  T &operator*() const;
};
template <class T> struct Synchronized {
  ~Synchronized();
  Locked<T> wlock();
};
template <class S> struct FunctionRef;
template <class R, class... A> struct FunctionRef<R(A...)> {
  template <class F> FunctionRef(F);
};
} // namespace folly

// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job'
CLOSURE(called, std::shared_ptr, folly::Function)
// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::Job'
CLOSURE(shared, std::shared_ptr, folly::SharedFunction)
// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: 'mostly::{{[AB]}}' and
CYCLE(mostly, folly::ReadMostlySharedPtr)
// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: 'atomic::{{[AB]}}' and
CYCLE(atomic, folly::atomic_shared_ptr)
// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: 'kept::{{[AB]}}' and
CYCLE(kept, folly::Executor::KeepAlive)
// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, folly::ReadMostlySharedPtr, folly::ReadMostlyWeakPtr, lock)
// CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, std::shared_ptr, folly::fbvector, push_back)

struct Peer {
  folly::F14FastMap<int, std::shared_ptr<Peer>> peers;
  void meet(const std::shared_ptr<Peer> &a, const std::shared_ptr<Peer> &b) {
    a->peers[1] = b;
    // CHECK: folly.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Peer'
    b->peers[1] = a;
  }
};

WEAK_BACK(back, folly::ReadMostlySharedPtr, folly::ReadMostlyWeakPtr)
OPENED(reset, folly::ReadMostlyMainPtr, reset())
OPENED(dropped, folly::Executor::KeepAlive, reset())
struct Viewer {
  folly::FunctionRef<void()> view = [] {};
  void look(const std::shared_ptr<Viewer> &v) { v->view = [v] { (void)v; }; }
};
