// Three ways to count, as libraries do it.
#pragma once
#include <utility>

/// Born with one count, which a factory hands to the first handle.
class BornCounted {
public:
  void ref() { ++Count; }
  void unref() {
    if (--Count == 0)
      delete this;
  }

protected:
  virtual ~BornCounted() = default;

private:
  unsigned Count = 1;
};

/// Born without; the first handle makes it one.
class BornFree {
public:
  void grabIt() { ++Uses; }
  void dropIt() {
    if (--Uses == 0)
      delete this;
  }

protected:
  virtual ~BornFree() = default;

private:
  int Uses{0};
};

struct AdoptTag {};

template <class T> class Keep {
public:
  Keep() = default;
  Keep(T *P) : P(P) {
    if (P)
      P->ref();
  }
  Keep(AdoptTag, T *P) : P(P) {}
  Keep(const Keep &O) : Keep(O.P) {}
  Keep(Keep &&O) : P(std::exchange(O.P, nullptr)) {}
  ~Keep() {
    if (P)
      P->unref();
  }
  Keep &operator=(Keep O) {
    std::swap(P, O.P);
    return *this;
  }
  T *detach() { return std::exchange(P, nullptr); }
  /// Counts what it is given.
  void reset(T *O) { *this = Keep(O); }
  /// Takes over the count of what it is given.
  void take(T *O) { *this = Keep(AdoptTag{}, O); }
  T *get() const { return P; }
  T *operator->() const { return P; }
  T &operator*() const { return *P; }

private:
  T *P = nullptr;
};

template <class T> class Hold {
public:
  Hold(T *P = nullptr, bool Count = true) : P(P) {
    if (P && Count)
      P->grabIt();
  }
  Hold(const Hold &O) : Hold(O.P) {}
  ~Hold() {
    if (P)
      P->dropIt();
  }
  Hold &operator=(const Hold &O) {
    if (O.P)
      O.P->grabIt();
    if (P)
      P->dropIt();
    P = O.P;
    return *this;
  }
  /// Lowers the count before it lets go.
  T *release() {
    T *Old = P;
    if (Old)
      Old->dropIt();
    P = nullptr;
    return Old;
  }
  T *get() const { return P; }
  T *operator->() const { return P; }

private:
  T *P = nullptr;
};
