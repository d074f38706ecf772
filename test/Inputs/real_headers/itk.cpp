// The handles of ITK.

#include <itkAutoPointer.h>
#include <itkObject.h>
#include <itkSmartPointer.h>
#include <itkWeakPointer.h>

struct Handles {
  itk::SmartPointer<itk::Object> smart;
  itk::WeakPointer<itk::Object> weak;
  itk::AutoPointer<itk::Object> automatic;
};
