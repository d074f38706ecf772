// Unreal: shared pointers and references, delegates, and object handles that a collector traces.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

HANDLE(TSharedRef, T &Get() const;)
HANDLE(TSharedPtr, T *Get() const; void Reset(); TSharedRef<T> ToSharedRef() const;)
HANDLE(TRefCountPtr, T *GetReference() const; void SafeRelease();)
HANDLE(TStrongObjectPtr, T *Get() const; void Reset();)
HANDLE(TObjectPtr, T *Get() const;)
WEAK_HANDLE(TWeakPtr, TSharedPtr<T> Pin() const; void Reset();)
HANDLE(TWeakObjectPtr, T *Get() const;)
HANDLE(TSoftObjectPtr, T *Get() const;)
HANDLE(TWeakInterfacePtr, T *Get() const;)
UNIQUE_HANDLE(TUniquePtr, T *Get() const; T *Release(); void Reset(T * = nullptr);)
UNIQUE_HANDLE(TPimplPtr)
CALLABLE(TFunction, void Reset();)
CALLABLE(TUniqueFunction)
CALLABLE(TFunctionRef)
CALLABLE(TDelegate, template <class F> void BindLambda(F); void Execute(); void Unbind(); template <class... B> void BindRaw(B...);)
template <class S> struct TMulticastDelegate {
  ~TMulticastDelegate();
  template <class F> void AddLambda(F);
  void Broadcast();
  void Clear();
};
template <class T> struct TArray {
  ~TArray();
  int Add(const T &);
  void Empty();
};
template <class T, class... A> TSharedRef<T> MakeShared(A &&...);
template <class T> TSharedPtr<T> MakeShareable(T *);
template <class T> struct TSharedFromThis {
  TSharedRef<T> AsShared();
};

//===--- must be reported ---------------------------------------------------===//

// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, TSharedPtr)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'refs::{{[AB]}}' and
CYCLE(refs, TSharedRef)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'counted::{{[AB]}}' and
CYCLE(counted, TRefCountPtr)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'roots::{{[AB]}}' and
CYCLE(roots, TStrongObjectPtr)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'unique::{{Root|Leaf}}' and
UNIQUE_CYCLE(unique, TUniquePtr, TSharedPtr)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'pimpl::{{Root|Leaf}}' and
UNIQUE_CYCLE(pimpl, TPimplPtr, TSharedPtr)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'pinned::Node' keeps itself alive
PROMOTED(pinned, TSharedPtr, TWeakPtr, Pin)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job' keeps itself alive
CLOSURE(called, TSharedPtr, TFunction)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'moved::Job' keeps itself alive
CLOSURE(moved, TSharedPtr, TUniqueFunction)
// CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, TSharedPtr, TArray, Add)

struct Widget : TSharedFromThis<Widget> {
  TDelegate<void()> Done;
  TMulticastDelegate<void()> Changed;
  TSharedPtr<Widget> Next;
  void Bind() {
    // CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'Widget' keeps itself alive
    Done.BindLambda([Self = AsShared()] { (void)Self; });
  }
  void Listen() {
    // CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'Widget' keeps itself alive
    Changed.AddLambda([Self = AsShared()] { (void)Self; });
  }
};
void Made() {
  TSharedPtr<Widget> A = MakeShared<Widget>(), B = MakeShareable(new Widget);
  A->Next = B;
  // CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Widget'
  B->Next = A;
}

// What is bound stays bound when it is called.
struct Door : TSharedFromThis<Door> {
  TDelegate<void()> Locked;
  TMulticastDelegate<void()> Opened;
  void Open() { Opened.Broadcast(); }
  void Lock() { Locked.Execute(); }
  void Bind() {
    // CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'Door' keeps itself alive
    Locked.BindLambda([Self = AsShared()] { (void)Self; });
    Lock();
  }
  void Listen() {
    // CHECK: unreal.cpp:[[@LINE+1]]:{{.*}} warning: 'Door' keeps itself alive
    Opened.AddLambda([Self = AsShared()] { (void)Self; });
    Open();
  }
};

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(weak, TSharedPtr, TWeakPtr)
WEAK_BACK(weak_object, TStrongObjectPtr, TWeakObjectPtr)
WEAK_BACK(soft, TStrongObjectPtr, TSoftObjectPtr)
WEAK_BACK(weak_interface, TStrongObjectPtr, TWeakInterfacePtr)
CYCLE(traced, TObjectPtr)
UNIQUE_TREE(tree, TUniquePtr)
UNIQUE_TREE(pimpl_tree, TPimplPtr)
OPENED(reset, TSharedPtr, Reset())
OPENED(root_reset, TStrongObjectPtr, Reset())

struct Panel : TSharedFromThis<Panel> {
  TDelegate<void()> Done;
  TMulticastDelegate<void()> Changed;
  TFunctionRef<void()> View;
  void OnDone();
  void Bind() { Done.BindRaw(this, &Panel::OnDone); }
  void Open() {
    Done.BindLambda([Self = AsShared()] { (void)Self; });
    Done.Unbind();
    Changed.AddLambda([Self = AsShared()] { (void)Self; });
    Changed.Clear();
  }
  void Once() { // What is bound lets go when it is called.
    Done.BindLambda([this, Self = AsShared()] { Done.Unbind(); });
    Done.Execute();
    Changed.AddLambda([this, Self = AsShared()] { Changed.Clear(); });
    Changed.Broadcast();
  }
  void Look() { View = [Self = AsShared()] { (void)Self; }; }
};
