// The handles of LLVM.

#include <llvm/ADT/FunctionExtras.h>
#include <llvm/ADT/IntrusiveRefCntPtr.h>

struct Pointee : llvm::RefCountedBase<Pointee> {};
struct Handles {
  llvm::IntrusiveRefCntPtr<Pointee> strong;
  llvm::unique_function<void()> function;
};
