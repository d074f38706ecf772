// WTF of WebKit: Ref and RefPtr count, adoptRef() takes over, WeakPtr does not own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace WTF {
HANDLE(Ref, T &get() const; T *ptr() const; T &leakRef();)
HANDLE(RefPtr, T *get() const; T *leakRef(); Ref<T> releaseNonNull();)
HANDLE(GRefPtr, T *get() const; T *leakRef();)
HANDLE(RetainPtr, T *get() const; T *leakRef(); void clear();)
HANDLE(OSObjectPtr, T *get() const;)
HANDLE(Box, template <class... A> static Box create(A &&...);)
HANDLE(WeakPtr, T *get() const;)
HANDLE(WeakRef, T &get() const;)
HANDLE(SingleThreadWeakPtr)
WEAK_HANDLE(InlineWeakPtr, T *get() const;)
WEAK_HANDLE(InlineWeakRef)
WEAK_HANDLE(ThreadSafeWeakPtr, RefPtr<T> get() const;)
WEAK_HANDLE(ThreadSafeWeakOrStrongPtr)
WEAK_HANDLE(WeakHashSet, void add(const T &);)
WEAK_HANDLE(WeakListHashSet, void add(const T &);)
WEAK_HANDLE(ThreadSafeWeakHashSet, void add(const T &);)
UNIQUE_HANDLE(UniqueRef, T &get() const;)
CALLABLE(Function)
CALLABLE(CompletionHandler)
CALLABLE(CompletionHandlerWithFinalizer)
CALLABLE(BlockPtr)
template <class T> struct Vector {
  ~Vector();
  void append(const T &);
  void clear();
};
template <class T> struct RefCounted {};
template <class T> Ref<T> adoptRef(T &);
template <class T> RefPtr<T> adoptRef(T *);
template <class T> RetainPtr<T> retainPtr(T *);
template <class T> RetainPtr<T> adoptNS(T *);
} // namespace WTF

//===--- must be reported ---------------------------------------------------===//

// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'refs::{{[AB]}}' and
CYCLE(refs, WTF::Ref)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, WTF::RefPtr)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'glib::{{[AB]}}' and
CYCLE(glib, WTF::GRefPtr)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'retained::{{[AB]}}' and
CYCLE(retained, WTF::RetainPtr)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'os::{{[AB]}}' and
CYCLE(os, WTF::OSObjectPtr)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'box::{{[AB]}}' and
CYCLE(box, WTF::Box)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'unique::{{Root|Leaf}}' and
UNIQUE_CYCLE(unique, WTF::UniqueRef, WTF::RefPtr)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, WTF::RefPtr, WTF::ThreadSafeWeakPtr, get)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, WTF::RefPtr, WTF::Function)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'completed::Job' keeps itself alive
CLOSURE(completed, WTF::RefPtr, WTF::CompletionHandler)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'finalized::Job' keeps itself alive
CLOSURE(finalized, WTF::RefPtr, WTF::CompletionHandlerWithFinalizer)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'block::Job' keeps itself alive
CLOSURE(block, WTF::RefPtr, WTF::BlockPtr)
// CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, WTF::RefPtr, WTF::Vector, append)

struct Layer : WTF::RefCounted<Layer> {
  WTF::RefPtr<Layer> next;
};
WTF::RefPtr<Layer> adopted() {
  WTF::RefPtr<Layer> a = WTF::adoptRef(new Layer), b = WTF::adoptRef(new Layer);
  a->next = b;
  // CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Layer'
  b->next = a;
  return a;
}
struct View {
  WTF::RetainPtr<View> self;
  // CHECK: wtf.cpp:[[@LINE+1]]:{{.*}} warning: 'View' keeps itself alive
  void keep() { self = WTF::retainPtr(this); }
};

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(weak, WTF::RefPtr, WTF::WeakPtr)
WEAK_BACK(weak_ref, WTF::Ref, WTF::WeakRef)
WEAK_BACK(single, WTF::RefPtr, WTF::SingleThreadWeakPtr)
WEAK_BACK(inlined, WTF::RefPtr, WTF::InlineWeakPtr)
WEAK_BACK(inlined_ref, WTF::RefPtr, WTF::InlineWeakRef)
WEAK_BACK(safe, WTF::RefPtr, WTF::ThreadSafeWeakPtr)
UNIQUE_TREE(tree, WTF::UniqueRef)
TAKEN(leaked, WTF::RefPtr, leakRef())
OPENED(cleared, WTF::RetainPtr, clear())
OPENED(null, WTF::RefPtr, operator=(nullptr))

struct Client {
  WTF::WeakHashSet<Client> watchers;
  void watch(const WTF::RefPtr<Client> &c) { c->watchers.add(*c); }
};
