// A virtual call runs the version of a class only where the program makes
// objects that have no later one: what a base would take away stays if every
// object overrides it and does not call it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

template <typename Owner> struct Wire {
  std::function<void()> OnData;
};

/// What owns a number of ends, and closes them.
template <typename End> struct Net {
  std::vector<std::shared_ptr<End>> Ends;
  ~Net() {
    for (auto &E : Ends)
      E->close();
  }
};
template <typename Made, typename End> void use() {
  Net<End> N;
  auto E = std::make_shared<Made>();
  E->open();
  N.Ends.push_back(E);
}

//===--- must be reported ---------------------------------------------------===//

namespace noisy {

namespace forgotten {
struct End : std::enable_shared_from_this<End> {
  std::unique_ptr<Wire<End>> W = std::make_unique<Wire<End>>();
  int Seen = 0;
  virtual ~End() = default;
  void open() {
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'noisy::forgotten::End' keeps itself alive
    W->OnData = [Self = shared_from_this()] { ++Self->Seen; };
  }
  virtual void close() { W->OnData = nullptr; }
};
struct Secure : End {
  bool Alert = false;
  void close() override { Alert = true; }
};
} // namespace forgotten

/// The version that cleans up is skipped by all that derive from it.
namespace between {
struct End : std::enable_shared_from_this<End> {
  std::unique_ptr<Wire<End>> W = std::make_unique<Wire<End>>();
  int Seen = 0;
  virtual ~End() = default;
  void open() {
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'noisy::between::End' keeps itself alive
    W->OnData = [Self = shared_from_this()] { ++Self->Seen; };
  }
  virtual void close() {}
};
struct Middle : End {
  void close() override { W->OnData = nullptr; }
};
struct Left : Middle {
  void close() override { ++Seen; }
};
struct Right : Middle {
  void close() override { Middle::Seen = 0; }
};
} // namespace between

} // namespace noisy

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

template <typename Tag>
struct End : std::enable_shared_from_this<End<Tag>> {
  std::unique_ptr<Wire<End>> W = std::make_unique<Wire<End>>();
  int Seen = 0;
  virtual ~End() = default;
  void open() {
    W->OnData = [Self = this->shared_from_this()] { ++Self->Seen; };
  }
  virtual void close() { W->OnData = nullptr; }
};

/// The override calls what it overrides.
struct A {};
struct Chained : End<A> {
  void close() override {
    ++Seen;
    End<A>::close();
  }
};

/// Nobody overrides it.
struct B {};
struct Inheriting : End<B> {};

/// Of two, one has the base's version; which one it is, the loop does not know.
struct C {};
struct Keeping : End<C> {
  void close() override { ++Seen; }
};
struct Plain : End<C> {};

/// Objects of the base itself are made: by value, by a factory, and as a part.
struct D {};
struct Beside : End<D> {
  void close() override { ++Seen; }
};
void ofTheBase() {
  End<D> Local;
  Local.close();
}
struct E {};
struct Apart : End<E> {
  void close() override { ++Seen; }
};
std::shared_ptr<End<E>> make(bool Which) {
  if (Which)
    return std::make_shared<End<E>>();
  return std::make_shared<Apart>();
}
struct F {};
struct Outer : End<F> {
  void close() override { ++Seen; }
};
struct Holder {
  End<F> Inner;
};

/// The override of the override cleans up.
struct G {};
struct Middle : End<G> {
  void close() override { ++Seen; }
};
struct Last : Middle {
  void close() override { W->OnData = {}; }
};

/// A call that names the version is none that others override.
struct H {};
struct Named : End<H> {
  void close() override { ++Seen; }
};
void named() {
  auto N = std::make_shared<Named>();
  N->open();
  N->End<H>::close();
}

/// What the program gets from elsewhere may be the base.
struct I {};
struct Mine : End<I> {
  void close() override { ++Seen; }
};
End<I> &other();
void closeOther() {
  other().close();
  auto M = std::make_shared<Mine>();
  M->End<I>::close();
}

/// While the base is made, its own version runs.
struct Base : std::enable_shared_from_this<Base> {
  std::shared_ptr<Base> Next;
  Base() { reset(); }
  virtual ~Base() { reset(); }
  virtual void reset() { Next = nullptr; }
};
struct Derived : Base {
  void reset() override { Next.reset(); }
};
void based() {
  auto X = std::make_shared<Derived>(), Y = std::make_shared<Derived>();
  X->Next = Y;
  Y->Next = X;
  X->reset();
}

} // namespace quiet

int main() {
  use<noisy::forgotten::Secure, noisy::forgotten::End>();
  use<noisy::between::Left, noisy::between::End>();
  use<noisy::between::Right, noisy::between::End>();
  use<quiet::Chained, quiet::End<quiet::A>>();
  use<quiet::Inheriting, quiet::End<quiet::B>>();
  use<quiet::Keeping, quiet::End<quiet::C>>();
  use<quiet::Plain, quiet::End<quiet::C>>();
  use<quiet::Beside, quiet::End<quiet::D>>();
  quiet::ofTheBase();
  use<quiet::Apart, quiet::End<quiet::E>>();
  quiet::make(true);
  use<quiet::Outer, quiet::End<quiet::F>>();
  quiet::Holder();
  use<quiet::Last, quiet::End<quiet::G>>();
  quiet::named();
  quiet::closeOther();
  quiet::based();
}
