// COM: the handles of ATL, WRL, WIL and C++/WinRT, their events, weak references and ways to attach.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

struct IUnknown {
  virtual unsigned AddRef() = 0;
  virtual unsigned Release() = 0;
};
HANDLE(CComPtr, T *Detach(); void Attach(T *); void Release();)
HANDLE(CComPtrBase)
HANDLE(CComQIPtr)
namespace ATL {
HANDLE(CComPtr, void Release();)
HANDLE(CComPtrBase)
HANDLE(CComQIPtr)
} // namespace ATL
namespace Microsoft { namespace WRL {
HANDLE(ComPtr, T *Get() const; T *Detach(); void Attach(T *); void Reset(); T **ReleaseAndGetAddressOf();)
HANDLE(AgileRef)
HANDLE(WeakRef)
CALLABLE(Callable)
template <class F> F Callback(F);
template <class I> struct EventSource {
  ~EventSource();
  template <class F> int Add(F);
};
template <class T, class... A> ComPtr<T> Make(A &&...);
}} // namespace Microsoft::WRL
namespace wil {
HANDLE(com_ptr_t, T *get() const; T *detach(); void attach(T *); void reset();)
}
namespace winrt {
HANDLE(com_ptr, T *get() const; T *detach(); void attach(T *); void copy_from(T *); T **put();)
HANDLE(agile_ref, com_ptr<T> get() const;)
WEAK_HANDLE(weak_ref, com_ptr<T> get() const;)
template <class T, class... A> com_ptr<T> make_self(A &&...);
CALLABLE(delegate)
template <class D> struct event {
  ~event();
  template <class F> int add(F);
};
} // namespace winrt

//===--- must be reported ---------------------------------------------------===//

// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'atl::{{[AB]}}' and
CYCLE(atl, CComPtr)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'atl_base::{{[AB]}}' and
CYCLE(atl_base, CComPtrBase)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'atl_query::{{[AB]}}' and
CYCLE(atl_query, CComQIPtr)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'atl_named::{{[AB]}}' and
CYCLE(atl_named, ATL::CComPtr)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'atl_named_base::{{[AB]}}' and
CYCLE(atl_named_base, ATL::CComPtrBase)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'atl_named_query::{{[AB]}}' and
CYCLE(atl_named_query, ATL::CComQIPtr)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'wrl::{{[AB]}}' and
CYCLE(wrl, Microsoft::WRL::ComPtr)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'agile::{{[AB]}}' and
CYCLE(agile, Microsoft::WRL::AgileRef)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'wil_pointer::{{[AB]}}' and
CYCLE(wil_pointer, wil::com_ptr_t)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'rt::{{[AB]}}' and
CYCLE(rt, winrt::com_ptr)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'rt_agile::{{[AB]}}' and
CYCLE(rt_agile, winrt::agile_ref)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, winrt::com_ptr, winrt::weak_ref, get)
// CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, winrt::com_ptr, winrt::delegate)

struct Page {
  winrt::event<winrt::delegate<void()>> loaded;
  winrt::com_ptr<Page> next;
};
void listened(const winrt::com_ptr<Page> &p) {
  // CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'Page' keeps itself alive
  p->loaded.add([p] { (void)p; });
}
void made() {
  auto a = winrt::make_self<Page>(), b = winrt::make_self<Page>();
  a->next = b;
  // CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Page'
  b->next.copy_from(a.get());
}
struct Device {
  Microsoft::WRL::EventSource<int> lost;
  Microsoft::WRL::ComPtr<Device> self;
};
void watched(const Microsoft::WRL::ComPtr<Device> &d) {
  // CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'Device' keeps itself alive
  d->lost.Add(Microsoft::WRL::Callback([d] { (void)d; }));
}
void attached(Device *d) {
  // CHECK: com.cpp:[[@LINE+1]]:{{.*}} warning: 'Device' keeps itself alive
  d->self.Attach(d);
}

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, winrt::com_ptr, winrt::weak_ref)
WEAK_BACK(wrl_back, Microsoft::WRL::ComPtr, Microsoft::WRL::WeakRef)
OPENED(released, CComPtr, Release())
OPENED(reset, Microsoft::WRL::ComPtr, Reset())
OPENED(addressed, Microsoft::WRL::ComPtr, ReleaseAndGetAddressOf())
OPENED(wil_reset, wil::com_ptr_t, reset())
OPENED(put, winrt::com_ptr, put())
TAKEN(detached, Microsoft::WRL::ComPtr, Detach())
TAKEN(rt_detached, winrt::com_ptr, detach())
OPENED(null, winrt::com_ptr, operator=(nullptr))
