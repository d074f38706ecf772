// Ways to empty what holds a cycle: by size, by algorithm, by handing the
// elements to another container, through references, pointers and pointers to
// members. What empties something else breaks nothing.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <vector>

using Task = std::function<void()>;

template <typename F> struct AtExit {
  F f;
  ~AtExit() { f(); }
};
template <typename F> AtExit(F) -> AtExit<F>;

template <typename Slot> struct Emptied {
  Slot &slot;
  ~Emptied() { slot = nullptr; }
};

//===--- must be reported ---------------------------------------------------===//

struct Grown : std::enable_shared_from_this<Grown> { // resized, not to nothing
  std::vector<Task> tasks;
  void start() {
    // CHECK: emptied.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Grown' keeps itself alive
    tasks.push_back([self = shared_from_this()] {});
    tasks.resize(2);
  }
};

struct OtherFilled : std::enable_shared_from_this<OtherFilled> {
  std::vector<Task> tasks, spare;
  void start() {
    // CHECK: emptied.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'OtherFilled' keeps itself alive
    tasks.push_back([self = shared_from_this()] {});
  }
  void stop() { std::fill(spare.begin(), spare.end(), nullptr); }
};

struct OtherGuarded : std::enable_shared_from_this<OtherGuarded> {
  Task task, spare;
  void start() {
    // CHECK: emptied.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'OtherGuarded' keeps itself alive
    task = [self = shared_from_this()] {};
    Emptied guard{spare};
  }
};

struct OtherMember : std::enable_shared_from_this<OtherMember> {
  Task task, spare;
  void start() {
    // CHECK: emptied.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'OtherMember' keeps itself alive
    task = [self = shared_from_this()] {};
  }
  void stop() {
    for (auto slot : {&OtherMember::spare})
      this->*slot = nullptr;
    for (Task *slot : {&spare})
      *slot = nullptr;
  }
};

struct OwnBlock { // the deleter keeps the object that it is to delete
  std::weak_ptr<OwnBlock> self;
};
struct Keeper {
  std::shared_ptr<OwnBlock> held;
};
void own_block() {
  auto keeper = std::make_shared<Keeper>();
  // CHECK: emptied.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}keeps itself alive
  keeper->held = std::shared_ptr<OwnBlock>(new OwnBlock, [keeper](OwnBlock *p) { delete p; });
}

//===--- must stay silent ---------------------------------------------------===//

template <typename Slots>
struct Job : std::enable_shared_from_this<Job<Slots>> {
  Slots tasks;
  void start() { tasks.insert(tasks.end(), [self = this->shared_from_this()] {}); }
};
struct Shrunk : Job<std::vector<Task>> {
  void stop() { tasks.resize(0); }
};
struct Filled : Job<std::vector<Task>> {
  void stop() { std::fill(tasks.begin(), tasks.end(), nullptr); }
};
struct FilledRange : Job<std::vector<Task>> {
  void stop() { std::ranges::fill(tasks, Task()); }
};
struct FilledMany : Job<std::vector<Task>> {
  void stop() { std::fill_n(tasks.begin(), tasks.size(), Task()); }
};
struct FilledByFunctions : Job<std::vector<Task>> {
  void stop() { std::fill(std::begin(tasks), std::end(tasks), nullptr); }
};
struct Spliced : Job<std::list<Task>> {
  void stop() {
    std::list<Task> gone;
    gone.splice(gone.end(), tasks);
  }
};

struct Table : std::enable_shared_from_this<Table> {
  std::map<int, Task> tasks;
  void start() { tasks.emplace(1, [self = shared_from_this()] {}); }
  void stop() {
    std::map<int, Task> gone;
    gone.merge(tasks);
  }
};

struct Pinned : std::enable_shared_from_this<Pinned> { // a guard with a handle&
  std::shared_ptr<Pinned> pin;
  struct Unpin {
    explicit Unpin(std::shared_ptr<Pinned> &pin) : pin(pin) {}
    std::shared_ptr<Pinned> &pin;
    ~Unpin() { pin.reset(); }
  };
  void start() { pin = shared_from_this(); }
  void run() {
    auto keep = pin;
    Unpin guard{pin};
  }
};

struct Guarded : std::enable_shared_from_this<Guarded> {
  Task task;
  void run() {
    task = [self = shared_from_this()] {};
    Emptied guard{task};
    task();
  }
};

struct Finally : std::enable_shared_from_this<Finally> {
  Task task;
  void start() {
    task = [self = shared_from_this()] {};
  }
  void stop() {
    AtExit guard{[&slot = task] { slot = nullptr; }};
  }
};

struct TwoSlots : std::enable_shared_from_this<TwoSlots> {
  Task on_open, on_close;
  void start() {
    on_open = [self = shared_from_this()] {};
    on_close = [self = shared_from_this()] {};
  }
};
struct ByPointer : TwoSlots {
  void stop() {
    for (Task *slot : {&on_open, &on_close})
      *slot = nullptr;
  }
};
struct ByArray : TwoSlots {
  void stop() {
    Task *slots[] = {&on_open, &on_close};
    for (Task *slot : slots) {
      if (!*slot)
        continue;
      *slot = nullptr;
    }
  }
};
struct ByMember : TwoSlots {
  void stop() {
    for (auto slot : {&TwoSlots::on_open, &TwoSlots::on_close})
      this->*slot = nullptr;
  }
};
struct ByAnyMember : TwoSlots { // which one, only the callers know
  void drop(Task TwoSlots::*slot) { this->*slot = nullptr; }
  void stop() {
    drop(&TwoSlots::on_open);
    drop(&TwoSlots::on_close);
  }
};

void other_block() { // the closure is kept by a block that the object has not
  auto table = std::make_shared<Table>();
  auto view = std::shared_ptr<Table>(table.get(), [table](Table *) {});
  auto same = std::shared_ptr<Table>(&*table, [table](Table *) {});
}

template <typename T> void start_and_stop() {
  auto object = std::make_shared<T>();
  object->start();
  object->stop();
}

int main() {
  std::make_shared<Grown>()->start();
  start_and_stop<OtherFilled>();
  std::make_shared<OtherGuarded>()->start();
  start_and_stop<OtherMember>();
  own_block();
  start_and_stop<Shrunk>();
  start_and_stop<Filled>();
  start_and_stop<FilledRange>();
  start_and_stop<FilledMany>();
  start_and_stop<FilledByFunctions>();
  start_and_stop<Spliced>();
  start_and_stop<Table>();
  auto pinned = std::make_shared<Pinned>();
  pinned->start();
  pinned->run();
  std::make_shared<Guarded>()->run();
  start_and_stop<Finally>();
  start_and_stop<ByPointer>();
  start_and_stop<ByArray>();
  start_and_stop<ByMember>();
  start_and_stop<ByAnyMember>();
  other_block();
}
