// A callable that is taken out of a queue and called does its work once. A way
// through it that neither lets go nor hands anything on leaves the cycle whole,
// if no other kind of callable waits there.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include "Inputs/queued-guests.h"

#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

// CHECK: warning: 'Reader' and 'Room<Reader>' keep each other alive
// CHECK: note: on this way through 'Reader::onRead' nothing breaks the cycle
struct Reader : Guest<Reader> {
  using Guest::Guest;
  void start(int error) {
    enter();
    queue.post([self = shared_from_this(), error] { self->onRead(error); });
  }
  void onRead(int error) {
    if (error) {
      std::puts("read error");
      return;
    }
    leave();
  }
};
// It leaves when there is nothing more to read. Where it waits for the next
// event, it has not left.
// CHECK: warning: 'Room<Scripted>' and 'Scripted' keep each other alive
// CHECK: note: on this way through 'Scripted::onEvent' nothing breaks the cycle
struct Event {
  std::string line;
  int error = 0;
};
struct Scripted : Guest<Scripted> {
  using Guest::Guest;
  void start() {
    enter();
    next();
  }
  void next() {
    if (at == script.size()) {
      leave();
      return;
    }
    queue.post([this, self = shared_from_this()] { onEvent(script[at++]); });
  }
  void onEvent(const Event &event) {
    if (event.error)
      return;
    std::puts(event.line.c_str());
    next();
  }
  std::vector<Event> script{{"one"}, {"", 1}};
  std::size_t at = 0;
};
// What is thrown is caught, and forgotten.
// CHECK: warning: 'Export' keeps itself alive: 'keep' holds a handle to the object itself
// CHECK: note: on this way through 'Export::step' nothing breaks the cycle
struct Export : std::enable_shared_from_this<Export> {
  explicit Export(Queue &queue) : queue(queue) {}
  void start(std::size_t size) {
    keep = shared_from_this();
    queue.post([this, size] { step(size); });
  }
  void step(std::size_t size) {
    try {
      write(size);
      keep.reset();
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
  void write(std::size_t size) {
    if (size > 4096)
      throw std::runtime_error("too much");
  }
  Queue &queue;
  std::shared_ptr<Export> keep;
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct LeavesOnError : Guest<LeavesOnError> {
  using Guest::Guest;
  void start(int error) {
    enter();
    queue.post([self = shared_from_this(), error] { self->onRead(error); });
  }
  void onRead(int error) {
    if (error) {
      std::puts("read error");
      leave();
      return;
    }
    leave();
  }
};
struct LeavesInTheEnd : Guest<LeavesInTheEnd> {
  using Guest::Guest;
  void start() {
    enter();
    next();
  }
  void next() {
    if (at == script.size()) {
      leave();
      return;
    }
    queue.post([this, self = shared_from_this()] { onEvent(script[at++]); });
  }
  void onEvent(const Event &event) {
    if (event.error)
      at = script.size();
    next();
  }
  std::vector<Event> script{{"one"}, {"", 1}};
  std::size_t at = 0;
};
// Waits only where there is more than it leaves for.
struct LeavesBothTimes : Guest<LeavesBothTimes> {
  using Guest::Guest;
  void start(std::size_t size) {
    enter();
    if (size == 0)
      leave();
    else
      queue.post([self = shared_from_this()] { self->leave(); });
  }
};
// The next try may let go.
struct TriesAgain : Guest<TriesAgain> {
  using Guest::Guest;
  void start(int error) {
    enter();
    wait(error);
  }
  void wait(int error) {
    queue.post([self = shared_from_this(), error] { self->onRead(error); });
  }
  void onRead(int error) {
    if (error) {
      wait(error - 1);
      return;
    }
    leave();
  }
};
// Another call that waits in the queue lets go.
struct TwoKinds : Guest<TwoKinds> {
  using Guest::Guest;
  void start(int error) {
    enter();
    queue.post([self = shared_from_this(), error] { self->onRead(error); });
    queue.post([self = shared_from_this()] { self->leave(); });
  }
  void onRead(int error) {
    if (error)
      return;
    leave();
  }
};
// So does one in another queue.
struct Watched : Guest<Watched> {
  using Guest::Guest;
  void start(int error, Queue &timers) {
    enter();
    queue.post([self = shared_from_this(), error] { self->onRead(error); });
    timers.post([self = shared_from_this()] { self->leave(); });
  }
  void onRead(int error) {
    if (error)
      return;
    leave();
  }
};
// Who is told of the error lets go.
struct Tells : Guest<Tells> {
  using Guest::Guest;
  void start(int error) {
    enter();
    queue.post([self = shared_from_this(), error] { self->onRead(error); });
  }
  void onRead(int error) {
    if (error) {
      if (onError)
        onError(*this);
      return;
    }
    leave();
  }
  std::function<void(Tells &)> onError;
};
// The flag says that it has left already.
struct Closed : Guest<Closed> {
  using Guest::Guest;
  void start() {
    enter();
    queue.post([self = shared_from_this()] { self->onRead(); });
  }
  void onRead() {
    if (closed)
      return;
    close();
  }
  void close() {
    closed = true;
    leave();
  }
  bool closed = false;
};
// The handlers stay where they are: the next event lets go.
struct Handlers {
  void fire(int event) {
    for (auto &handler : all)
      handler(event);
  }
  std::vector<std::function<void(int)>> all;
};
struct Listens : Guest<Listens> {
  using Guest::Guest;
  void start(Handlers &handlers) {
    enter();
    handlers.all.push_back([this](int event) { onEvent(event); });
  }
  void onEvent(int event) {
    if (event)
      return;
    leave();
  }
};
// The way only shows that there is nothing to do.
struct Counts : Guest<Counts> {
  using Guest::Guest;
  void start() {
    enter();
    queue.post([self = shared_from_this()] { self->onRead(); });
  }
  void onRead() {
    if (room->members.empty())
      return;
    leave();
  }
};

} // namespace quiet

template <typename T> std::shared_ptr<T> guest(Queue &queue) {
  return std::make_shared<T>(queue, std::make_shared<Room<T>>());
}

int main(int argc, char **) {
  Queue scripted;
  guest<Scripted>(scripted)->start();
  scripted.run();
  Queue queue, exports, timers;
  guest<Reader>(queue)->start(argc);
  guest<Reader>(queue)->start(argc);
  queue.run();
  std::make_shared<Export>(exports)->start(std::size_t(argc));
  exports.run();

  Queue other;
  guest<quiet::LeavesOnError>(other)->start(argc);
  other.run();
  Queue ends;
  guest<quiet::LeavesInTheEnd>(ends)->start();
  ends.run();
  Queue twice;
  guest<quiet::LeavesBothTimes>(twice)->start(std::size_t(argc));
  twice.run();
  Queue again;
  guest<quiet::TriesAgain>(again)->start(argc);
  again.run();
  Queue both;
  guest<quiet::TwoKinds>(both)->start(argc);
  both.run();
  Queue watched;
  guest<quiet::Watched>(watched)->start(argc, timers);
  watched.run();
  timers.run();
  Queue told;
  auto tells = guest<quiet::Tells>(told);
  tells->onError = [](quiet::Tells &guest) { guest.leave(); };
  tells->start(argc);
  tells.reset();
  told.run();
  Queue closed;
  guest<quiet::Closed>(closed)->start();
  closed.run();
  Queue unused;
  quiet::Handlers handlers;
  guest<quiet::Listens>(unused)->start(handlers);
  handlers.fire(1);
  handlers.fire(0);
  Queue counted;
  guest<quiet::Counts>(counted)->start();
  counted.run();
}
