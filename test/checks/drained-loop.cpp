// A loop that runs until a container is empty leaves it empty, whatever its
// body puts in on the way.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <deque>
#include <functional>
#include <memory>

template <typename Tag>
struct Mill : std::enable_shared_from_this<Mill<Tag>> {
  std::deque<std::function<void()>> Work;
  int Done = 0;
  void submit(int Rounds) {
    Work.emplace_back([Self = this->shared_from_this(), Rounds] {
      Self->attempt(Rounds);
    });
  }
  void attempt(int Rounds) {
    if (Rounds > 0)
      return submit(Rounds - 1);
    ++Done;
  }
  void one() {
    auto Job = std::move(Work.front());
    Work.pop_front();
    Job();
  }
  void drain() {
    while (!Work.empty())
      one();
  }
  void drainByName() {
    while (!this->Work.empty()) {
      for (int I = 0; I < 3; ++I)
        if (Work.empty())
          break;
      one();
    }
  }
};

template <typename Tag> struct Yard {
  std::shared_ptr<Mill<Tag>> M = std::make_shared<Mill<Tag>>();
  ~Yard() { M->drain(); }
};

void drainedByTheOwner() {
  Yard<struct A> Y;
  Y.M->submit(2);
}
void drainedHere() {
  auto M = std::make_shared<Mill<struct B>>();
  M->submit(2);
  M->drain();
}
void drainedWithAnInnerBreak() {
  auto M = std::make_shared<Mill<struct C>>();
  M->submit(2);
  M->drainByName();
}

// CHECK: warning: 'Mill<D>' keeps itself alive
void neverDrained() {
  auto M = std::make_shared<Mill<struct D>>();
  M->submit(2);
}

int main() {
  drainedByTheOwner();
  drainedHere();
  drainedWithAnInnerBreak();
  neverDrained();
}
