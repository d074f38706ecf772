// Skia: sk_sp adopts what it is given, sk_ref_sp() counts it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

HANDLE(sk_sp, void reset(T * = nullptr); T *release(); T *get() const; void swap(sk_sp &);)
HANDLE(SkAutoTUnref, T *get() const; void reset(T * = nullptr); T *detach();)
template <class T, class... A> sk_sp<T> sk_make_sp(A &&...);
template <class T> sk_sp<T> sk_ref_sp(T *);
template <class T> struct SkTArray {
  T &push_back(const T &);
  ~SkTArray();
  void *storage;
};

// CHECK: skia.cpp:[[@LINE+1]]:{{.*}} warning: 'members::{{[AB]}}' and 'members::{{[AB]}}' keep each other alive
CYCLE(members, sk_sp)
// CHECK: skia.cpp:[[@LINE+1]]:{{.*}} warning: 'old::{{[AB]}}' and 'old::{{[AB]}}' keep each other alive
CYCLE(old, SkAutoTUnref)
// CHECK: skia.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'array::Tree'
ELEMENT(array, sk_sp, SkTArray, push_back)
struct Paint {
  sk_sp<Paint> next;
};
void made() {
  auto a = sk_make_sp<Paint>(), b = sk_make_sp<Paint>();
  a->next = b;
  // CHECK: skia.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Paint'
  b->next = a;
}
struct Shader {
  sk_sp<Shader> self;
  // CHECK: skia.cpp:[[@LINE+1]]:{{.*}} warning: 'Shader' keeps itself alive
  void keep() { self = sk_ref_sp(this); }
};

OPENED(reset, sk_sp, reset())
OPENED(null, sk_sp, operator=(nullptr))
TAKEN(released, sk_sp, release())
TAKEN(detached, SkAutoTUnref, detach())
