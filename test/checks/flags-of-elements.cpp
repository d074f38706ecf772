// What is removed only if a flag was set in it stays as long as nothing sets the
// flag: signals throw out dead slots each time they call the others.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <vector>

//===----------------------------------------------------------------------===//
// Reported: nothing sets the flag of what is there
//===----------------------------------------------------------------------===//

class Signal {
public:
  struct Slot {
    std::function<void()> run;
    bool live = true;
  };
  class Connection {
  public:
    explicit Connection(std::weak_ptr<Slot> s) : slot(std::move(s)) {}
    void close() {
      if (auto s = slot.lock())
        s->live = false;
    }

  private:
    std::weak_ptr<Slot> slot;
  };
  Connection connect(std::function<void()> f) {
    auto s = std::make_shared<Slot>();
    s->run = std::move(f);
    slots.push_back(s);
    return Connection(s);
  }
  void emit() {
    for (auto &s : slots)
      if (s->live)
        s->run();
    slots.erase(std::remove_if(slots.begin(), slots.end(),
                               [](auto &s) { return !s->live; }),
                slots.end());
  }

private:
  std::vector<std::shared_ptr<Slot>> slots;
};
class Clock {
public:
  Signal ticked;
};
class Watch : public std::enable_shared_from_this<Watch> {
public:
  void start(std::shared_ptr<Clock> c) {
    clock = std::move(c);
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'Watch' keeps itself alive
    clock->ticked.connect([self = shared_from_this()] { ++self->ticks; });
    // CHECK: note: only elements in which 'live' was set go here, and nothing sets it
  }

private:
  std::shared_ptr<Clock> clock;
  int ticks = 0;
};
void watchOnce() {
  auto clock = std::make_shared<Clock>();
  auto watch = std::make_shared<Watch>();
  watch->start(clock);
  clock->ticked.emit();
  clock->ticked.emit();
}

// One slot is marked, the other is not.
class Pen : public std::enable_shared_from_this<Pen> {
public:
  Signal moved;
  Signal::Connection keep() {
    return moved.connect([self = shared_from_this()] { ++self->strokes; });
  }

private:
  int strokes = 0;
};
class Ink : public std::enable_shared_from_this<Ink> {
public:
  Signal moved;
  Signal::Connection keep() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'Ink' keeps itself alive
    return moved.connect([self = shared_from_this()] { ++self->strokes; });
    // CHECK: note: only elements in which 'live' was set go here, and nothing sets it
  }

private:
  int strokes = 0;
};
void penAndInk() {
  auto pen = std::make_shared<Pen>();
  auto ink = std::make_shared<Ink>();
  pen->keep().close();
  ink->keep();
  pen->moved.emit();
  ink->moved.emit();
}

// A loop with an iterator, a state with names, a way that goes on.
class Reactor : public std::enable_shared_from_this<Reactor> {
public:
  enum class State { Open, Closed };
  struct Watcher {
    std::function<void()> run;
    State state = State::Open;
  };
  void watch() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'Reactor' keeps itself alive
    watchers.push_back({[self = shared_from_this()] { ++self->events; }});
    // CHECK: note: only elements in which 'state' was set go here, and nothing sets it
  }
  void sweep() {
    for (auto it = watchers.begin(); it != watchers.end();) {
      if (it->state != State::Closed) {
        ++it;
        continue;
      }
      it = watchers.erase(it);
    }
  }

private:
  std::list<Watcher> watchers;
  int events = 0;
};
void react() {
  auto reactor = std::make_shared<Reactor>();
  reactor->watch();
  reactor->sweep();
}

//===----------------------------------------------------------------------===//
// Silent: the flag is set before the sweep
//===----------------------------------------------------------------------===//

class Lamp : public std::enable_shared_from_this<Lamp> {
public:
  Signal switched;
  Signal::Connection keep() {
    return switched.connect([self = shared_from_this()] { ++self->count; });
  }

private:
  int count = 0;
};
void lampIsClosed() {
  auto lamp = std::make_shared<Lamp>();
  auto connection = lamp->keep();
  lamp->switched.emit();
  connection.close();
  lamp->switched.emit();
}

// By the object itself, which knows its connection.
class Door : public std::enable_shared_from_this<Door> {
public:
  Signal opened;
  void open() {
    connections.push_back(
        opened.connect([self = shared_from_this()] { ++self->count; }));
  }
  void close() {
    for (auto &c : connections)
      c.close();
  }

private:
  std::vector<Signal::Connection> connections;
  int count = 0;
};
void doorIsClosed() {
  auto door = std::make_shared<Door>();
  door->open();
  door->close();
  door->opened.emit();
}

// In the handler: it runs once.
class Bell : public std::enable_shared_from_this<Bell> {
public:
  struct Handler {
    std::function<void(Handler &)> run;
    bool done = false;
  };
  void once() {
    auto h = std::make_shared<Handler>();
    h->run = [self = shared_from_this()](Handler &h) { h.done = true; };
    handlers.push_back(h);
  }
  void ring() {
    auto copy = handlers;
    for (auto &h : copy)
      h->run(*h);
    std::erase_if(handlers, [](const auto &h) { return h->done; });
  }

private:
  std::vector<std::shared_ptr<Handler>> handlers;
};
void ringOnce() {
  auto bell = std::make_shared<Bell>();
  bell->once();
  bell->ring();
}

// By an atomic flag, an exchange, a reference, a getter.
class Hub : public std::enable_shared_from_this<Hub> {
public:
  class Port {
  public:
    explicit Port(std::shared_ptr<Hub> h) : hub(std::move(h)) {}
    bool isOpen() const { return open; }
    void close() { open.store(false); }

  private:
    std::shared_ptr<Hub> hub;
    std::atomic<bool> open = true;
  };
  std::shared_ptr<Port> port() {
    ports.push_back(std::make_shared<Port>(shared_from_this()));
    return ports.back();
  }
  void sweep() {
    ports.remove_if(
        [](const std::shared_ptr<Port> &p) { return !p->isOpen(); });
  }

private:
  std::list<std::shared_ptr<Port>> ports;
};
void portIsClosed() {
  auto hub = std::make_shared<Hub>();
  auto port = hub->port();
  port->close();
  hub->sweep();
}
class Pool : public std::enable_shared_from_this<Pool> {
public:
  struct Item {
    std::shared_ptr<Pool> pool;
    bool used = true;
  };
  std::shared_ptr<Item> take() {
    items.push_back(std::make_shared<Item>(Item{shared_from_this()}));
    return items.back();
  }
  void sweep() {
    for (auto it = items.begin(); it != items.end();)
      it = (*it)->used ? it + 1 : items.erase(it);
  }

private:
  std::vector<std::shared_ptr<Item>> items;
};
void release(bool &used) { used = false; }
void itemIsReleased() {
  auto pool = std::make_shared<Pool>();
  release(pool->take()->used);
  pool->sweep();
}

// Elements that are born to be taken: the flag tells which ones stay.
class Stage : public std::enable_shared_from_this<Stage> {
public:
  struct Prop {
    std::shared_ptr<Stage> stage;
    bool stays = false;
  };
  void add() {
    props.push_back(std::make_shared<Prop>());
    props.back()->stage = shared_from_this();
  }
  void clear() {
    std::erase_if(props, [](auto &p) { return !p->stays; });
  }

private:
  std::vector<std::shared_ptr<Prop>> props;
};
void stage() {
  auto stage = std::make_shared<Stage>();
  stage->add();
  stage->clear();
}

// One of two reasons, and only one of them is a flag.
class Feed : public std::enable_shared_from_this<Feed> {
public:
  struct Reader {
    std::shared_ptr<Feed> feed;
    bool closed = false;
    int left = 0;
  };
  void read() {
    readers.push_back(std::make_shared<Reader>());
    readers.back()->feed = shared_from_this();
  }
  void step() {
    std::erase_if(readers, [](auto &r) { return r->closed || r->left == 0; });
  }

private:
  std::vector<std::shared_ptr<Reader>> readers;
};
void feed() {
  auto feed = std::make_shared<Feed>();
  feed->read();
  feed->step();
}

// All go, whatever their flags say.
class Desk : public std::enable_shared_from_this<Desk> {
public:
  Signal used;
  void keep() {
    used.connect([self = shared_from_this()] { ++self->count; });
  }
  void leave() { used = Signal(); }

private:
  int count = 0;
};
void desk() {
  auto desk = std::make_shared<Desk>();
  desk->keep();
  desk->used.emit();
  desk->leave();
}

// A getter that is compared: elements begin as what is taken.
class Yard : public std::enable_shared_from_this<Yard> {
public:
  enum class State { Idle, Busy };
  struct Truck {
    std::shared_ptr<Yard> yard;
    State state() const { return state_; }

  private:
    State state_ = State::Idle;
  };
  void park() {
    trucks.push_back(std::make_shared<Truck>());
    trucks.back()->yard = shared_from_this();
  }
  void leave() {
    std::erase_if(trucks, [](const std::shared_ptr<Truck> &t) {
      return t->state() == State::Idle;
    });
  }

private:
  std::vector<std::shared_ptr<Truck>> trucks;
};
void yard() {
  auto yard = std::make_shared<Yard>();
  yard->park();
  yard->leave();
}
