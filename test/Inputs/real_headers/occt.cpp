// The handles of Open CASCADE.

#include <NCollection_Handle.hxx>
#include <Standard_Handle.hxx>
#include <Standard_Transient.hxx>

struct Pointee {
  int value;
};
struct Handles {
  opencascade::handle<Standard_Transient> strong;
  NCollection_Handle<Pointee> value;
};
