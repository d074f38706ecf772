// PyTorch: intrusive_ptr counts, reclaim() adopts, weak_intrusive_ptr is locked, IValue holds anything.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace c10 {
struct intrusive_ptr_target {};
HANDLE(intrusive_ptr, T *get() const; void reset(); T *release(); static intrusive_ptr reclaim(T *);)
WEAK_HANDLE(weak_intrusive_ptr, intrusive_ptr<T> lock() const; void reset();)
UNIQUE_HANDLE(ExclusivelyOwned)
template <class T> struct List {
  ~List();
  void push_back(const T &);
};
struct IValue {
  template <class T> IValue &operator=(const T &);
  ~IValue();
};
template <class T, class... A> intrusive_ptr<T> make_intrusive(A &&...);
} // namespace c10
namespace torch { namespace nn {
HANDLE(ModuleHolder)
}} // namespace torch::nn

//===--- must be reported ---------------------------------------------------===//

// CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: 'pointers::{{[AB]}}' and
CYCLE(pointers, c10::intrusive_ptr)
// CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: 'modules::{{[AB]}}' and
CYCLE(modules, torch::nn::ModuleHolder)
// CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: 'exclusive::{{Root|Leaf}}' and
UNIQUE_CYCLE(exclusive, c10::ExclusivelyOwned, c10::intrusive_ptr)
// CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, c10::intrusive_ptr, c10::weak_intrusive_ptr, lock)
// CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, c10::intrusive_ptr, c10::List, push_back)

struct Tensor : c10::intrusive_ptr_target {
  c10::intrusive_ptr<Tensor> grad;
  c10::IValue extra;
};
void made() {
  auto a = c10::make_intrusive<Tensor>();
  auto b = c10::intrusive_ptr<Tensor>::reclaim(new Tensor);
  a->grad = b;
  // CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Tensor'
  b->grad = a;
}
void boxed(const c10::intrusive_ptr<Tensor> &t) {
  // CHECK: c10.cpp:[[@LINE+1]]:{{.*}} warning: 'Tensor' keeps itself alive
  t->extra = t;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, c10::intrusive_ptr, c10::weak_intrusive_ptr)
UNIQUE_TREE(tree, c10::ExclusivelyOwned)
OPENED(reset, c10::intrusive_ptr, reset())
TAKEN(released, c10::intrusive_ptr, release())
