// OpenSceneGraph: ref_ptr counts, observer_ptr does not own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace osg {
HANDLE(ref_ptr, T *get() const; T *release(); bool valid() const;)
HANDLE(observer_ptr, T *get() const; bool lock(ref_ptr<T> &) const;)
template <class T> struct MixinVector {
  ~MixinVector();
  void push_back(const T &);
  void clear();
};
template <class T> struct buffered_object {
  ~buffered_object();
  T &operator[](unsigned);
};
struct Referenced {};
template <class T, class U> ref_ptr<T> dynamic_pointer_cast(const ref_ptr<U> &);
} // namespace osg

//===--- must be reported ---------------------------------------------------===//

// CHECK: osg.cpp:[[@LINE+1]]:{{.*}} warning: 'nodes::{{[AB]}}' and
CYCLE(nodes, osg::ref_ptr)
// CHECK: osg.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, osg::ref_ptr, osg::MixinVector, push_back)

struct Node : osg::Referenced {
  osg::ref_ptr<Node> user;
  osg::buffered_object<osg::ref_ptr<Node>> perContext;
  virtual ~Node();
};
struct Camera : Node {};
void cast(const osg::ref_ptr<Node> &n) {
  osg::ref_ptr<Camera> c = osg::dynamic_pointer_cast<Camera>(n);
  // CHECK: osg.cpp:[[@LINE+1]]:{{.*}} warning: 'Node' keeps itself alive
  n->user = n.get();
}
void buffer(const osg::ref_ptr<Node> &a, const osg::ref_ptr<Node> &b) {
  a->perContext[0] = b;
  // CHECK: osg.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Node'
  b->perContext[0] = a;
}
struct Watcher {
  osg::ref_ptr<Watcher> self;
  osg::observer_ptr<Watcher> watched;
};
void locked(const osg::ref_ptr<Watcher> &w) {
  osg::ref_ptr<Watcher> owner;
  w->watched = w;
  if (w->watched.lock(owner))
    // CHECK: osg.cpp:[[@LINE+1]]:{{.*}} warning: 'Watcher' keeps itself alive
    w->self = owner;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, osg::ref_ptr, osg::observer_ptr)
OPENED(null, osg::ref_ptr, operator=(nullptr))
TAKEN(released, osg::ref_ptr, release())
