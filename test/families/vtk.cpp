// VTK: vtkSmartPointer counts, vtkNew makes what it owns, Take() adopts.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

HANDLE(vtkSmartPointer, static vtkSmartPointer New(); static vtkSmartPointer Take(T *); T *Get() const; T *GetPointer() const;)
HANDLE(vtkNew, T *Get() const; T *GetPointer() const;)
HANDLE(vtkWeakPointer, T *Get() const; T *GetPointer() const;)
struct vtkObjectBase {
  void Delete();
};
namespace vtk {
template <class T> vtkSmartPointer<T> MakeSmartPointer(T *);
template <class T> vtkSmartPointer<T> TakeSmartPointer(T *);
} // namespace vtk

//===--- must be reported ---------------------------------------------------===//

// CHECK: vtk.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, vtkSmartPointer)
// CHECK: vtk.cpp:[[@LINE+1]]:{{.*}} warning: 'fresh::{{[AB]}}' and
CYCLE(fresh, vtkNew)

struct Filter : vtkObjectBase {
  vtkSmartPointer<Filter> input;
};
void made() {
  auto a = vtkSmartPointer<Filter>::New(), b = vtkSmartPointer<Filter>::Take(new Filter);
  a->input = b;
  // CHECK: vtk.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Filter'
  b->input = a;
}
struct Actor : vtkObjectBase {
  vtkSmartPointer<Actor> self;
  // CHECK: vtk.cpp:[[@LINE+1]]:{{.*}} warning: 'Actor' keeps itself alive
  void keep() { self = vtk::MakeSmartPointer(this); }
};
struct Scene : vtkObjectBase {
  vtkNew<Scene> *unused;
  vtkSmartPointer<Actor> actor;
};

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, vtkSmartPointer, vtkWeakPointer)
OPENED(null, vtkSmartPointer, operator=(nullptr))

struct Pipeline : vtkObjectBase {
  vtkSmartPointer<Pipeline> input;
};
void chain() {
  auto a = vtkSmartPointer<Pipeline>::New(), b = vtkSmartPointer<Pipeline>::New();
  a->input = b;
}
