// The handles of PyTorch's core.

#include <c10/util/intrusive_ptr.h>

struct Pointee : c10::intrusive_ptr_target {};
struct Handles {
  c10::intrusive_ptr<Pointee> strong;
  c10::weak_intrusive_ptr<Pointee> weak;
};
