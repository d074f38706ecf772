// The handles of VTK.

#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkSmartPointer.h>
#include <vtkWeakPointer.h>

struct Handles {
  vtkSmartPointer<vtkObject> smart;
  vtkNew<vtkObject> fresh;
  vtkWeakPointer<vtkObject> weak;
};
