// ITK: SmartPointer counts, WeakPointer does not own, AutoPointer is a sole owner.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace itk {
HANDLE(SmartPointer, T *GetPointer() const;)
HANDLE(WeakPointer, T *GetPointer() const;)
UNIQUE_HANDLE(AutoPointer, T *ReleaseOwnership(); void Reset(); T *GetPointer() const;)
template <class K, class T> struct VectorContainer {
  ~VectorContainer();
  void InsertElement(K, const T &);
  void push_back(const T &);
};
struct LightObject {};
} // namespace itk
template <class T> using Points = itk::VectorContainer<unsigned long, T>;

//===--- must be reported ---------------------------------------------------===//

// CHECK: itk.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, itk::SmartPointer)
// CHECK: itk.cpp:[[@LINE+1]]:{{.*}} warning: 'automatic::{{Root|Leaf}}' and
UNIQUE_CYCLE(automatic, itk::AutoPointer, itk::SmartPointer)
// CHECK: itk.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, itk::SmartPointer, Points, push_back)

struct Filter : itk::LightObject {
  typedef itk::SmartPointer<Filter> Pointer;
  Pointer input;
  static Pointer New() { return Pointer(new Filter); }
};
void made() {
  Filter::Pointer a = Filter::New(), b = Filter::New();
  a->input = b;
  // CHECK: itk.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Filter'
  b->input = a.GetPointer();
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, itk::SmartPointer, itk::WeakPointer)
UNIQUE_TREE(tree, itk::AutoPointer)
OPENED(null, itk::SmartPointer, operator=(nullptr))

struct Owner;
struct Part {
  itk::SmartPointer<Owner> up;
};
struct Owner {
  itk::AutoPointer<Part> part;
};
Part *released(const itk::SmartPointer<Owner> &o) {
  o->part = itk::AutoPointer<Part>(new Part);
  o->part->up = o;
  return o->part.ReleaseOwnership();
}
void reset(const itk::SmartPointer<Owner> &o) {
  o->part = itk::AutoPointer<Part>(new Part);
  o->part->up = o;
  o->part.Reset();
}
