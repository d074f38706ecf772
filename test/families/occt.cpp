// Open CASCADE: handles count, Nullify() lets go.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace opencascade {
HANDLE(handle, T *get() const; void Nullify(); void reset(T *); template <class U> static handle DownCast(const handle<U> &);)
}
HANDLE(NCollection_Handle, T *get() const; void Nullify();)
struct Standard_Transient {
  virtual ~Standard_Transient();
};
template <class T> struct NCollection_List {
  ~NCollection_List();
  void Append(const T &);
  void Clear();
};
template <class K, class V> struct NCollection_DataMap {
  ~NCollection_DataMap();
  bool Bind(const K &, const V &);
  bool UnBind(const K &);
};

//===--- must be reported ---------------------------------------------------===//

// CHECK: occt.cpp:[[@LINE+1]]:{{.*}} warning: 'handles::{{[AB]}}' and
CYCLE(handles, opencascade::handle)
// CHECK: occt.cpp:[[@LINE+1]]:{{.*}} warning: 'values::{{[AB]}}' and
CYCLE(values, NCollection_Handle)
// CHECK: occt.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, opencascade::handle, NCollection_List, Append)

struct Shape : Standard_Transient {
  opencascade::handle<Standard_Transient> owner;
  NCollection_DataMap<int, opencascade::handle<Shape>> parts;
};
void cast(const opencascade::handle<Shape> &s) {
  opencascade::handle<Standard_Transient> any = s;
  // CHECK: occt.cpp:[[@LINE+1]]:{{.*}} warning: 'Shape' keeps itself alive
  s->owner = opencascade::handle<Shape>::DownCast(any);
}
void bound(const opencascade::handle<Shape> &a, const opencascade::handle<Shape> &b) {
  a->parts.Bind(1, b);
  // CHECK: occt.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Shape'
  b->parts.Bind(1, a);
}

//===--- must stay silent ---------------------------------------------------===//

OPENED(nullified, opencascade::handle, Nullify())
OPENED(value_nullified, NCollection_Handle, Nullify())
OPENED(null, opencascade::handle, operator=(nullptr))

struct Tree : Standard_Transient {
  NCollection_List<opencascade::handle<Tree>> kids;
  Tree *up;
};
void grow(const opencascade::handle<Tree> &t) {
  opencascade::handle<Tree> kid = new Tree;
  kid->up = t.get();
  t->kids.Append(kid);
}
