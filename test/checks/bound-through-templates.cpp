// What bind gives is often handed on as a parameter whose type is a template's:
// it is the same callable there.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <thread>
#include <utility>

using namespace std::placeholders;

//===--- must be reported ---------------------------------------------------===//

struct Stream {
  template <class H> void onData(const H &handler) { kept = handler; }
  template <class H> void onEnd(H handler) { end = std::move(handler); }
  template <class H> void onError(H &&handler) {
    error = std::forward<H>(handler);
  }
  std::function<void(int)> kept;
  std::function<void()> end, error;
};
template <class H> void pass(Stream &stream, const H &handler) {
  stream.onData(handler);
}

struct Reader : std::enable_shared_from_this<Reader> {
  Stream stream;
  int sum = 0;
  void add(int n) { sum += n; }
  void start() {
    // CHECK: bound-through-templates.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Reader' keeps itself alive
    pass(stream, std::bind(&Reader::add, shared_from_this(), _1));
  }
};
struct Ender : std::enable_shared_from_this<Ender> {
  Stream stream;
  int ends = 0;
  void end() { ++ends; }
  void start() {
    // CHECK: bound-through-templates.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Ender' keeps itself alive
    stream.onEnd(std::bind(&Ender::end, shared_from_this()));
  }
};
struct Failer : std::enable_shared_from_this<Failer> {
  Stream stream;
  int fails = 0;
  void fail() { ++fails; }
  void start() {
    // CHECK: bound-through-templates.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Failer' keeps itself alive
    stream.onError(std::bind_front(&Failer::fail, shared_from_this()));
  }
};
// The member has the type that bind gave.
template <class H> struct Operation {
  explicit Operation(H h) : handler(std::move(h)) {}
  H handler;
};
struct Job : std::enable_shared_from_this<Job> {
  std::shared_ptr<void> running;
  int done = 0;
  void finish() { ++done; }
  template <class H> void run(H handler) {
    running = std::make_shared<Operation<H>>(std::move(handler));
  }
  // CHECK: bound-through-templates.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Job'
  void start() { run(std::bind(&Job::finish, shared_from_this())); }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

// A class of its own, since its handlers are emptied below.
struct Stream {
  template <class H> void onData(const H &handler) { kept = handler; }
  template <class H> void onEnd(H handler) { end = std::move(handler); }
  template <class H> void onError(H &&handler) {
    error = std::forward<H>(handler);
  }
  std::function<void(int)> kept;
  std::function<void()> end, error;
};
template <class H> void pass(Stream &stream, const H &handler) {
  stream.onData(handler);
}

// Only called.
template <class H> void callNow(const H &handler) { handler(); }
struct Caller : std::enable_shared_from_this<Caller> {
  Stream stream;
  int calls = 0;
  void count() { ++calls; }
  void start() { callNow(std::bind(&Caller::count, shared_from_this())); }
};

// Bound to a plain pointer, to a weak handle, or to something else.
struct Plain {
  Stream stream;
  int calls = 0;
  void count() { ++calls; }
  void start() { stream.onEnd(std::bind(&Plain::count, this)); }
};
struct Weak : std::enable_shared_from_this<Weak> {
  Stream stream;
  static void count(const std::weak_ptr<Weak> &) {}
  void start() { stream.onEnd(std::bind(&Weak::count, weak_from_this())); }
};
struct Log {
  int lines = 0;
  void line() { ++lines; }
};
struct Logged : std::enable_shared_from_this<Logged> {
  Stream stream;
  std::shared_ptr<Log> log = std::make_shared<Log>();
  void start() { stream.onEnd(std::bind(&Log::line, log)); }
};

// Emptied again, through the same template or in the callable itself.
struct Stopped : std::enable_shared_from_this<Stopped> {
  Stream stream;
  int calls = 0;
  void count(int n) { calls += n; }
  void start() {
    pass(stream, std::bind(&Stopped::count, shared_from_this(), _1));
  }
  void stop() { stream.onData(nullptr); }
};
void stopped() {
  auto s = std::make_shared<Stopped>();
  s->start();
  s->stop();
}
struct Once : std::enable_shared_from_this<Once> {
  Stream stream;
  void finish() { stream.end = nullptr; }
  void start() {
    stream.onEnd(std::bind(&Once::finish, shared_from_this()));
    stream.end();
  }
};

// Handed to a library.
struct Threaded : std::enable_shared_from_this<Threaded> {
  int calls = 0;
  void count() { ++calls; }
  template <class H> void launch(H handler) {
    std::thread(std::move(handler)).detach();
  }
  void start() { launch(std::bind(&Threaded::count, shared_from_this())); }
};

// Two objects, in a line.
struct Sink : std::enable_shared_from_this<Sink> {
  int got = 0;
  void take(int n) { got += n; }
};
struct Source {
  Stream stream;
  void feed(const std::shared_ptr<Sink> &sink) {
    pass(stream, std::bind(&Sink::take, sink, _1));
  }
};
void line() {
  auto source = std::make_shared<Source>();
  source->feed(std::make_shared<Sink>());
}

} // namespace quiet
