// A static local is made once: each call of its accessor gives the same object.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

template <typename Tag> struct Plan;
template <typename Tag> struct Step { std::shared_ptr<Plan<Tag>> Of; };
template <typename Tag> struct Plan : std::enable_shared_from_this<Plan<Tag>> {
  std::vector<std::shared_ptr<Step<Tag>>> Steps;
  void add() {
    Steps.push_back(std::make_shared<Step<Tag>>());
    Steps.back()->Of = this->shared_from_this();
  }
  void stop() { Steps.clear(); }
};

template <typename Tag> struct Plans {
  std::vector<std::shared_ptr<Plan<Tag>>> All;
  void stopAll() {
    for (auto &P : All)
      P->stop();
  }
};
template <typename Tag> Plans<Tag> &onTheHeap() {
  static auto *P = new Plans<Tag>;
  return *P;
}
template <typename Tag> Plans<Tag> &inPlace() {
  static Plans<Tag> P;
  return P;
}
template <typename Tag> std::shared_ptr<Plans<Tag>> counted() {
  static auto P = std::make_shared<Plans<Tag>>();
  return P;
}

void stoppedOnTheHeap() {
  auto P = std::make_shared<Plan<struct A>>();
  P->add();
  onTheHeap<A>().All.push_back(P);
  onTheHeap<A>().stopAll();
}
void stoppedInPlace() {
  auto P = std::make_shared<Plan<struct B>>();
  P->add();
  inPlace<B>().All.push_back(P);
  inPlace<B>().stopAll();
}
void stoppedThroughAHandle() {
  auto P = std::make_shared<Plan<struct C>>();
  P->add();
  counted<C>()->All.push_back(P);
  counted<C>()->stopAll();
}

struct Hooks {
  static Hooks &get() {
    static Hooks H;
    return H;
  }
  std::vector<std::function<void()>> AtExit;
  void run() {
    auto Now = std::move(AtExit);
    for (auto &Hook : Now)
      Hook();
  }
};
void stoppedByAHook() {
  auto P = std::make_shared<Plan<struct D>>();
  P->add();
  Hooks::get().AtExit.push_back([P] { P->stop(); });
}

// CHECK: warning: 'Plan<F>' and 'Step<F>' keep each other alive
void neverStopped() {
  auto P = std::make_shared<Plan<struct F>>();
  P->add();
}
// CHECK: warning: 'Room' keeps itself alive
struct Room {
  std::function<void()> OnEnter;
};
std::shared_ptr<Room> &room() {
  static auto R = std::make_shared<Room>();
  return R;
}
void keepsTheRoom() {
  auto R = room();
  R->OnEnter = [R] {};
}

int main() {
  stoppedOnTheHeap();
  stoppedInPlace();
  stoppedThroughAHandle();
  stoppedByAHook();
  Hooks::get().run();
  neverStopped();
  keepsTheRoom();
}
