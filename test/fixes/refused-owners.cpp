// Without the strong back pointer these objects would be gone too early, or
// nobody can say. Every use of the members could be rewritten.

// RUN: rm -rf %t && mkdir %t && cp %s %t/refused.cpp && cd %t
// RUN: not refcycle --fix --format=json refused.cpp -- -std=c++20 > refused.json
// RUN: cmp %s refused.cpp
// RUN: FileCheck %s --input-file=refused.json --implicit-check-not='"slot":' --implicit-check-not='"refused": ""'

#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

// CHECK: "message": "'only::Down' and 'only::Up'
namespace only {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
void run() {
  auto down = std::make_shared<Down>();
  down->up = std::make_shared<Up>();
  down->up->kids.push_back(down);
}
}

// The caller has the child only.
// CHECK: "message": "'returned::Down' and 'returned::Up'
namespace returned {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; int n = 0; };
struct Down { std::shared_ptr<Up> up; };
std::shared_ptr<Down> make() {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = up;
  return down;
}
int run() { return make()->up->n; }
}

// The same, by an accessor of the parent.
// CHECK: "message": "'fetched::Down' and 'fetched::Up'
namespace fetched {
struct Down;
struct Up : std::enable_shared_from_this<Up> {
  std::vector<std::shared_ptr<Down>> kids;
  void add(std::shared_ptr<Down> down);
  std::shared_ptr<Down> first() { return kids.front(); }
};
struct Down { std::shared_ptr<Up> up; };
void Up::add(std::shared_ptr<Down> down) { down->up = shared_from_this(); kids.push_back(down); }
std::shared_ptr<Down> make() {
  auto up = std::make_shared<Up>();
  up->add(std::make_shared<Down>());
  return up->first();
}
void run() { make(); }
}

// The child goes out through a parameter.
// CHECK: "message": "'out::Down' and 'out::Up'
namespace out {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
void make(std::shared_ptr<Down> &result) {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = up;
  result = down;
}
void run() { std::shared_ptr<Down> down; make(down); }
}

// The caller's child gets a parent that ends here.
// CHECK: "message": "'lent::Down' and 'lent::Up'
namespace lent {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
void give(std::shared_ptr<Down> down) {
  auto up = std::make_shared<Up>();
  up->kids.push_back(down);
  down->up = up;
}
void run() { auto down = std::make_shared<Down>(); give(down); }
}

// CHECK: "slot": "inner::Down::up"
// CHECK: "refused": "that something else owns
namespace inner {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; int n = 0; };
struct Down { std::shared_ptr<Up> up; };
int run() {
  auto down = std::make_shared<Down>();
  {
    auto up = std::make_shared<Up>();
    up->kids.push_back(down);
    down->up = up;
  }
  return down->up->n;
}
}

// CHECK: "slot": "dropped::Down::up"
// CHECK: "refused": "that something else owns
namespace dropped {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; int n = 0; };
struct Down { std::shared_ptr<Up> up; };
int run() {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = up;
  up.reset();
  return down->up->n;
}
}

// CHECK: "message": "'moved::Down' and 'moved::Up'
namespace moved {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
void run() {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = std::move(up);
}
}

// CHECK: "slot": "sometimes::Down::up"
// CHECK: "refused": "that something else owns
namespace sometimes {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
struct Forest { std::vector<std::shared_ptr<Up>> all; };
std::shared_ptr<Down> plant(Forest &forest, bool keep) {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = up;
  if (keep)
    forest.all.push_back(up);
  return down;
}
void run() { Forest forest; plant(forest, false); }
}

// Somebody else may hold the child longer than the parent.
// CHECK: "slot": "listed::Down::up"
// CHECK: "refused": "'listed::Registry::all' may hold what refers to it, and outlive it"
namespace listed {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; };
struct Down { std::shared_ptr<Up> up; };
struct Registry { std::vector<std::shared_ptr<Down>> all; };
void run() {
  Registry registry;
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  registry.all.push_back(down);
  up->kids.push_back(down);
  down->up = up;
}
}

// CHECK: "slot": "threaded::Down::up"
// CHECK: "refused": "'(lambda at {{.*}})::down' may hold what refers to it, and outlive it"
namespace threaded {
struct Down;
struct Up { std::vector<std::shared_ptr<Down>> kids; int n = 0; };
struct Down { std::shared_ptr<Up> up; };
void run() {
  auto up = std::make_shared<Up>();
  auto down = std::make_shared<Down>();
  up->kids.push_back(down);
  down->up = up;
  std::thread([down] { ++down->up->n; }).detach();
}
}

// Who calls an overrider is not followed.
// CHECK: "slot": "dispatched::Down::up"
// CHECK: "refused": "that something else owns
namespace dispatched {
struct Down;
struct Adder { virtual ~Adder() = default; virtual void add(std::shared_ptr<Down> down) = 0; };
struct Up : Adder, std::enable_shared_from_this<Up> {
  std::vector<std::shared_ptr<Down>> kids;
  void add(std::shared_ptr<Down> down) override;
};
struct Down { std::shared_ptr<Up> up; };
void Up::add(std::shared_ptr<Down> down) { down->up = shared_from_this(); kids.push_back(down); }
void run() { auto up = std::make_shared<Up>(); up->add(std::make_shared<Down>()); }
}

// The parent lives by what its children refer to, and nothing else.
// CHECK: "message": "'temporary::Down' and 'temporary::Up'
namespace temporary {
struct Down;
struct Up : std::enable_shared_from_this<Up> {
  std::vector<std::shared_ptr<Down>> kids;
  void add(std::shared_ptr<Down> down);
};
struct Down { std::shared_ptr<Up> up; };
void Up::add(std::shared_ptr<Down> down) { down->up = shared_from_this(); kids.push_back(down); }
void run() { std::make_shared<Up>()->add(std::make_shared<Down>()); }
}

// A session that only its own handler keeps alive: no fix, or it never works.
// CHECK: "message": "'working::Session' keeps itself alive
// CHECK: "remedy": "clear"
namespace working {
struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> on_data;
  int n = 0;
  void start() { on_data = [self = shared_from_this()] { ++self->n; }; }
};
void run() { std::make_shared<Session>()->start(); }
}

// The timer is on a list of its own: it keeps the session on purpose.
// CHECK: "slot": "(lambda at refused.cpp:{{.*}})::self"
// CHECK: "refused": "'pending::Loop::timers' may hold what refers to it, and outlive it"
namespace pending {
struct Timer { std::function<void()> on_fire; };
struct Loop { std::vector<std::shared_ptr<Timer>> timers; };
struct Session : std::enable_shared_from_this<Session> {
  std::shared_ptr<Timer> timer = std::make_shared<Timer>();
  int n = 0;
  void start(Loop &loop) {
    loop.timers.push_back(timer);
    timer->on_fire = [self = shared_from_this()] { ++self->n; };
  }
};
void run() { Loop loop; auto session = std::make_shared<Session>(); session->start(loop); }
}

// A copy of the handler is posted, and keeps the session on purpose.
// CHECK: "slot": "(lambda at refused.cpp:{{.*}})::self"
// CHECK: "refused": "the lambda is handed to code that may keep it longer"
namespace posted {
void post(std::function<void()> f);
struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> on_done;
  int n = 0;
  void start() {
    on_done = [self = shared_from_this()] { ++self->n; };
    post(on_done);
  }
};
void run() { auto session = std::make_shared<Session>(); session->start(); }
}

// The function goes on for as long as somebody has a copy of it.
// CHECK: "slot": "(lambda at refused.cpp:{{.*}})::next"
// CHECK: "refused": "the lambda captures the cell that it stands in"
namespace recursive {
void run() {
  auto next = std::make_shared<std::function<void(int)>>();
  *next = [next](int n) { if (n) (*next)(n - 1); };
  (*next)(3);
}
}

int main() {
  posted::run(); recursive::run();
  only::run(); returned::run(); fetched::run(); out::run(); lent::run();
  inner::run(); dropped::run(); moved::run(); sometimes::run(); listed::run();
  threaded::run(); dispatched::run(); temporary::run(); working::run();
  pending::run();
}
