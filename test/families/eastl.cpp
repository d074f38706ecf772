// EASTL: the standard handles of another library, linked and intrusive ones.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace eastl {
HANDLE(shared_ptr, T *get() const; void reset();)
HANDLE(intrusive_ptr, T *get() const; void reset(); T *detach();)
HANDLE(linked_ptr, void reset();)
HANDLE(shared_array)
WEAK_HANDLE(weak_ptr, shared_ptr<T> lock() const;)
UNIQUE_HANDLE(unique_ptr, T *release(); void reset(T * = nullptr);)
UNIQUE_HANDLE(scoped_ptr)
CALLABLE(function)
CALLABLE(fixed_function)
template <class T> struct vector {
  ~vector();
  void push_back(const T &);
  void clear();
};
template <class K, class V> struct hash_map {
  ~hash_map();
  V &operator[](const K &);
};
struct any {
  template <class T> any &operator=(const T &);
  ~any();
};
template <class T, class... A> shared_ptr<T> make_shared(A &&...);
template <class T> struct enable_shared_from_this {
  shared_ptr<T> shared_from_this();
};
} // namespace eastl

//===--- must be reported ---------------------------------------------------===//

// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, eastl::shared_ptr)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'intrusive::{{[AB]}}' and
CYCLE(intrusive, eastl::intrusive_ptr)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'linked::{{[AB]}}' and
CYCLE(linked, eastl::linked_ptr)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'array::{{[AB]}}' and
CYCLE(array, eastl::shared_array)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'unique::{{Root|Leaf}}' and
UNIQUE_CYCLE(unique, eastl::unique_ptr, eastl::shared_ptr)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'scoped::{{Root|Leaf}}' and
UNIQUE_CYCLE(scoped, eastl::scoped_ptr, eastl::shared_ptr)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, eastl::shared_ptr, eastl::weak_ptr, lock)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, eastl::shared_ptr, eastl::function)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'fixed::Job' keeps itself alive
CLOSURE(fixed, eastl::shared_ptr, eastl::fixed_function)
// CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, eastl::shared_ptr, eastl::vector, push_back)

struct Asset : eastl::enable_shared_from_this<Asset> {
  eastl::hash_map<int, eastl::shared_ptr<Asset>> uses;
  eastl::any extra;
  void link() {
    // CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'Asset' keeps itself alive
    uses[0] = shared_from_this();
  }
  void box() {
    // CHECK: eastl.cpp:[[@LINE+1]]:{{.*}} warning: 'Asset' keeps itself alive
    extra = shared_from_this();
  }
};

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, eastl::shared_ptr, eastl::weak_ptr)
UNIQUE_TREE(tree, eastl::unique_ptr)
UNIQUE_TREE(scoped_tree, eastl::scoped_ptr)
OPENED(reset, eastl::shared_ptr, reset())
TAKEN(detached, eastl::intrusive_ptr, detach())
