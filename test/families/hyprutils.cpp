// Hyprutils: shared, weak and unique pointers, and signals whose listeners the subscriber owns.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace Hyprutils { namespace Memory {
HANDLE(CSharedPointer, T *get() const; void reset();)
HANDLE(CAtomicSharedPointer, void reset();)
HANDLE(CWeakPointer, CSharedPointer<T> lock() const; T *get() const; void reset();)
HANDLE(CAtomicWeakPointer, CAtomicSharedPointer<T> lock() const;)
UNIQUE_HANDLE(CUniquePointer, void reset(); T *get() const;)
template <class T, class... A> CSharedPointer<T> makeShared(A &&...);
template <class T, class... A> CUniquePointer<T> makeUnique(A &&...);
}} // namespace Hyprutils::Memory
namespace Hyprutils { namespace Signal {
struct CSignalListener {
  ~CSignalListener();
};
template <class... A> struct CSignalT {
  ~CSignalT();
  template <class F> Memory::CSharedPointer<CSignalListener> listen(F);
  template <class F> void listenStatic(F);
};
}} // namespace Hyprutils::Signal
using namespace Hyprutils::Memory;

//===--- must be reported ---------------------------------------------------===//

// CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, CSharedPointer)
// CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'atomic::{{[AB]}}' and
CYCLE(atomic, CAtomicSharedPointer)
// CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'unique::{{Root|Leaf}}' and
UNIQUE_CYCLE(unique, CUniquePointer, CSharedPointer)
// CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, CSharedPointer, CWeakPointer, lock)
// CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'atomic_promoted::Node' keeps itself alive
PROMOTED(atomic_promoted, CAtomicSharedPointer, CAtomicWeakPointer, lock)

struct Surface {
  Hyprutils::Signal::CSignalT<> commit;
  CSharedPointer<Surface> parent;
  CSharedPointer<Hyprutils::Signal::CSignalListener> listener;
};
void always(const CSharedPointer<Surface> &s) {
  // CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'Surface' keeps itself alive
  s->commit.listenStatic([s] { (void)s; });
}
void listened(const CSharedPointer<Surface> &s) {
  // CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: 'Surface' keeps itself alive
  s->listener = s->commit.listen([s] { (void)s; });
}
void made() {
  auto a = makeShared<Surface>(), b = makeShared<Surface>();
  a->parent = b;
  // CHECK: hyprutils.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Surface'
  b->parent = a;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, CSharedPointer, CWeakPointer)
WEAK_BACK(atomic_back, CAtomicSharedPointer, CAtomicWeakPointer)
UNIQUE_TREE(tree, CUniquePointer)
OPENED(reset, CSharedPointer, reset())
OPENED(atomic_reset, CAtomicSharedPointer, reset())

struct Output {
  Hyprutils::Signal::CSignalT<> frame;
};
// Nobody keeps the listener, and the signal does not own it.
void dropped(const CSharedPointer<Output> &o) {
  o->frame.listen([o] { (void)o; });
}
