// Mozilla: RefPtr and nsCOMPtr count, already_AddRefed hands a count on, WeakPtr does not own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

HANDLE(already_AddRefed, T *take();)
HANDLE(RefPtr, T *get() const; already_AddRefed<T> forget();)
HANDLE(nsCOMPtr, T *get() const; already_AddRefed<T> forget();)
HANDLE(nsRefPtr)
HANDLE(nsMainThreadPtrHandle)
HANDLE(nsMainThreadPtrHolder)
UNIQUE_HANDLE(nsAutoPtr, T *forget();)
template <class T> already_AddRefed<T> dont_AddRef(T *);
template <class T> already_AddRefed<T> do_AddRef(T *);
template <class T> struct nsTArray {
  ~nsTArray();
  void AppendElement(const T &);
  void Clear();
};
namespace mozilla {
HANDLE(OwningNonNull)
HANDLE(SafeRefPtr)
HANDLE(StaticRefPtr)
namespace dom {
HANDLE(OwningNonNull)
}
HANDLE(WeakPtr, T *get() const;)
WEAK_HANDLE(ThreadSafeWeakPtr, RefPtr<T> promote() const;)
UNIQUE_HANDLE(UniquePtr, T *release(); void reset(T * = nullptr);)
UNIQUE_HANDLE(StaticAutoPtr)
template <class T> struct Maybe {
  ~Maybe();
  Maybe &operator=(const T &);
  void reset();
};
template <class T, class... A> RefPtr<T> MakeRefPtr(A &&...);
template <class T, class... A> UniquePtr<T> MakeUnique(A &&...);
} // namespace mozilla

//===--- must be reported ---------------------------------------------------===//

// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, RefPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'com::{{[AB]}}' and
CYCLE(com, nsCOMPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'old::{{[AB]}}' and
CYCLE(old, nsRefPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'handed::{{[AB]}}' and
CYCLE(handed, already_AddRefed)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'handle::{{[AB]}}' and
CYCLE(handle, nsMainThreadPtrHandle)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'holder::{{[AB]}}' and
CYCLE(holder, nsMainThreadPtrHolder)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'owning::{{[AB]}}' and
CYCLE(owning, mozilla::OwningNonNull)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'dom_owning::{{[AB]}}' and
CYCLE(dom_owning, mozilla::dom::OwningNonNull)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'safe::{{[AB]}}' and
CYCLE(safe, mozilla::SafeRefPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'statics::{{[AB]}}' and
CYCLE(statics, mozilla::StaticRefPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'unique::{{Root|Leaf}}' and
UNIQUE_CYCLE(unique, mozilla::UniquePtr, RefPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'automatic::{{Root|Leaf}}' and
UNIQUE_CYCLE(automatic, nsAutoPtr, RefPtr)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, RefPtr, mozilla::ThreadSafeWeakPtr, promote)
// CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, RefPtr, nsTArray, AppendElement)

struct Doc {
  mozilla::Maybe<RefPtr<Doc>> self;
  RefPtr<Doc> next;
};
void made() {
  RefPtr<Doc> a = mozilla::MakeRefPtr<Doc>(), b = mozilla::MakeRefPtr<Doc>();
  a->next = b;
  // CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Doc'
  b->next = a;
}
struct Shell {
  RefPtr<Shell> self;
  // CHECK: mozilla.cpp:[[@LINE+1]]:{{.*}} warning: 'Shell' keeps itself alive
  void keep() { self = do_AddRef(this); }
};

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, RefPtr, mozilla::WeakPtr)
WEAK_BACK(safe_back, RefPtr, mozilla::ThreadSafeWeakPtr)
UNIQUE_TREE(tree, mozilla::UniquePtr)
UNIQUE_TREE(static_tree, mozilla::StaticAutoPtr)
TAKEN(forgotten, RefPtr, forget())
OPENED(null, nsCOMPtr, operator=(nullptr))

void open(const RefPtr<Doc> &d) {
  d->self = d;
  d->self.reset();
}
