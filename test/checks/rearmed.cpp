// A handler that is taken out of its queue, runs, and puts another of its kind
// into it is there for ever: taking it out is no break.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

struct Queue {
  std::deque<std::function<void()>> jobs;
  bool halted = false;
  void add(std::function<void()> job) {
    if (!halted)
      jobs.push_back(std::move(job));
  }
  void one() {
    if (halted || jobs.empty())
      return;
    auto job = std::move(jobs.front());
    jobs.pop_front();
    job();
  }
  void all() {
    while (!jobs.empty()) {
      auto job = std::move(jobs.front());
      jobs.pop_front();
      job();
    }
  }
  void halt() { halted = true; }
  void drop() { jobs.clear(); }
};

//===--- must be reported ---------------------------------------------------===//

struct Scanner : std::enable_shared_from_this<Scanner> {
  Queue queue;
  int n = 0;
  void arm() {
    // CHECK: warning: 'Scanner' keeps itself alive: 'Queue::jobs' stores a lambda that captures 'self' [refcycle-closure]
    queue.add([self = shared_from_this()] {
      ++self->n;
      self->arm();
    });
  }
};
void scan() {
  auto scanner = std::make_shared<Scanner>();
  scanner->arm();
  scanner->queue.one();
  scanner->queue.one();
  scanner->queue.halt();
}

struct Poller : std::enable_shared_from_this<Poller> { // through a loop
  Queue queue;
  int n = 0;
  void arm() {
    // CHECK: warning: 'Poller' keeps itself alive: 'Queue::jobs' stores a bind object that holds it [refcycle-closure]
    queue.add(std::bind(&Poller::poll, shared_from_this()));
  }
  void poll() {
    ++n;
    arm();
  }
  void turn(int rounds) {
    while (rounds-- > 0)
      queue.one();
  }
};
void poll() {
  auto poller = std::make_shared<Poller>();
  poller->arm();
  poller->turn(3);
  poller->queue.halt();
}

template <typename Owner> struct Wheel { // all that are due at once, in exchange for nothing
  std::array<std::deque<std::function<void()>>, 4> slots;
  std::size_t hand = 0;
  void add(std::function<void()> job) { slots[hand].push_back(std::move(job)); }
  void turn() {
    std::deque<std::function<void()>> due;
    due.swap(slots[++hand % slots.size()]);
    for (auto &job : due)
      job();
  }
  void drop() {
    for (auto &slot : slots) {
      std::deque<std::function<void()>> all;
      all.swap(slot);
    }
  }
};
struct Lease : std::enable_shared_from_this<Lease> {
  Wheel<Lease> wheel;
  void arm() {
    // CHECK: warning: 'Lease' keeps itself alive: 'Wheel<Lease>::slots' stores a lambda that captures 'self' [refcycle-closure]
    wheel.add([self = shared_from_this()] { self->arm(); });
  }
};
void lease() {
  auto l = std::make_shared<Lease>();
  l->arm();
  l->wheel.turn();
}

template <typename Owner> struct Batch { // the same with a list, by assignment
  std::deque<std::function<void()>> jobs;
  void add(std::function<void()> job) { jobs.push_back(std::move(job)); }
  void turn() {
    std::deque<std::function<void()>> due, none;
    due = std::move(jobs);
    jobs = std::move(none);
    for (auto &job : due)
      job();
  }
  void drop() {
    std::deque<std::function<void()>> all;
    std::swap(all, jobs);
  }
};
struct Renewal : std::enable_shared_from_this<Renewal> {
  Batch<Renewal> batch;
  void arm() {
    // CHECK: warning: 'Renewal' keeps itself alive: 'Batch<Renewal>::jobs' stores a lambda that captures 'self' [refcycle-closure]
    batch.add([self = shared_from_this()] { self->arm(); });
  }
};
void renew() {
  auto r = std::make_shared<Renewal>();
  r->arm();
  r->batch.turn();
}

//===--- must stay silent ---------------------------------------------------===//

struct OneLease : std::enable_shared_from_this<OneLease> { // not again
  Wheel<OneLease> wheel;
  int n = 0;
  void arm() {
    wheel.add([self = shared_from_this()] { ++self->n; });
  }
};
void oneLease() {
  auto l = std::make_shared<OneLease>();
  l->arm();
  l->wheel.turn();
}
struct EndedLease : std::enable_shared_from_this<EndedLease> { // dropped then
  Wheel<EndedLease> wheel;
  void arm() {
    wheel.add([self = shared_from_this()] { self->arm(); });
  }
};
void endedLease() {
  auto l = std::make_shared<EndedLease>();
  l->arm();
  l->wheel.turn();
  l->wheel.drop();
}
struct OneRenewal : std::enable_shared_from_this<OneRenewal> { // not again
  Batch<OneRenewal> batch;
  int n = 0;
  void arm() {
    batch.add([self = shared_from_this()] { ++self->n; });
  }
};
void oneRenewal() {
  auto r = std::make_shared<OneRenewal>();
  r->arm();
  r->batch.turn();
}
struct EndedRenewal : std::enable_shared_from_this<EndedRenewal> { // dropped
  Batch<EndedRenewal> batch;
  void arm() {
    batch.add([self = shared_from_this()] { self->arm(); });
  }
};
void endedRenewal() {
  auto r = std::make_shared<EndedRenewal>();
  r->arm();
  r->batch.turn();
  r->batch.drop();
}
/// Only the callee knows that what it stores is nothing.
struct Part {
  std::shared_ptr<struct Whole> whole;
  void leave() {
    std::shared_ptr<Whole> none = nullptr;
    whole = none;
  }
};
struct Whole : std::enable_shared_from_this<Whole> {
  std::shared_ptr<Part> part = std::make_shared<Part>();
  void join() { part->whole = shared_from_this(); }
};
void left() {
  auto w = std::make_shared<Whole>();
  w->join();
  w->part->leave();
}

struct Dropped : std::enable_shared_from_this<Dropped> { // the same, but cleared
  Queue queue;
  void arm() {
    queue.add([self = shared_from_this()] { self->arm(); });
  }
};
void dropped() {
  auto scanner = std::make_shared<Dropped>();
  scanner->arm();
  scanner->queue.one();
  scanner->queue.drop();
}

struct Flushed : std::enable_shared_from_this<Flushed> { // one by one, then all
  Queue queue;
  void arm() {
    queue.add([self = shared_from_this()] { self->arm(); });
  }
  void turn(int rounds) {
    while (rounds-- > 0)
      queue.one();
    queue.drop();
  }
};
void flushed() {
  auto scanner = std::make_shared<Flushed>();
  scanner->arm();
  scanner->turn(2);
}

struct Bounded : std::enable_shared_from_this<Bounded> { // ends inside a loop
  Queue queue;
  int left = 3;
  void arm() {
    queue.add([self = shared_from_this()] {
      if (--self->left > 0)
        self->arm();
    });
  }
  void turn(int rounds) {
    while (rounds-- > 0)
      queue.one();
  }
};
void bounded() {
  auto scanner = std::make_shared<Bounded>();
  scanner->arm();
  scanner->turn(5);
}

struct OneShot : std::enable_shared_from_this<OneShot> { // runs and is gone
  Queue queue;
  int n = 0;
  void arm() {
    queue.add([self = shared_from_this()] { ++self->n; });
  }
};
void one_shot() {
  auto scanner = std::make_shared<OneShot>();
  scanner->arm();
  scanner->queue.all();
}

struct Chain : std::enable_shared_from_this<Chain> { // another kind, drained
  Queue queue;
  int n = 0;
  void arm() {
    queue.add([self = shared_from_this()] {
      self->queue.add([self] { ++self->n; });
    });
  }
};
void chain() {
  auto scanner = std::make_shared<Chain>();
  scanner->arm();
  scanner->queue.all();
}

struct Counted : std::enable_shared_from_this<Counted> { // ends by itself
  Queue queue;
  int left = 3;
  void arm() {
    queue.add([self = shared_from_this()] {
      if (--self->left > 0)
        self->arm();
    });
  }
};
void counted() {
  auto scanner = std::make_shared<Counted>();
  scanner->arm();
  scanner->queue.all();
}

struct Posted : std::enable_shared_from_this<Posted> { // somebody else's queue
  Queue &queue;
  explicit Posted(Queue &q) : queue(q) {}
  void arm() {
    queue.add([self = shared_from_this()] { self->arm(); });
  }
};
void posted() {
  Queue queue;
  std::make_shared<Posted>(queue)->arm();
  queue.one();
}

int main() {
  lease();
  renew();
  oneLease();
  endedLease();
  oneRenewal();
  endedRenewal();
  left();
  scan();
  poll();
  dropped();
  flushed();
  bounded();
  one_shot();
  chain();
  counted();
  posted();
}
