// The handles of Poco.

#include <Poco/AutoPtr.h>
#include <Poco/RefCountedObject.h>
#include <Poco/SharedPtr.h>

struct Pointee : Poco::RefCountedObject {};
struct Handles {
  Poco::AutoPtr<Pointee> automatic;
  Poco::SharedPtr<Pointee> shared;
};
