// A closure is reported when it is kept, directly or not, by what it captures.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

struct Button {
  std::function<void()> on_press;
  void press() {
    if (on_press)
      on_press();
  }
};

struct Clock {
  void every(std::function<void()> task) { task_ = std::move(task); }
  std::function<void()> task_;
};

//===--- must be reported ---------------------------------------------------===//

void local_handle() {
  auto button = std::make_shared<Button>();
  // CHECK: closure.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Button' keeps itself alive: 'on_press' stores a lambda that captures 'button' [refcycle-closure]
  button->on_press = [button] { button->press(); };
}

struct Blinker : std::enable_shared_from_this<Blinker> {
  Clock clock; // a part keeps the closure
  bool lit = false;
  void start() {
    // CHECK: closure.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Blinker' keeps itself alive: {{.*}} captures 'self' [refcycle-closure]
    clock.every([self = shared_from_this()] { self->lit = !self->lit; });
  }
};

struct Ticker : std::enable_shared_from_this<Ticker> {
  std::shared_ptr<Clock> clock = std::make_shared<Clock>(); // a child keeps it
  void tick() {}
  void start() {
    // CHECK: closure.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Ticker' keeps itself alive: {{.*}} stores a bind object {{.*}}
    clock->every(std::bind(&Ticker::tick, shared_from_this()));
  }
};

struct Topic : std::enable_shared_from_this<Topic> {
  std::vector<std::function<void()>> readers; // a list of handlers
  int count = 0;
  void watch() {
    auto self = shared_from_this();
    // CHECK: closure.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Topic' keeps itself alive: 'readers' stores a lambda that captures 'self' [refcycle-closure]
    readers.push_back([self] { ++self->count; });
  }
};

// One capture of the base class, whatever derives from it.
struct Stream : std::enable_shared_from_this<Stream> {
  virtual ~Stream() = default;
  std::unique_ptr<Clock> clock = std::make_unique<Clock>();
  virtual void start() {
    // CHECK: closure.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Stream' keeps itself alive: {{.*}} captures 'self' [refcycle-closure]
    clock->every([self = shared_from_this()] { self->read(); });
  }
  virtual void read() {}
};
struct FileStream : Stream {
  int files = 0;
  void start() override {
    Stream::start();
    ++files;
  }
};
struct PipeStream : Stream {
  int pipes = 0;
  void start() override {
    Stream::start();
    ++pipes;
  }
};
void startOne(const std::shared_ptr<Stream> &stream) { stream->start(); }
void streams() {
  startOne(std::make_shared<FileStream>());
  startOne(std::make_shared<PipeStream>());
}

//===--- must stay silent ---------------------------------------------------===//

struct Lamp : std::enable_shared_from_this<Lamp> {
  std::function<void()> on_switch;
  int n = 0;
  void weak() {
    on_switch = [weak = weak_from_this()] {
      if (auto self = weak.lock())
        ++self->n;
    };
  }
  void raw() {
    on_switch = [this] { ++n; };
  }
};

struct Once : std::enable_shared_from_this<Once> { // emptied before the call
  std::function<void()> done;
  int n = 0;
  void start() {
    done = [self = shared_from_this()] { ++self->n; };
  }
  void finish() {
    if (auto call = std::exchange(done, nullptr))
      call();
  }
};

struct Sorter : std::enable_shared_from_this<Sorter> { // called, not kept
  std::vector<int> values;
  int sign = 1;
  void sort() {
    auto self = shared_from_this();
    std::sort(values.begin(), values.end(),
              [self](int a, int b) { return self->sign * a < self->sign * b; });
  }
  template <typename F> void each(F f) {
    for (int v : values)
      f(v);
  }
  void negate() {
    each([self = shared_from_this()](int v) { self->sign -= v; });
  }
};

struct Door { // emptied by everybody who opens it
  std::function<void()> on_open;
};
void knock() {
  auto door = std::make_shared<Door>();
  door->on_open = [door] {};
  door->on_open = nullptr;
}

struct Step { // a step keeps an older one
  std::function<int()> before;
};
std::shared_ptr<Step> pipeline(int n) {
  std::shared_ptr<Step> last;
  for (int i = 0; i < n; ++i) {
    auto step = std::make_shared<Step>();
    if (last)
      step->before = [last] { return last->before ? last->before() : 0; };
    last = step;
  }
  return last;
}

struct Counter { // captured by reference
  std::function<void()> add;
};
void count() {
  auto counter = std::make_shared<Counter>();
  int n = 0;
  counter->add = [&n, &counter] { n += counter ? 1 : 0; };
  counter->add();
}

int main() {
  local_handle();
  std::make_shared<Blinker>()->start();
  std::make_shared<Ticker>()->start();
  std::make_shared<Topic>()->watch();
  auto lamp = std::make_shared<Lamp>();
  lamp->weak();
  lamp->raw();
  auto once = std::make_shared<Once>();
  once->start();
  once->finish();
  auto sorter = std::make_shared<Sorter>();
  sorter->sort();
  sorter->negate();
  knock();
  pipeline(3);
  count();
}
