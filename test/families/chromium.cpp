// Chromium: scoped_refptr counts, WeakPtr does not own, callbacks own what they bind.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

HANDLE(scoped_refptr, T *get() const; void reset(); T *release();)
namespace webrtc {
HANDLE(scoped_refptr, T *release();)
template <class T, class... A> scoped_refptr<T> make_ref_counted(A &&...);
} // namespace webrtc
namespace rtc {
HANDLE(scoped_refptr)
}
namespace base {
HANDLE(WeakPtr, T *get() const;)
namespace internal {
HANDLE(RetainedRefWrapper)
HANDLE(UnretainedWrapper)
UNIQUE_HANDLE(OwnedWrapper)
UNIQUE_HANDLE(OwnedRefWrapper)
} // namespace internal
CALLABLE(OnceCallback, void Reset();)
CALLABLE(RepeatingCallback, void Reset();)
template <class T> internal::UnretainedWrapper<T> Unretained(T *);
template <class T> internal::RetainedRefWrapper<T> RetainedRef(T *);
template <class F, class... A> OnceCallback<void()> BindOnce(F, A &&...);
template <class F, class... A> RepeatingCallback<void()> BindRepeating(F, A &&...);
template <class T> scoped_refptr<T> AdoptRef(T *);
template <class T> scoped_refptr<T> WrapRefCounted(T *);
template <class T, class... A> scoped_refptr<T> MakeRefCounted(A &&...);
template <class T> struct circular_deque {
  ~circular_deque();
  void push_back(const T &);
};
template <class T> struct WeakPtrFactory {
  explicit WeakPtrFactory(T *);
  WeakPtr<T> GetWeakPtr();
};
} // namespace base

//===--- must be reported ---------------------------------------------------===//

// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'counted::{{[AB]}}' and
CYCLE(counted, scoped_refptr)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'webrtc_counted::{{[AB]}}' and
CYCLE(webrtc_counted, webrtc::scoped_refptr)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'rtc_counted::{{[AB]}}' and
CYCLE(rtc_counted, rtc::scoped_refptr)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'wrapped::{{[AB]}}' and
CYCLE(wrapped, base::internal::RetainedRefWrapper)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'owned::{{Root|Leaf}}' and
UNIQUE_CYCLE(owned, base::internal::OwnedWrapper, scoped_refptr)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'owned_ref::{{Root|Leaf}}' and
UNIQUE_CYCLE(owned_ref, base::internal::OwnedRefWrapper, scoped_refptr)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'once::Job' keeps itself alive
CLOSURE(once, scoped_refptr, base::OnceCallback)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'repeating::Job' keeps itself alive
CLOSURE(repeating, scoped_refptr, base::RepeatingCallback)
// CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, scoped_refptr, base::circular_deque, push_back)

struct Loader {
  base::OnceCallback<void()> done;
  base::RepeatingCallback<void()> tick;
  void finish();
  void start() {
    // CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'Loader' keeps itself alive
    done = base::BindOnce(&Loader::finish, base::WrapRefCounted(this));
  }
  void repeat() {
    // CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: 'Loader' keeps itself alive
    tick = base::BindRepeating(&Loader::finish, base::RetainedRef(this));
  }
};
struct Frame {
  scoped_refptr<Frame> next;
};
void made() {
  auto a = base::MakeRefCounted<Frame>(), b = base::AdoptRef(new Frame);
  a->next = b;
  // CHECK: chromium.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Frame'
  b->next = a;
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, scoped_refptr, base::WeakPtr)
UNIQUE_TREE(tree, base::internal::OwnedWrapper)
OPENED(reset, scoped_refptr, reset())
TAKEN(released, webrtc::scoped_refptr, release())

struct Poller {
  base::OnceCallback<void()> done;
  base::RepeatingCallback<void()> tick;
  base::WeakPtrFactory<Poller> weak{this};
  void finish();
  void start() { done = base::BindOnce(&Poller::finish, weak.GetWeakPtr()); }
  void repeat() { tick = base::BindRepeating(&Poller::finish, base::Unretained(this)); }
  void open() {
    done = base::BindOnce(&Poller::finish, base::WrapRefCounted(this));
    done.Reset();
  }
};
