// Wrappers and containers that keep what they hold in bytes of their own: no
// field says what is inside, their structure does.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
#include <new>
#include <utility>

struct T {
  int value;
};

// A callable in a buffer, behind two plain functions.
template <typename Signature> class Small;
template <typename R, typename... A> class Small<R(A...)> {
public:
  template <typename F> Small(F f) {
    new (bytes) F(std::move(f));
    call = [](void *p, A... a) -> R { return (*static_cast<F *>(p))(a...); };
    end = [](void *p) { static_cast<F *>(p)->~F(); };
  }
  Small(const Small &) = delete;
  ~Small() { end(bytes); }
  R operator()(A... a) { return call(bytes, a...); }

private:
  alignas(8) unsigned char bytes[32];
  R (*call)(void *, A...);
  void (*end)(void *);
};

// The call operator stands in a base class.
template <typename R, typename... A> class Base {
public:
  R operator()(A... a) { return call(bytes, a...); }

protected:
  ~Base();
  alignas(8) unsigned char bytes[32];
  R (*call)(void *, A...);
};
template <typename Signature> class Derived;
template <typename R, typename... A> class Derived<R(A...)> : public Base<R, A...> {
public:
  template <typename F> Derived(F f);
  ~Derived();
};

// Elements in bytes, the first ones without an allocation.
template <typename E> class Few {
public:
  ~Few();
  void push_back(const E &);
  E *begin();
  E *end();

private:
  unsigned char bytes[4 * sizeof(E)];
  unsigned char *more;
  unsigned count;
};

// A callable without the power to take any other.
class Counter {
public:
  ~Counter();
  int operator()();

private:
  unsigned char bytes[8];
};
// Bytes and a count, and nothing to go through.
template <typename E> class Slot {
public:
  ~Slot();
  E &value();

private:
  unsigned char bytes[sizeof(E)];
};

struct Owner {
  Small<void()> Done;
  Derived<int(int)> Mapped;
  Few<std::shared_ptr<T>> Elements;
  Few<int> Numbers;
  Counter Count;
  Slot<int> Number;
};

// CHECK:      class Owner
// CHECK-NEXT:   Done: function
// CHECK-NEXT:   Mapped: function
// CHECK-NEXT:   Elements: container strong T
// CHECK-NEXT:   Numbers: value Few<int>
// CHECK-NEXT:   Count: value Counter
// CHECK-NEXT:   Number: value Slot<int>
