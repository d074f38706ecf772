// A function object that has its call operators from bases runs one of them on
// what that base captured, however it is called; so does one that has several
// of its own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

template <class... F> struct Choice : F... {
  using F::operator()...;
};
template <class... F> Choice(F...) -> Choice<F...>;

/// By a constructor.
template <class F> struct Named : F {
  explicit Named(F f) : F(f) {}
};

struct Open {};
struct Close {};
using Event = std::variant<Open, Close>;

template <typename Tag> struct Room {
  std::vector<std::shared_ptr<Room>> Doors;
  int Opened = 0;
  void leave() { Doors.clear(); }
  void look() { ++Opened; }
};
template <typename Tag> struct House {
  std::vector<std::shared_ptr<Room<Tag>>> Rooms;
  void on(Event E) { handle(*this, E); }
  ~House() { on(Close()); }
};
template <typename Tag> void build(House<Tag> &Into) {
  auto A = std::make_shared<Room<Tag>>(), B = std::make_shared<Room<Tag>>();
  Into.Rooms = {A, B};
  A->Doors.push_back(B);
  B->Doors.push_back(A);
}

//===--- must be reported ---------------------------------------------------===//

namespace noisy {

struct NeverLeaves {};
void handle(House<NeverLeaves> &H, Event E) {
  for (auto &R : H.Rooms)
    std::visit(Choice{[&R](Open) { R->look(); }, [&R](Close) { R->look(); }},
               E);
}
// CHECK-DAG: warning: objects of type 'Room<{{(noisy::)?}}NeverLeaves>' keep each other alive
void neverLeaves() {
  House<NeverLeaves> H;
  build(H);
}

struct OtherLeaves {};
/// What a closure of the same shape does that nobody calls is not done.
void handle(House<OtherLeaves> &H, Event E) {
  for (auto &R : H.Rooms) {
    Choice Unused{[&R](Open) { R->leave(); }, [](Close) {}};
    Choice Used{[&R](Open) { R->look(); }, [](Close) {}};
    std::visit(Used, E);
  }
}
// CHECK-DAG: warning: objects of type 'Room<{{(noisy::)?}}OtherLeaves>' keep each other alive
void otherLeaves() {
  House<OtherLeaves> H;
  build(H);
}

struct Kept;
struct Watcher {
  std::shared_ptr<Kept> Target;
};
struct Kept : std::enable_shared_from_this<Kept> {
  std::shared_ptr<Watcher> W = std::make_shared<Watcher>();
  void on(Event E) {
    std::visit(Choice{[this](Open) {
                        // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'noisy::Kept' and 'noisy::Watcher' keep each other alive
                        W->Target = shared_from_this();
                      },
                      [](Close) {}},
               E);
  }
};
void kept() { std::make_shared<Kept>()->on(Open()); }

} // namespace noisy

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Visited {};
void handle(House<Visited> &H, Event E) {
  for (auto &R : H.Rooms)
    std::visit(Choice{[&R](Open) { R->look(); }, [&R](Close) { R->leave(); }},
               E);
}
void visited() {
  House<Visited> H;
  build(H);
}

struct Called {};
void handle(House<Called> &H, Event) {
  for (auto &R : H.Rooms) {
    Choice C{[&R](Open) { R->look(); }, [&R](Close) { R->leave(); }};
    C(Close());
  }
}
void called() {
  House<Called> H;
  build(H);
}

struct Copied {};
/// Of closures that have a name.
void handle(House<Copied> &H, Event E) {
  for (auto &R : H.Rooms) {
    auto Look = [R](Open) { R->look(); };
    auto Leave = [R](Close) { R->leave(); };
    Choice C{Look, std::move(Leave)};
    std::visit(C, E);
  }
}
void copied() {
  House<Copied> H;
  build(H);
}

struct OneBase {};
void handle(House<OneBase> &H, Event) {
  for (auto &R : H.Rooms) {
    Choice C{[&R](Close) { R->leave(); }};
    C(Close());
  }
}
void oneBase() {
  House<OneBase> H;
  build(H);
}

struct Made {};
void handle(House<Made> &H, Event) {
  for (auto &R : H.Rooms) {
    Named C([&R](Close) { R->leave(); });
    C(Close());
  }
}
void made() {
  House<Made> H;
  build(H);
}

struct InAFunction {};
/// One call operator that a base has, in a wrapper.
void handle(House<InAFunction> &H, Event) {
  for (auto &R : H.Rooms) {
    std::function<void(Close)> C = Named([&R](Close) { R->leave(); });
    C(Close());
  }
}
void inAFunction() {
  House<InAFunction> H;
  build(H);
}

struct Written {};
/// Several operators of its own.
struct Visitor {
  Room<Written> &R;
  void operator()(Open) { R.look(); }
  void operator()(Close) { R.leave(); }
};
void handle(House<Written> &H, Event E) {
  for (auto &R : H.Rooms)
    std::visit(Visitor{*R}, E);
}
void written() {
  House<Written> H;
  build(H);
}

struct ByAlgorithm {};
/// No member, so no captures: the element is what it is called with.
struct Leaver {
  void operator()(const std::shared_ptr<Room<ByAlgorithm>> &R) const {
    R->leave();
  }
  void operator()(int) const {}
};
void handle(House<ByAlgorithm> &H, Event) {
  std::for_each(H.Rooms.begin(), H.Rooms.end(), Leaver());
}
void byAlgorithm() {
  House<ByAlgorithm> H;
  build(H);
}

struct Inherited {};
struct Walker {
  void operator()(const std::shared_ptr<Room<Inherited>> &R) const {
    R->leave();
  }
};
struct OwnWalker : Walker {};
void handle(House<Inherited> &H, Event) {
  std::for_each(H.Rooms.begin(), H.Rooms.end(), OwnWalker());
}
void inherited() {
  House<Inherited> H;
  build(H);
}

struct Virtual {};
struct Step {
  virtual ~Step() = default;
  virtual void operator()(const std::shared_ptr<Room<Virtual>> &) const {}
};
struct LeavingStep : Step {
  void operator()(const std::shared_ptr<Room<Virtual>> &R) const override {
    R->leave();
  }
};
void each(House<Virtual> &H, const Step &S) {
  std::for_each(H.Rooms.begin(), H.Rooms.end(), std::ref(S));
  for (auto &R : H.Rooms)
    S(R);
}
void handle(House<Virtual> &H, Event) { each(H, LeavingStep()); }
void dispatched() {
  House<Virtual> H;
  build(H);
}

} // namespace quiet

int main() {
  noisy::neverLeaves();
  noisy::otherLeaves();
  noisy::kept();
  quiet::visited();
  quiet::called();
  quiet::copied();
  quiet::oneBase();
  quiet::made();
  quiet::inAFunction();
  quiet::written();
  quiet::byAlgorithm();
  quiet::inherited();
  quiet::dispatched();
}
