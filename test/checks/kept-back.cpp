// An object with a cycle that is handed to code which is not known may be freed
// by it later. On a way on which it is kept back, nobody will.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <utility>
#include <vector>

// Stands for a library whose code is not seen.
struct Loop {
  void post(std::function<void(int)> job);
  bool isHere() const;
};

struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> onRead;
  int reads = 0;
  void open() {
    auto self = shared_from_this();
    // CHECK-DAG: kept-back.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Session' keeps itself alive
    onRead = [self] { self->read(); };
  }
  void read() { ++reads; }
  void close() { onRead = nullptr; }
};

//===--- must be reported ---------------------------------------------------===//

struct Server {
  Loop loop;
  bool listening = false;
  void listen() { listening = true; }
  void stop() { listening = false; }
  void finish(const std::function<void(int)> &done, int error) { done(error); }

  // Who is called back is not known here; the job is wrapped once more.
  void acceptInto(std::function<void(int)> done, int &error) {
    if (!listening) {
      // CHECK-DAG: kept-back.cpp:[[@LINE+2]]:{{[0-9]+}}: note: on this way through 'Server::acceptInto' nothing breaks the cycle
      error = 1;
      return;
    }
    loop.post([this, done](int code) { finish(done, code); });
  }
  void accepted(const std::shared_ptr<Session> &session, int error) {
    if (error)
      session->close();
    accept();
  }
  void accept() {
    auto session = std::make_shared<Session>();
    session->open();
    int error = 0;
    acceptInto([this, session](int code) { accepted(session, code); }, error);
  }
};

// The same in one function.
struct Upload : std::enable_shared_from_this<Upload> {
  std::function<void()> onDone;
  int parts = 0;
  void begin() {
    // CHECK-DAG: kept-back.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Upload' keeps itself alive
    onDone = [self = shared_from_this()] { ++self->parts; };
  }
  void end() { onDone = nullptr; }
};
void upload(Loop &loop, bool online) {
  auto upload = std::make_shared<Upload>();
  upload->begin();
  if (online)
    loop.post([upload](int) { upload->end(); });
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

// Each of the classes is the one above, with another way to be handed over.
template <int N> struct Session : std::enable_shared_from_this<Session<N>> {
  std::function<void()> onRead;
  int reads = 0;
  void open() {
    auto self = this->shared_from_this();
    onRead = [self] { ++self->reads; };
  }
  void close() { onRead = nullptr; }
};

// It is always handed over, inside a job inside another one.
struct Always {
  Loop loop;
  void finish(const std::function<void(int)> &done, int error) { done(error); }
  void acceptInto(std::function<void(int)> done) {
    loop.post([this, done](int code) { finish(done, code); });
  }
  void accept() {
    auto session = std::make_shared<Session<0>>();
    session->open();
    acceptInto([session](int) { session->close(); });
  }
};

// Whoever hears that it was not closes it.
struct Checked {
  Loop loop;
  bool listening = false;
  void listen() { listening = true; }
  void stop() { listening = false; }
  bool acceptInto(std::function<void(int)> done) {
    if (!listening)
      return false;
    loop.post([done](int code) { done(code); });
    return true;
  }
  void accept() {
    auto session = std::make_shared<Session<1>>();
    session->open();
    if (!acceptInto([session](int) { session->close(); }))
      session->close();
  }
};

// Runs at once where it can.
struct Dispatcher {
  Loop loop;
  void dispatch(std::function<void(int)> job) {
    if (loop.isHere())
      job(0);
    else
      loop.post(std::move(job));
  }
  void accept() {
    auto session = std::make_shared<Session<2>>();
    session->open();
    dispatch([session](int) { session->close(); });
  }
};

// Either of two ways hands it over.
struct Either {
  Loop fast, slow;
  bool urgent = false;
  void set(bool on) { urgent = on; }
  void accept() {
    auto session = std::make_shared<Session<3>>();
    session->open();
    if (urgent)
      fast.post([session](int) { session->close(); });
    else
      slow.post([session](int) { session->close(); });
  }
};

// What was not handed over yet is handed over then: the two may depend on each
// other.
struct Twice {
  Loop first, second;
  bool isFirst = false;
  void set(bool on) { isFirst = on; }
  void accept() {
    auto session = std::make_shared<Session<4>>();
    session->open();
    if (isFirst)
      first.post([session](int) { session->close(); });
    if (!isFirst)
      second.post([session](int) { session->close(); });
  }
};

// It is opened where it is handed over, and nowhere else.
struct Together {
  Loop loop;
  bool online = false;
  void set(bool on) { online = on; }
  void accept() {
    auto session = std::make_shared<Session<5>>();
    if (online)
      session->open();
    if (online)
      loop.post([session](int) { session->close(); });
  }
};

// Somebody else has it, too, and closes it.
struct Listed {
  Loop loop;
  bool online = false;
  std::vector<std::shared_ptr<Session<6>>> sessions;
  void set(bool on) { online = on; }
  void accept() {
    auto session = std::make_shared<Session<6>>();
    session->open();
    sessions.push_back(session);
    if (online)
      loop.post([session](int) { ++session->reads; });
  }
  ~Listed() {
    for (auto &session : sessions)
      session->close();
  }
};

// Whether there is a loop tells whether there is anything to wait for; who runs
// without one closes what it opened.
struct Optional {
  std::shared_ptr<Loop> loop;
  void run(const std::shared_ptr<Session<7>> &session) {
    if (loop)
      loop->post([session](int) { session->close(); });
    else
      session->close();
  }
  void accept() {
    auto session = std::make_shared<Session<7>>();
    session->open();
    run(session);
  }
};

// The rest are handed over by later rounds.
void each(Loop &loop, const std::vector<int> &ports, bool online) {
  auto session = std::make_shared<Session<8>>();
  session->open();
  for (int port : ports)
    if (port > 1024 || online)
      loop.post([session](int) { session->close(); });
}

// One of several loops takes it; which one is not known.
struct Backend {
  virtual ~Backend() = default;
  virtual void take(std::function<void(int)> job) = 0;
};
struct Threads : Backend {
  Loop loop;
  void take(std::function<void(int)> job) override {
    loop.post(std::move(job));
  }
};
struct Inline : Backend {
  int taken = 0;
  void take(std::function<void(int)> job) override {
    ++taken;
    job(taken);
  }
};
void accept(Backend &backend) {
  auto session = std::make_shared<Session<9>>();
  session->open();
  backend.take([session](int) { session->close(); });
}

} // namespace quiet
