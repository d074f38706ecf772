// What refcycle/annotations.h says about classes, functions, parameters and
// fields becomes facts, as the configuration's models do.

// RUN: %effects -I%root/include | %fold | FileCheck %s

#include <functional>
#include <memory>
#include "refcycle/annotations.h"

struct T {};

// Nothing of these says by its structure what it is.
template <class X> class REFCYCLE_TYPE(strong) Ref;
template <class X> class Ref {
public:
  Ref(X *);
  X *operator->() const;
};
template <class Tag, class X> class REFCYCLE_TYPE(strong, 1) Tagged { void *p; };
template <class X> struct REFCYCLE_TYPE(weak) Watch { X *get(); };
template <class X> struct REFCYCLE_TYPE(unique) Sole { X *get(); };
template <class X> struct REFCYCLE_TYPE(raw) Borrowed { void *p; };
template <class X> struct REFCYCLE_TYPE(container) Bag { void *p; };
struct REFCYCLE_TYPE(function, many) Event { void *p; };
struct REFCYCLE_TYPE(erased) Any { void *p; };
struct REFCYCLE_TYPE(opaque) Blob { std::shared_ptr<T> kept; };
// A specialisation is what its template is.
template <> struct Watch<int> { int *get(); };
// No template: what it gives access to is what it points to.
class REFCYCLE_TYPE(strong) RefToT {
public:
  T *operator->() const;
};
// A preset is corrected.
namespace boost {
template <class X> class REFCYCLE_TYPE(raw) shared_ptr {};
template <class X> class weak_ptr {};
} // namespace boost

struct Types {
  Ref<T> ref;
  Tagged<int, T> tagged;
  Watch<T> watch;
  Sole<T> sole;
  Borrowed<T> borrowed;
  Bag<Ref<T>> bag;
  Event event;
  Any any;
  Blob blob;
  RefToT plain;
  boost::shared_ptr<T> corrected;
  boost::weak_ptr<T> preset;
};

// CHECK:      class Types
// CHECK-NEXT:   ref: strong T
// CHECK-NEXT:   tagged: strong T
// CHECK-NEXT:   watch: weak T
// CHECK-NEXT:   sole: unique T
// CHECK-NEXT:   borrowed: raw T
// CHECK-NEXT:   bag: container strong T
// CHECK-NEXT:   event: container function
// CHECK-NEXT:   any: erased
// CHECK-NEXT:   plain: strong T
// CHECK-NEXT:   corrected: raw T
// CHECK-NEXT:   preset: weak T

// Of fields, what their type says stays; linking makes of it what was said.
struct Fields {
  REFCYCLE_OWNING T *impl;
  REFCYCLE_NON_OWNING std::shared_ptr<T> borrowed;
  REFCYCLE_ACYCLIC std::shared_ptr<T> next;
  std::shared_ptr<T> plain;
};
template <class X> struct InTemplate { REFCYCLE_ACYCLIC std::shared_ptr<X> next; };
InTemplate<T> made;

// CHECK:      class Fields
// CHECK-NEXT:   impl: owning raw T
// CHECK-NEXT:   borrowed: non-owning strong T
// CHECK-NEXT:   next: acyclic strong T
// CHECK-NEXT:   plain: strong T
// CHECK:      class InTemplate<T>
// CHECK-NEXT:   next: acyclic strong T

// What a declaration promises stands in the facts of every unit that sees it.
struct Sinks {
  void handler(REFCYCLE_SINK std::function<void()> f, int n);
  void handle(REFCYCLE_SINK const std::shared_ptr<T> &t);
  void object(REFCYCLE_SINK T &t);
  void moved(REFCYCLE_SINK T &&t);
  void another(T &t, REFCYCLE_KEPT_BY(t) std::shared_ptr<T> kept);
  void several(T &t, REFCYCLE_KEPT_BY(t) REFCYCLE_SINK std::shared_ptr<T> kept);
  void outside(REFCYCLE_KEPT_BY(global) std::shared_ptr<T> kept);
  void now(REFCYCLE_NOESCAPE const std::function<void()> &f);
  REFCYCLE_BREAKS void close();
  Sinks(REFCYCLE_SINK std::shared_ptr<T> t);
};
void use(Sinks &s, std::shared_ptr<T> t, T &o) {
  s.handler([] {}, 1);
  s.handle(t);
  s.object(o);
  s.moved(T());
  s.another(o, t);
  s.several(o, t);
  s.outside(t);
  s.now([] {});
  s.close();
  Sinks made(t);
}

// CHECK:      class (kept by Sinks::handler)
// CHECK-NEXT:   handler: container function
// CHECK:      class (kept by Sinks::handle)
// CHECK-NEXT:   handle: container strong T
// CHECK:      class (kept by Sinks::object)
// CHECK-NEXT:   object: container raw T
// CHECK:      class (kept by Sinks::moved)
// CHECK-NEXT:   moved: container value T
// CHECK:      fn Sinks::handler(f: value kept 0 in (kept by Sinks::handler), n)
// CHECK-NEXT: fn Sinks::handle(t: value T kept 0 in (kept by Sinks::handle))
// CHECK-NEXT: fn Sinks::object(t: value T kept 0 in (kept by Sinks::object))
// CHECK-NEXT: fn Sinks::moved(t: value T kept 0 in (kept by Sinks::moved))
// CHECK-NEXT: fn Sinks::another(t: value T, kept: value T kept 1 in (kept by Sinks::another))
// CHECK-NEXT: fn Sinks::several(t: value T, kept: value T kept 0 1 in (kept by Sinks::several))
// CHECK-NEXT: fn Sinks::outside(kept: value T kept outside in (kept by Sinks::outside))
// CHECK-NEXT: fn Sinks::now(f: value noescape)
// CHECK-NEXT: fn Sinks::close() called-in-time
// CHECK-NEXT: fn Sinks::Sinks(t: value T kept 0 in (kept by Sinks::Sinks))
