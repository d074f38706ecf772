// Who keeps an argument of a function whose body is out of sight is what its
// declaration says, with an annotation or with an attribute of the compiler.

// RUN: not %refcycle --quiet %s -- -std=c++20 -I%root/include | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>
#include "refcycle/annotations.h"

using Fn = std::function<void()>;

//===--- Reported ------------------------------------------------------------//

struct Timer {
  void on_fire(REFCYCLE_SINK Fn f);
  void on_tick([[clang::lifetime_capture_by(this)]] Fn f);
  void cancel();
};
struct Session : std::enable_shared_from_this<Session> {
  Timer timer;
  void start() {
    // CHECK: sinks.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Session' keeps itself alive: 'Timer::on_fire' stores a lambda that captures 'self' [refcycle-closure]
    timer.on_fire([self = shared_from_this()] { self->start(); });
  }
};
struct Poller : std::enable_shared_from_this<Poller> {
  Timer timer;
  void start() {
    // CHECK: sinks.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Poller' keeps itself alive: 'Timer::on_tick' stores a lambda that captures 'self' [refcycle-closure]
    timer.on_tick([self = shared_from_this()] { self->start(); });
  }
};

struct Node;
void link(Node &parent, REFCYCLE_KEPT_BY(parent) std::shared_ptr<Node> child);
void join(Node &parent, std::shared_ptr<Node> child [[clang::lifetime_capture_by(parent)]]);
struct Node {
  std::shared_ptr<Node> parent;
};
void build() {
  auto a = std::make_shared<Node>();
  auto b = std::make_shared<Node>();
  link(*a, b);
  // CHECK: sinks.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'Node' keep each other alive through 'Node::parent' and 'Node::link' [refcycle-members]
  b->parent = a;
}

// The constructor's object keeps what the constructor is given.
struct Job {
  Job(REFCYCLE_SINK Fn f);
};
struct Worker : std::enable_shared_from_this<Worker> {
  std::unique_ptr<Job> job;
  void start() {
    // CHECK: sinks.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Worker' keeps itself alive: 'Job::Job' stores a lambda that captures 'self' [refcycle-closure]
    job = std::make_unique<Job>([self = shared_from_this()] { self->start(); });
  }
};

// A body that hands the argument on to what is not known does not show who has
// it in the end.
void queue_push(void *queue, Fn f);
struct Queue {
  void *impl;
  void post(REFCYCLE_SINK Fn f) { queue_push(impl, std::move(f)); }
};
struct Client : std::enable_shared_from_this<Client> {
  Queue queue;
  void start() {
    // CHECK: sinks.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Client' keeps itself alive: 'Queue::post' stores a lambda that captures 'self' [refcycle-closure]
    queue.post([self = shared_from_this()] { self->start(); });
  }
};

//===--- Silent --------------------------------------------------------------//

// A handler that is not there any more.
struct Alarm {
  void on_ring(REFCYCLE_SINK Fn f);
};
struct Disarmed : std::enable_shared_from_this<Disarmed> {
  Alarm alarm;
  void start() {
    alarm.on_ring([self = shared_from_this()] { self->start(); });
    alarm.on_ring(nullptr);
  }
};
// Nothing strong is captured, nothing is owned.
struct Weakly : std::enable_shared_from_this<Weakly> {
  Timer timer;
  void start() {
    timer.on_fire([weak = weak_from_this()] {
      if (auto self = weak.lock())
        self->start();
    });
    timer.on_tick([this] { start(); });
  }
};
// A reference and a pointer are kept, not what they refer to.
struct Observer {};
struct Subject {
  void add(REFCYCLE_SINK Observer &o);
  void add(REFCYCLE_SINK Observer *o);
  void watch([[clang::lifetime_capture_by(this)]] const Observer &o);
};
struct Watched : Observer, std::enable_shared_from_this<Watched> {
  std::shared_ptr<Subject> subject;
  void start() {
    subject->add(*this);
    subject->add(this);
    subject->watch(*this);
  }
};
// Kept by something that no object owns.
struct Registered : std::enable_shared_from_this<Registered> {
  std::vector<std::shared_ptr<Registered>> all;
  void enter(REFCYCLE_KEPT_BY(global) std::shared_ptr<Registered> self);
  void start() { enter(shared_from_this()); }
};
// Another object keeps it.
struct Detached : std::enable_shared_from_this<Detached> {
  void start(Timer &somebodys) {
    somebodys.on_fire([self = shared_from_this()] { self->stop(); });
  }
  void stop();
};
// Where the body is in sight, it says what happens to the argument.
struct Known {
  Fn kept;
  void set(REFCYCLE_SINK Fn f) { kept = std::move(f); }
  void clear() { kept = nullptr; }
};
struct Cleared : std::enable_shared_from_this<Cleared> {
  Known known;
  void start() {
    known.set([self = shared_from_this()] { self->start(); });
    known.clear();
  }
};

// Not kept, whatever the body does with it or hides.
struct Loop {
  Fn last;
  void each(REFCYCLE_NOESCAPE const Fn &f);
  void once(__attribute__((noescape)) const Fn &f);
  void run(const Fn &f [[clang::noescape]]) {
    last = f;
    last();
    last = nullptr;
  }
  void debug(REFCYCLE_NOESCAPE Fn f) { last = std::move(f); }
};
struct Caller : std::enable_shared_from_this<Caller> {
  Loop loop;
  void start() {
    loop.each([self = shared_from_this()] { self->start(); });
    loop.once([self = shared_from_this()] { self->start(); });
    loop.run([self = shared_from_this()] { self->start(); });
    loop.debug([self = shared_from_this()] { self->start(); });
  }
};

// How long a reference is good says nothing about who keeps the object.
struct View {
  std::shared_ptr<View> next;
  std::shared_ptr<View> first(const std::shared_ptr<View> &v [[clang::lifetimebound]]);
  const Fn &choose(const Fn &f [[clang::lifetimebound]]);
};
struct Bound : std::enable_shared_from_this<Bound> {
  View view;
  std::shared_ptr<View> kept;
  void start() {
    view.choose([self = shared_from_this()] { self->start(); });
    kept = view.first(kept);
  }
};
