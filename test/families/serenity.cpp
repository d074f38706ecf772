// SerenityOS: the handles of AK, and those of its collector, which takes its own cycles.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace AK {
HANDLE(NonnullRefPtr, T *ptr() const; T &leak_ref();)
HANDLE(RefPtr, T *ptr() const; T *leak_ref(); void clear(); NonnullRefPtr<T> release_nonnull();)
HANDLE(LockRefPtr, T *leak_ref();)
HANDLE(NonnullLockRefPtr)
WEAK_HANDLE(WeakPtr, RefPtr<T> strong_ref() const; T *ptr() const; void clear();)
WEAK_HANDLE(LockWeakPtr, LockRefPtr<T> strong_ref() const;)
UNIQUE_HANDLE(OwnPtr, T *leak_ptr(); void clear(); T *ptr() const;)
UNIQUE_HANDLE(NonnullOwnPtr, T *leak_ptr(); T *ptr() const;)
CALLABLE(Function)
template <class T> struct RefCounted {};
template <class T> struct Vector {
  ~Vector();
  void append(const T &);
  void clear();
};
template <class K, class V> struct HashMap {
  ~HashMap();
  void set(const K &, const V &);
};
template <class T> struct Optional {
  ~Optional();
  Optional &operator=(const T &);
};
template <class T> NonnullRefPtr<T> adopt_ref(T &);
template <class T> RefPtr<T> adopt_ref_if_nonnull(T *);
template <class T> NonnullOwnPtr<T> adopt_own(T &);
template <class T, class... A> NonnullRefPtr<T> make_ref_counted(A &&...);
template <class T, class... A> NonnullOwnPtr<T> make(A &&...);
} // namespace AK
namespace GC {
HANDLE(Root, static Root create(T *);)
HANDLE(Ptr)
HANDLE(Ref)
HANDLE(Weak)
} // namespace GC
namespace JS {
HANDLE(Handle)
HANDLE(GCPtr)
HANDLE(NonnullGCPtr)
} // namespace JS

//===--- must be reported ---------------------------------------------------===//

// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, AK::RefPtr)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'nonnull::{{[AB]}}' and
CYCLE(nonnull, AK::NonnullRefPtr)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'locked::{{[AB]}}' and
CYCLE(locked, AK::LockRefPtr)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'nonnull_locked::{{[AB]}}' and
CYCLE(nonnull_locked, AK::NonnullLockRefPtr)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'roots::{{[AB]}}' and
CYCLE(roots, GC::Root)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'old_roots::{{[AB]}}' and
CYCLE(old_roots, JS::Handle)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'own::{{Root|Leaf}}' and
UNIQUE_CYCLE(own, AK::OwnPtr, AK::RefPtr)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'nonnull_own::{{Root|Leaf}}' and
UNIQUE_CYCLE(nonnull_own, AK::NonnullOwnPtr, AK::RefPtr)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, AK::RefPtr, AK::WeakPtr, strong_ref)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'lock_promoted::Node' keeps itself alive
PROMOTED(lock_promoted, AK::LockRefPtr, AK::LockWeakPtr, strong_ref)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, AK::RefPtr, AK::Function)
// CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, AK::NonnullRefPtr, AK::Vector, append)

struct Node : AK::RefCounted<Node> {
  AK::RefPtr<Node> next;
  AK::HashMap<int, AK::NonnullRefPtr<Node>> by_id;
  AK::Optional<AK::NonnullRefPtr<Node>> self;
};
void made() {
  AK::RefPtr<Node> a = AK::make_ref_counted<Node>(), b = AK::adopt_ref(*new Node);
  a->next = b;
  // CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Node'
  b->next = a;
}
void mapped(const AK::NonnullRefPtr<Node> &n) {
  // CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'Node' keeps itself alive
  n->by_id.set(1, n);
}
void kept(const AK::NonnullRefPtr<Node> &n) {
  // CHECK: serenity.cpp:[[@LINE+1]]:{{.*}} warning: 'Node' keeps itself alive
  n->self = n;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, AK::RefPtr, AK::WeakPtr)
WEAK_BACK(lock_back, AK::LockRefPtr, AK::LockWeakPtr)
WEAK_BACK(gc_back, GC::Root, GC::Weak)
CYCLE(traced, GC::Ptr)
CYCLE(traced_ref, GC::Ref)
CYCLE(old_traced, JS::GCPtr)
CYCLE(old_traced_ref, JS::NonnullGCPtr)
UNIQUE_TREE(tree, AK::OwnPtr)
UNIQUE_TREE(nonnull_tree, AK::NonnullOwnPtr)
OPENED(cleared, AK::RefPtr, clear())
TAKEN(leaked, AK::RefPtr, leak_ref())
OPENED(null, AK::RefPtr, operator=(nullptr))
