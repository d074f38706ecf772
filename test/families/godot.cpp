// The C++ bindings of Godot: Ref counts, Variant holds anything.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace godot {
struct Object {
  virtual ~Object();
  template <class T> static T *cast_to(Object *);
};
struct RefCounted : Object {};
HANDLE(Ref, T *ptr() const; void unref(); void instantiate();)
struct Variant {
  template <class T> Variant &operator=(const T &);
  ~Variant();
};
template <class T> struct TypedArray {
  ~TypedArray();
  void push_back(const T &);
  void clear();
};
template <class K, class V> struct HashMap {
  ~HashMap();
  V &operator[](const K &);
};
} // namespace godot

//===--- must be reported ---------------------------------------------------===//

// CHECK: godot.cpp:[[@LINE+1]]:{{.*}} warning: 'refs::{{[AB]}}' and
CYCLE(refs, godot::Ref)
// CHECK: godot.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, godot::Ref, godot::TypedArray, push_back)

struct Material : godot::RefCounted {
  godot::Ref<Material> next_pass;
  godot::Variant meta;
  godot::HashMap<int, godot::Ref<Material>> by_slot;
};
void boxed(const godot::Ref<Material> &m) {
  // CHECK: godot.cpp:[[@LINE+1]]:{{.*}} warning: 'Material' keeps itself alive
  m->meta = m;
}
void mapped(const godot::Ref<Material> &m) {
  // CHECK: godot.cpp:[[@LINE+1]]:{{.*}} warning: 'Material' keeps itself alive
  m->by_slot[0] = m;
}
void cast(const godot::Ref<Material> &m) {
  // CHECK: godot.cpp:[[@LINE+1]]:{{.*}} warning: 'Material' keeps itself alive
  m->next_pass = godot::Ref<Material>(godot::Object::cast_to<Material>(m.ptr()));
}

//===--- must stay silent ---------------------------------------------------===//

OPENED(unreferenced, godot::Ref, unref())

struct Tree : godot::RefCounted {
  godot::TypedArray<godot::Ref<Tree>> kids;
  Tree *up;
};
void grow(const godot::Ref<Tree> &t) {
  godot::Ref<Tree> kid(new Tree);
  kid->up = t.ptr();
  t->kids.push_back(kid);
}
