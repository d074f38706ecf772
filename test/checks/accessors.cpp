// What is done to a reference or pointer that a function gives back is done to the
// member, the variable or the element that it refers to.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet %s -- -std=c++20 -DCONTROL | FileCheck %s --check-prefix=CONTROL

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

using Handler = std::function<void()>;

class Handlers {
public:
  Handler &done() { return done_; }
  std::vector<Handler> &all() { return all_; }
  const std::vector<Handler> &all() const { return all_; }
  std::vector<Handler> *pointer() { return &all_; }
  Handler *find(bool any) { return any ? &done_ : nullptr; }
  std::vector<Handler> &of(const std::string &event) { return events_[event]; }
  Handler &at(unsigned i) { return all_[i]; }

private:
  Handler done_;
  std::vector<Handler> all_;
  std::map<std::string, std::vector<Handler>> events_;
};

//===----------------------------------------------------------------------===//
// Reported
//===----------------------------------------------------------------------===//

#ifndef CONTROL
struct Stored : std::enable_shared_from_this<Stored> {
  // CHECK: warning: 'Stored' keeps itself alive: 'Handlers::done_' stores a lambda
  void start() { handlers.done() = [self = shared_from_this()] { ++self->n; }; }
  Handlers handlers;
  int n = 0;
};
struct Pushed : std::enable_shared_from_this<Pushed> {
  // CHECK: warning: 'Pushed' keeps itself alive: 'Handlers::all_' stores a lambda
  void start() {
    handlers.all().push_back([self = shared_from_this()] { ++self->n; });
  }
  Handlers handlers;
  int n = 0;
};
struct ByPointer : std::enable_shared_from_this<ByPointer> {
  void start() {
    auto *all = handlers.pointer();
    // CHECK: warning: 'ByPointer' keeps itself alive: 'Handlers::all_' stores a lambda
    all->push_back([self = shared_from_this()] { ++self->n; });
  }
  Handlers handlers;
  int n = 0;
};
struct OfEvent : std::enable_shared_from_this<OfEvent> {
  // CHECK: warning: 'OfEvent' keeps itself alive: 'Handlers::events_' stores a lambda
  void start() {
    handlers.of("done").push_back([self = shared_from_this()] { ++self->n; });
  }
  Handlers handlers;
  int n = 0;
};
// A copy of what the accessor gives is another container.
struct Copied : std::enable_shared_from_this<Copied> {
  void start() {
    // CHECK: warning: 'Copied' keeps itself alive: 'Handlers::all_' stores a lambda
    handlers.all().push_back([self = shared_from_this()] { ++self->n; });
    auto all = handlers.all();
    all.clear();
  }
  Handlers handlers;
  int n = 0;
};
void reported() {
  std::make_shared<Stored>()->start();
  std::make_shared<Pushed>()->start();
  std::make_shared<ByPointer>()->start();
  std::make_shared<OfEvent>()->start();
  std::make_shared<Copied>()->start();
}
#endif

//===----------------------------------------------------------------------===//
// Silent; with CONTROL nothing is cleared
//===----------------------------------------------------------------------===//

#ifdef CONTROL
#define UNLESS_CONTROL(X)
#else
#define UNLESS_CONTROL(X) X
#endif

// CONTROL: warning: 'Cleared' keeps itself alive
struct Cleared : std::enable_shared_from_this<Cleared> {
  void start() {
    handlers.all().push_back([self = shared_from_this()] { ++self->n; });
  }
  void stop() {
    UNLESS_CONTROL(auto &all = handlers.all(); all.clear();)
  }
  Handlers handlers;
  int n = 0;
};
// CONTROL: warning: 'Nulled' keeps itself alive
struct Nulled : std::enable_shared_from_this<Nulled> {
  void start() { handlers.done() = [self = shared_from_this()] { ++self->n; }; }
  void stop() { UNLESS_CONTROL(handlers.done() = nullptr;) }
  Handlers handlers;
  int n = 0;
};
// CONTROL: warning: 'ByPointerCleared' keeps itself alive
struct ByPointerCleared : std::enable_shared_from_this<ByPointerCleared> {
  void start() {
    handlers.all().push_back([self = shared_from_this()] { ++self->n; });
  }
  void stop() {
    UNLESS_CONTROL(auto *all = handlers.pointer(); all->clear();)
  }
  Handlers handlers;
  int n = 0;
};
// CONTROL: warning: 'Found' keeps itself alive
struct Found : std::enable_shared_from_this<Found> {
  void start() { handlers.done() = [self = shared_from_this()] { ++self->n; }; }
  void stop() {
    UNLESS_CONTROL(if (Handler *h = handlers.find(true)) *h = nullptr;)
  }
  Handlers handlers;
  int n = 0;
};
// CONTROL: warning: 'EventCleared' keeps itself alive
struct EventCleared : std::enable_shared_from_this<EventCleared> {
  void start() {
    handlers.of("done").push_back([self = shared_from_this()] { ++self->n; });
  }
  void stop() { UNLESS_CONTROL(handlers.of("done").clear();) }
  Handlers handlers;
  int n = 0;
};
// CONTROL: warning: 'ElementNulled' keeps itself alive
struct ElementNulled : std::enable_shared_from_this<ElementNulled> {
  void start() {
    handlers.all().push_back([self = shared_from_this()] { ++self->n; });
  }
  void stop() { UNLESS_CONTROL(handlers.at(0) = nullptr;) }
  Handlers handlers;
  int n = 0;
};

// Through an accessor of the parts, with a function that is given the place.
void empty(std::vector<Handler> &handlers) {
  UNLESS_CONTROL(handlers.clear();)
}
struct Panel {
  Handlers &handlers() { return handlers_; }

private:
  Handlers handlers_;
};
// CONTROL: warning: 'Passed' keeps itself alive
struct Passed : std::enable_shared_from_this<Passed> {
  void start() {
    panel->handlers().all().push_back([self = shared_from_this()] { ++self->n; });
  }
  void stop() { empty(panel->handlers().all()); }
  std::shared_ptr<Panel> panel = std::make_shared<Panel>();
  int n = 0;
};

// A handle.
struct Node {
  std::shared_ptr<Node> &next() { return next_; }

private:
  std::shared_ptr<Node> next_;
};
// CONTROL: warning: {{.*}}'Node'
void ring() {
  auto a = std::make_shared<Node>(), b = std::make_shared<Node>();
  a->next() = b;
  b->next() = a;
  UNLESS_CONTROL(a->next().reset();)
}

// One of two members: whichever it is may be meant.
struct Two : std::enable_shared_from_this<Two> {
  Handler &one(bool left) {
    if (left)
      return left_;
    return right_;
  }
  void start() { left_ = [self = shared_from_this()] { ++self->n; }; }
  void stop() { UNLESS_CONTROL(one(true) = nullptr;) }
  int n = 0;

private:
  Handler left_, right_;
};

template <class T> void run() {
  auto object = std::make_shared<T>();
  object->start();
  object->stop();
}
void silent() {
  run<Cleared>();
  run<Nulled>();
  run<ByPointerCleared>();
  run<Found>();
  run<EventCleared>();
  run<ElementNulled>();
  run<Passed>();
  run<Two>();
}
