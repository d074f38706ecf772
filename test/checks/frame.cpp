// What a thread or a coroutine's frame keeps alive may not keep it: the thread
// is a closure's slot, the frame an object of its own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <coroutine>
#include <exception>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

struct Player : std::enable_shared_from_this<Player> {
  std::jthread thread;
  void play();
  // CHECK: frame.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Player' keeps itself alive: {{.*}} [refcycle-closure]
  void start() { thread = std::jthread([self = shared_from_this()] { self->play(); }); }
};

struct Joined : std::enable_shared_from_this<Joined> { // the callable does not own
  std::jthread thread;
  void play();
  void start() { thread = std::jthread([this] { play(); }); }
};

struct Watched : std::enable_shared_from_this<Watched> { // weak
  std::jthread thread;
  void play();
  void start() {
    thread = std::jthread([weak = weak_from_this()] {
      if (auto self = weak.lock())
        self->play();
    });
  }
};

struct Detached : std::enable_shared_from_this<Detached> { // no member keeps it
  void play();
  void start() {
    std::thread([self = shared_from_this()] { self->play(); }).detach();
  }
};

/// Owns its frame: destroying the task destroys parameters and locals.
class Task {
public:
  struct promise_type {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  Task() = default;
  Task(Task &&other) noexcept : handle(std::exchange(other.handle, {})) {}
  Task &operator=(Task &&other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~Task() {
    if (handle)
      handle.destroy();
  }

  void resume() { handle.resume(); }

private:
  explicit Task(std::coroutine_handle<promise_type> h) : handle(h) {}
  std::coroutine_handle<promise_type> handle;
};

struct Transfer {
  Task task;
};

// CHECK: frame.cpp:{{[0-9]+}}:{{[0-9]+}}: warning: 'Transfer' keeps itself alive: 'Task::handle' owns a coroutine frame that holds 'transfer' [refcycle-frame]
Task receive(std::shared_ptr<Transfer> transfer) {
  transfer->task = Task();
  co_return;
}

struct Upload {
  Task task;
};

Task sendTo(Upload &upload) { // a reference does not own
  upload.task = Task();
  co_return;
}

struct Copy {
  Task task;
};

Task copyAll(std::weak_ptr<Copy> copy) { // weak
  copy.lock();
  co_return;
}

struct Pause : std::suspend_always {};

struct Poll {
  Task task;
  int n = 0;
};

// CHECK: frame.cpp:{{[0-9]+}}:{{[0-9]+}}: warning: 'Poll' keeps itself alive: 'Task::handle' owns a coroutine frame that holds 'self' [refcycle-frame]
Task suspended(std::weak_ptr<Poll> poll) { // the variable waits with the frame
  if (auto self = poll.lock()) {
    co_await Pause();
    ++self->n;
  }
}

struct Brief {
  Task task;
  int n = 0;
};

Task brief(std::weak_ptr<Brief> weak) { // the variable ends before it waits
  if (auto self = weak.lock())
    ++self->n;
  {
    auto again = weak.lock();
    again->n = 0;
  }
  co_await Pause();
}

struct Pool {
  std::vector<Task> tasks;
  int n = 0;
};

Task work(std::weak_ptr<Pool> weak) { // what waits here ends when it is resumed
  if (auto self = weak.lock()) {
    co_await Pause();
    ++self->n;
  }
}

int main() {
  auto pool = std::make_shared<Pool>();
  pool->tasks.push_back(work(pool));
  pool->tasks.push_back(work(pool));
  for (int round = 0; round != 2; ++round)
    for (auto &task : pool->tasks)
      task.resume();
  pool->tasks.pop_back();
  auto short_lived = std::make_shared<Brief>();
  short_lived->task = brief(short_lived);
  std::make_shared<Player>()->start();
  std::make_shared<Joined>()->start();
  std::make_shared<Watched>()->start();
  std::make_shared<Detached>()->start();
  auto transfer = std::make_shared<Transfer>();
  transfer->task = receive(transfer);
  auto poll = std::make_shared<Poll>();
  poll->task = suspended(poll);
  auto upload = std::make_shared<Upload>();
  upload->task = sendTo(*upload);
  auto copy = std::make_shared<Copy>();
  copy->task = copyAll(copy);
}
