// gRPC core: counted pointers with and without weak counts.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace grpc_core {
HANDLE(RefCountedPtr, T *get() const; T *release(); void reset(T * = nullptr);)
HANDLE(DualRefCountedPtr)
HANDLE(WeakRefCountedPtr, T *get() const; void reset(T * = nullptr);)
template <class T> struct RefCounted {};
template <class T, class... A> RefCountedPtr<T> MakeRefCounted(A &&...);
} // namespace grpc_core

//===--- must be reported ---------------------------------------------------===//

// CHECK: grpc.cpp:[[@LINE+1]]:{{.*}} warning: 'counted::{{[AB]}}' and
CYCLE(counted, grpc_core::RefCountedPtr)
// CHECK: grpc.cpp:[[@LINE+1]]:{{.*}} warning: 'dual::{{[AB]}}' and
CYCLE(dual, grpc_core::DualRefCountedPtr)

struct Channel : grpc_core::RefCounted<Channel> {
  grpc_core::RefCountedPtr<Channel> parent;
};
void made() {
  auto a = grpc_core::MakeRefCounted<Channel>(), b = grpc_core::MakeRefCounted<Channel>();
  a->parent = b;
  // CHECK: grpc.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Channel'
  b->parent = a;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, grpc_core::RefCountedPtr, grpc_core::WeakRefCountedPtr)
OPENED(reset, grpc_core::RefCountedPtr, reset())
TAKEN(released, grpc_core::RefCountedPtr, release())
