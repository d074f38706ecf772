// Teuchos of Trilinos: RCP owns or looks, by how it is made.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace Teuchos {
HANDLE(RCP, T *get() const; void reset(); T *getRawPtr() const;)
HANDLE(ArrayRCP, void clear();)
HANDLE(Ptr, T *get() const;)
template <class T> struct Array {
  ~Array();
  void push_back(const T &);
  void clear();
};
template <class T> RCP<T> rcp(T *);
template <class T, class U> RCP<T> rcp_dynamic_cast(const RCP<U> &);
template <class T, class... A> RCP<T> make_rcp(A &&...);
} // namespace Teuchos

//===--- must be reported ---------------------------------------------------===//

// CHECK: teuchos.cpp:[[@LINE+1]]:{{.*}} warning: 'owners::{{[AB]}}' and
CYCLE(owners, Teuchos::RCP)
// CHECK: teuchos.cpp:[[@LINE+1]]:{{.*}} warning: 'arrays::{{[AB]}}' and
CYCLE(arrays, Teuchos::ArrayRCP)
// CHECK: teuchos.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, Teuchos::RCP, Teuchos::Array, push_back)

struct Solver {
  Teuchos::RCP<Solver> inner;
};
void made() {
  auto a = Teuchos::rcp(new Solver), b = Teuchos::make_rcp<Solver>();
  a->inner = b;
  // CHECK: teuchos.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Solver'
  b->inner = a;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, Teuchos::RCP, Teuchos::Ptr)
OPENED(reset, Teuchos::RCP, reset())
OPENED(null, Teuchos::RCP, operator=(nullptr))
