// What a thread runs has run once the thread was joined, and is gone with it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <thread>
#include <vector>

template <typename Tag>
struct Meter : std::enable_shared_from_this<Meter<Tag>> {
  int Reads = 0;
  std::thread Reader;
  void start() {
    Reader = std::thread([Self = this->shared_from_this()] { ++Self->Reads; });
  }
  void finish() { Reader.join(); }
};

void joined() {
  auto M = std::make_shared<Meter<struct A>>();
  M->start();
  M->finish();
}

struct Owner {
  std::shared_ptr<Meter<struct B>> M = std::make_shared<Meter<struct B>>();
  Owner() { M->start(); }
  ~Owner() { M->finish(); }
};
void joinedByTheOwner() { Owner O; }

void detached() {
  auto M = std::make_shared<Meter<struct C>>();
  M->start();
  M->Reader.detach();
}

template <typename Tag> struct Crew {
  std::vector<std::thread> Members;
  std::shared_ptr<Crew> Self;
  void join() {
    for (std::thread &Member : Members)
      Member.join();
  }
};
void manyJoined() {
  auto C = std::make_shared<Crew<struct D>>();
  C->Members.emplace_back([C] {});
  C->join();
}

template <typename Tag> struct Queue {
  std::vector<std::function<void()>> Jobs;
  void work() {
    while (!Jobs.empty()) {
      auto Job = std::move(Jobs.back());
      Jobs.pop_back();
      Job();
    }
  }
};
void doneByAnotherThread() {
  auto Q = std::make_shared<Queue<struct E>>();
  Q->Jobs.push_back([Q] {});
  std::thread Worker(&Queue<E>::work, Q.get());
  Worker.join();
}
void doneByALambda() {
  auto Q = std::make_shared<Queue<struct F>>();
  Q->Jobs.push_back([Q] {});
  std::thread Worker([&Q] { Q->work(); });
  Worker.join();
}

// CHECK: warning: 'Meter<G>' keeps itself alive
void neverJoined() {
  auto M = std::make_shared<Meter<struct G>>();
  M->start();
}

struct Endless : std::enable_shared_from_this<Endless> {
  std::thread Reader;
  bool Stop = false;
  // CHECK: warning: 'Endless' keeps itself alive
  // CHECK: note: {{.*}}cannot run while the cycle lives
  ~Endless() {
    Stop = true;
    Reader.join();
  }
  void start() {
    Reader = std::thread([Self = shared_from_this()] {
      while (!Self->Stop)
        ;
    });
  }
};

int main() {
  joined();
  joinedByTheOwner();
  detached();
  manyJoined();
  doneByAnotherThread();
  doneByALambda();
  neverJoined();
  std::make_shared<Endless>()->start();
}
