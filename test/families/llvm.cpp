// LLVM: IntrusiveRefCntPtr, unique_function and the containers of ADT.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace std {
HANDLE(shared_ptr)
}
namespace llvm {
HANDLE(IntrusiveRefCntPtr, T *get() const; void reset(); void resetWithoutRelease();)
template <class T> struct RefCountedBase {};
template <class T> struct ThreadSafeRefCountedBase {};
CALLABLE(unique_function)
CALLABLE(function_ref)
template <class T, unsigned N> struct SmallVector {
  ~SmallVector();
  void push_back(const T &);
  void clear();
};
template <class K, class V> struct DenseMap {
  ~DenseMap();
  V &operator[](const K &);
};
template <class T> struct Expected {
  ~Expected();
  Expected &operator=(const T &);
};
struct Any {
  template <class T> Any &operator=(const T &);
  ~Any();
};
template <class T, class... A> IntrusiveRefCntPtr<T> makeIntrusiveRefCnt(A &&...);
} // namespace llvm
template <class T> using Small = llvm::SmallVector<T, 4>;

//===--- must be reported ---------------------------------------------------===//

// CHECK: llvm.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, llvm::IntrusiveRefCntPtr)
// CHECK: llvm.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, llvm::IntrusiveRefCntPtr, llvm::unique_function)
// CHECK: llvm.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, llvm::IntrusiveRefCntPtr, Small, push_back)

struct FileSystem : llvm::RefCountedBase<FileSystem> {
  llvm::IntrusiveRefCntPtr<FileSystem> below;
  llvm::DenseMap<int, llvm::IntrusiveRefCntPtr<FileSystem>> mounts;
  llvm::Any extra;
};
void made() {
  auto a = llvm::makeIntrusiveRefCnt<FileSystem>(), b = llvm::makeIntrusiveRefCnt<FileSystem>();
  a->below = b;
  // CHECK: llvm.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'FileSystem'
  b->below = a;
}
void mounted(const llvm::IntrusiveRefCntPtr<FileSystem> &f) {
  // CHECK: llvm.cpp:[[@LINE+1]]:{{.*}} warning: 'FileSystem' keeps itself alive
  f->mounts[0] = f;
}
void boxed(const llvm::IntrusiveRefCntPtr<FileSystem> &f) {
  // CHECK: llvm.cpp:[[@LINE+1]]:{{.*}} warning: 'FileSystem' keeps itself alive
  f->extra = f;
}

//===--- must stay silent ---------------------------------------------------===//

OPENED(reset, llvm::IntrusiveRefCntPtr, reset())
OPENED(null, llvm::IntrusiveRefCntPtr, operator=(nullptr))
CLOSURE(viewed, llvm::IntrusiveRefCntPtr, llvm::function_ref)

struct Tree : llvm::RefCountedBase<Tree> {
  Small<llvm::IntrusiveRefCntPtr<Tree>> kids;
  Tree *up;
};
void grow(const llvm::IntrusiveRefCntPtr<Tree> &t) {
  auto kid = llvm::makeIntrusiveRefCnt<Tree>();
  kid->up = t.get();
  t->kids.push_back(kid);
}
