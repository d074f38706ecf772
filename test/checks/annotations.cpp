// An annotation changes what is reported as the configuration would: classes,
// functions, fields, methods that break, methods that count.

// RUN: not %refcycle --quiet %s -- -std=c++20 -I%root/include | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>
#include "refcycle/annotations.h"

//===--- Reported ------------------------------------------------------------//

// Nothing is defined, so nothing but the annotation says that it counts.
template <class T> class REFCYCLE_TYPE(strong) Ref {
public:
  Ref();
  Ref(T *);
  Ref(const Ref &);
  Ref &operator=(const Ref &);
  ~Ref();
  T *operator->() const;
};
template <class T> REFCYCLE_FUNCTION(make) Ref<T> create();
struct Node {
  Ref<Node> next;
};
void ring() {
  Ref<Node> a = create<Node>(), b = create<Node>();
  a->next = b;
  // CHECK: annotations.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Node'{{.*}} [refcycle-members]
  b->next = a;
}

// A signal that is not defined here.
struct REFCYCLE_TYPE(function, many) Event {
  REFCYCLE_FUNCTION(insert) void subscribe(std::function<void()> f);
  REFCYCLE_FUNCTION(clear) void unsubscribe_all();
  void *impl;
};
struct Panel : std::enable_shared_from_this<Panel> {
  Event shown;
  void start() {
    // CHECK: annotations.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Panel' keeps itself alive: 'shown' stores a lambda that captures 'self' [refcycle-closure]
    shown.subscribe([self = shared_from_this()] { self->start(); });
  }
};

// An ordinary class whose methods are out of sight.
struct Clock {
  REFCYCLE_FUNCTION(insert) void every(int seconds, std::function<void()> f);
  int hours = 0;
};
struct Alarm : std::enable_shared_from_this<Alarm> {
  Clock clock;
  void start() {
    // CHECK: annotations.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Alarm' keeps itself alive: 'Clock::every' stores a lambda that captures 'self' [refcycle-closure]
    clock.every(5, [self = shared_from_this()] { self->start(); });
  }
};

// A pointer that is given back elsewhere, where nobody looks.
struct Device;
struct Driver {
  REFCYCLE_OWNING Device *device = nullptr;
};
struct Device {
  std::shared_ptr<Driver> driver;
};
void attach() {
  auto driver = std::make_shared<Driver>();
  driver->device = new Device;
  // CHECK: annotations.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Device' and 'Driver' keep each other alive {{.*}} [refcycle-members]
  driver->device->driver = driver;
}

// Counting by hand, whatever the methods are called.
struct Buffer {
  REFCYCLE_RETAINS void one_more();
  REFCYCLE_RELEASES void one_less();
  bool full() const;
};
void fill(Buffer *b) {
  // CHECK: annotations.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'b' is not released on every path in 'fill' [refcycle-unbalanced-retain]
  b->one_more();
  if (b->full())
    return;
  b->one_less();
}

//===--- Silent --------------------------------------------------------------//

// Looks like a handle and is none.
template <class T> class REFCYCLE_TYPE(raw) Peek {
public:
  Peek(T *p) : p(p) { if (p) p->ref(); }
  Peek(const Peek &o) : p(o.p) { if (p) p->ref(); }
  ~Peek() { if (p) p->unref(); }
  T *operator->() const { return p; }

private:
  T *p;
};
struct Leaf {
  int count = 0;
  void ref() { ++count; }
  void unref() { if (!--count) delete this; }
  Peek<Leaf> other = nullptr;
};
void pair() {
  Peek<Leaf> a(new Leaf), b(new Leaf);
  a->other = b;
  b->other = a;
}

// The back pointer is loose, whatever its type is.
struct Child;
struct Parent {
  std::vector<std::shared_ptr<Child>> kids;
};
struct Child {
  REFCYCLE_NON_OWNING std::shared_ptr<Parent> parent;
};
void family() {
  auto parent = std::make_shared<Parent>();
  auto child = std::make_shared<Child>();
  parent->kids.push_back(child);
  child->parent = parent;
}

// By agreement, with two kinds of fields and in a template.
template <class T> struct Chain {
  REFCYCLE_ACYCLIC std::shared_ptr<Chain> next;
  REFCYCLE_ACYCLIC std::function<void()> done;
};
void chain() {
  auto c = std::make_shared<Chain<int>>();
  c->next = c;
  c->done = [c] {};
}

// Everybody calls close(), and no object file of ours says so.
struct Peer : std::enable_shared_from_this<Peer> {
  std::function<void()> on_data;
  void start() {
    on_data = [self = shared_from_this()] { self->start(); };
  }
  REFCYCLE_BREAKS void close() { on_data = nullptr; }
};

// What is subscribed is taken back.
struct Popup : std::enable_shared_from_this<Popup> {
  Event closed;
  void flash() {
    closed.subscribe([self = shared_from_this()] { self->flash(); });
    closed.unsubscribe_all();
  }
};

// The same of an ordinary class, by both ways of saying it.
struct Watchdog {
  REFCYCLE_FUNCTION(insert) void every(int seconds, std::function<void()> f);
  void at(int second, REFCYCLE_SINK std::function<void()> f);
  REFCYCLE_FUNCTION(clear) void cancel();
};
struct Guarded : std::enable_shared_from_this<Guarded> {
  Watchdog dog;
  void flash() {
    dog.every(5, [self = shared_from_this()] { self->flash(); });
    dog.at(5, [self = shared_from_this()] { self->flash(); });
    dog.cancel();
  }
};

// Counts that are given back, under the names that were annotated.
void drain(Buffer *b) {
  b->one_more();
  b->one_less();
}

// A function that does nothing to ownership, though its body says otherwise.
struct Recorder {
  std::shared_ptr<Recorder> last;
  REFCYCLE_FUNCTION(ignore) void note(std::shared_ptr<Recorder> r) { last = r; }
};
void record() {
  auto r = std::make_shared<Recorder>();
  r->note(r);
}
// It calls what it is given and keeps nothing.
REFCYCLE_FUNCTION(call) void with_lock(std::function<void()> f);
struct Locked : std::enable_shared_from_this<Locked> {
  void start() {
    with_lock([self = shared_from_this()] { self->stop(); });
  }
  void stop();
};
