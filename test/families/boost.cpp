// Boost: shared, local, intrusive and scoped handles, signals2, containers.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace boost {
HANDLE(shared_ptr, void reset(); T *get() const;)
HANDLE(local_shared_ptr, void reset();)
HANDLE(shared_array)
HANDLE(intrusive_ptr, intrusive_ptr(T *, bool add_ref); T *detach(); void reset(); T *get() const;)
WEAK_HANDLE(weak_ptr, shared_ptr<T> lock() const;)
UNIQUE_HANDLE(scoped_ptr, void reset(T * = nullptr);)
UNIQUE_HANDLE(scoped_array)
namespace movelib {
UNIQUE_HANDLE(unique_ptr, T *release();)
}
namespace interprocess {
HANDLE(shared_ptr)
HANDLE(intrusive_ptr)
WEAK_HANDLE(weak_ptr, shared_ptr<T> lock() const;)
UNIQUE_HANDLE(unique_ptr)
UNIQUE_HANDLE(scoped_ptr)
} // namespace interprocess
CALLABLE(function)
namespace compat {
CALLABLE(move_only_function)
}
namespace signals2 {
struct connection {
  void disconnect();
};
CALLABLE(slot)
template <class S> struct signal {
  ~signal();
  template <class F> connection connect(F);
  void disconnect_all_slots();
};
} // namespace signals2
namespace container {
template <class T> struct vector {
  ~vector();
  void push_back(const T &);
};
} // namespace container
template <class T, class... A> shared_ptr<T> make_shared(A &&...);
template <class T> struct enable_shared_from_this {
  shared_ptr<T> shared_from_this();
};
template <class T> struct intrusive_ref_counter {};
} // namespace boost

// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, boost::shared_ptr)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'local::{{[AB]}}' and
CYCLE(local, boost::local_shared_ptr)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'intrusive::{{[AB]}}' and
CYCLE(intrusive, boost::intrusive_ptr)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'array::{{[AB]}}' and
CYCLE(array, boost::shared_array)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'segment::{{[AB]}}' and
CYCLE(segment, boost::interprocess::shared_ptr)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'counted::{{[AB]}}' and
CYCLE(counted, boost::interprocess::intrusive_ptr)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'scoped::{{Root|Leaf}}' and
UNIQUE_CYCLE(scoped, boost::movelib::unique_ptr, boost::intrusive_ptr)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, boost::shared_ptr, boost::weak_ptr, lock)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job'
CLOSURE(called, boost::shared_ptr, boost::function)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'moved::Job'
CLOSURE(moved, boost::shared_ptr, boost::compat::move_only_function)
// CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, boost::shared_ptr, boost::container::vector, push_back)

struct Button : boost::enable_shared_from_this<Button> {
  boost::signals2::signal<void()> clicked;
  void arm() {
    auto self = shared_from_this();
    // CHECK: boost.cpp:[[@LINE+1]]:{{.*}} warning: 'Button'
    clicked.connect([self] { (void)self; });
  }
};

struct Quiet : boost::enable_shared_from_this<Quiet> {
  boost::signals2::signal<void()> clicked;
  void arm() {
    auto self = shared_from_this();
    clicked.connect([self] { (void)self; });
    clicked.disconnect_all_slots();
  }
};

WEAK_BACK(back, boost::shared_ptr, boost::weak_ptr)
WEAK_BACK(segment_back, boost::interprocess::shared_ptr, boost::interprocess::weak_ptr)
UNIQUE_TREE(tree, boost::movelib::unique_ptr)
UNIQUE_TREE(segment_tree, boost::interprocess::unique_ptr)
OPENED(reset, boost::shared_ptr, reset())
OPENED(local_reset, boost::local_shared_ptr, reset())
TAKEN(detached, boost::intrusive_ptr, detach())
struct Scoped {
  boost::scoped_ptr<Scoped> kid;
  Scoped *up;
  void grow() {
    kid.reset(new Scoped);
    kid->up = this;
  }
};
