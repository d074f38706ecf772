// A root of a tracing collector keeps its object alive, however the root was
// made; a traced pointer does not.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

namespace AK {
template <class T> struct NonnullRefPtr {
  NonnullRefPtr(T &t) : p(&t) {}
  T *p;
};
template <class T> NonnullRefPtr<T> adopt_ref(T &t) { return NonnullRefPtr<T>(t); }
} // namespace AK

namespace GC {
struct Cell {
  virtual ~Cell() {}
};
struct RootImpl {
  explicit RootImpl(Cell *c) : cell(c) {}
  Cell *cell;
};
template <class T> struct Ptr {
  Ptr(T *t) : p(t) {}
  T *p;
};
template <class T> struct Root {
  Root() = default;
  static Root create(T *t) { return Root(AK::adopt_ref(*new RootImpl(t))); }
  explicit Root(AK::NonnullRefPtr<RootImpl> i) : impl(i.p) {}
  void operator=(decltype(nullptr)) { impl = nullptr; }
  RootImpl *impl = nullptr;
};
template <class T> Root<T> make_root(T &t) { return Root<T>::create(&t); }
} // namespace GC

struct Driver : GC::Cell {
  // CHECK: traced-roots.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Driver' keeps itself alive
  void start() { self = GC::make_root(*this); }
  GC::Root<Driver> self;
};
struct Made : GC::Cell {
  // CHECK: traced-roots.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Made' keeps itself alive
  void start() { self = GC::Root<Made>::create(this); }
  GC::Root<Made> self;
};
struct Traced : GC::Cell { // the collector takes this cycle
  Traced() : self(this) {}
  GC::Ptr<Traced> self;
};
struct Finished : GC::Cell { // lets itself go
  void start() { self = GC::make_root(*this); }
  void finish() { self = nullptr; }
  GC::Root<Finished> self;
};
struct Holder : GC::Cell { // a root of another object
  void hold(Traced &t) { other = GC::make_root(t); }
  GC::Root<Traced> other;
};

int main() {
  (new Driver)->start();
  (new Made)->start();
  auto *traced = new Traced;
  (new Holder)->hold(*traced);
  auto *finished = new Finished;
  finished->start();
  finished->finish();
}
