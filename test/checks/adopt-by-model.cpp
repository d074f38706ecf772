// Where the constructor of a handle has no body, its model says whether it
// counts what it is given; so do the models of adopt and retain functions.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/no-presets.yaml %s -- -std=c++20

template <class T> struct Handle {
  Handle(T *);
  Handle(const Handle &);
  ~Handle();
  T *operator->() const;
};
template <class T> struct sk_sp { // adopts
  sk_sp(T *);
  sk_sp(const sk_sp &);
  ~sk_sp();
  T *operator->() const;
};
template <class T> struct RefPtr { // retains
  RefPtr(T *);
  RefPtr(const RefPtr &);
  ~RefPtr();
  T *operator->() const;
};
template <class T> sk_sp<T> sk_ref_sp(T *); // retains
namespace WTF {
template <class T> sk_sp<T> adoptRef(T *); // adopts
}
struct Born {
  void ref() const { ++count; }
  void unref() const {
    if (--count == 0)
      delete this;
  }
  mutable int count = 1;
};

//===--- must be reported ---------------------------------------------------===//

void retained() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the new 'Born' starts with a count of one, and 'p' takes another
  RefPtr<Born> p(new Born);
}
sk_sp<Born> twice() {
  Born *p = new Born;
  p->ref();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'p' is counted by hand and once more by a handle in 'twice'
  return sk_ref_sp(p);
}

//===--- must stay silent ---------------------------------------------------===//

void adopted() { sk_sp<Born> p(new Born); }
void notKnown() { Handle<Born> p(new Born); }
sk_sp<Born> handedOn() {
  Born *p = new Born;
  return WTF::adoptRef(p);
}
