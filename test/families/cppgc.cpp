// The collector of V8: persistent handles are roots, traced ones may form cycles.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace cppgc {
namespace internal {
HANDLE(BasicPersistent, T *Get() const; void Clear(); T *Release();)
HANDLE(BasicCrossThreadPersistent, T *Get() const; void Clear();)
HANDLE(BasicMember, T *Get() const; void Clear();)
} // namespace internal
template <class T> using Persistent = internal::BasicPersistent<T>;
template <class T> using Member = internal::BasicMember<T>;
template <class T, class... A> T *MakeGarbageCollected(A &&...);
} // namespace cppgc
namespace v8 {
HANDLE(Global, void Reset();)
HANDLE(Persistent, void Reset();)
HANDLE(Local)
HANDLE(TracedReference, void Reset();)
} // namespace v8

//===--- must be reported ---------------------------------------------------===//

// CHECK: cppgc.cpp:[[@LINE+1]]:{{.*}} warning: 'persistent::{{[AB]}}' and
CYCLE(persistent, cppgc::Persistent)
// CHECK: cppgc.cpp:[[@LINE+1]]:{{.*}} warning: 'threads::{{[AB]}}' and
CYCLE(threads, cppgc::internal::BasicCrossThreadPersistent)
// CHECK: cppgc.cpp:[[@LINE+1]]:{{.*}} warning: 'global::{{[AB]}}' and
CYCLE(global, v8::Global)
// CHECK: cppgc.cpp:[[@LINE+1]]:{{.*}} warning: 'script::{{[AB]}}' and
CYCLE(script, v8::Persistent)

struct Node {
  cppgc::Persistent<Node> self;
  // CHECK: cppgc.cpp:[[@LINE+1]]:{{.*}} warning: 'Node' keeps itself alive
  void keep() { self = this; }
};

//===--- must stay silent ---------------------------------------------------===//

CYCLE(traced, cppgc::Member)
CYCLE(script_traced, v8::TracedReference)
CYCLE(local, v8::Local)
OPENED(cleared, cppgc::Persistent, Clear())
OPENED(reset, v8::Global, Reset())
TAKEN(released, cppgc::Persistent, Release())

struct List {
  cppgc::Member<List> next;
};
void made() {
  auto *a = cppgc::MakeGarbageCollected<List>(), *b = cppgc::MakeGarbageCollected<List>();
  a->next = b;
  b->next = a;
}
