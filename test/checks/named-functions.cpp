// A function whose name is stored as a callable owns nothing, and takes the place
// of what was there: also where a parameter of a callable type carries it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <thread>
#include <utility>

using Handler = std::function<void(int)>;

void log(int) {}
struct Tools {
  static void drop(int) {}
};

struct Client {
  Handler onData, onError;
  void setOnData(Handler h) { onData = std::move(h); }
  void setOnError(const Handler &h) { onError = h; }
};

//===--- must be reported ---------------------------------------------------===//

// Nobody replaces it.
struct Kept : std::enable_shared_from_this<Kept> {
  Client client;
  void open() {
    // CHECK: named-functions.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Kept' keeps itself alive
    client.setOnData([self = shared_from_this()](int) {});
  }
};

// The other slot is replaced.
struct Mistaken : std::enable_shared_from_this<Mistaken> {
  Client client;
  void open() {
    // CHECK: named-functions.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Mistaken' keeps itself alive
    client.setOnData([self = shared_from_this()](int) {});
  }
  void close() { client.setOnError(log); }
};

// The function comes first, and what owns takes its place.
struct Later : std::enable_shared_from_this<Later> {
  Client client;
  void open() {
    client.setOnData(log);
    // CHECK: named-functions.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Later' keeps itself alive
    client.setOnData([self = shared_from_this()](int) {});
  }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Base : std::enable_shared_from_this<Base> {
  Client client;
  void open() {
    client.setOnData([self = shared_from_this()](int) {});
  }
};
struct ByName : Base {
  void close() { client.setOnData(log); }
};
struct ByAddress : Base {
  void close() { client.setOnData(&log); }
};
struct ByStaticMethod : Base {
  void close() { client.setOnData(&Tools::drop); }
};
struct Explicitly : Base {
  void close() { client.setOnData(Handler(log)); }
};
struct ByVariable : Base {
  void close() {
    Handler h = log;
    client.setOnData(h);
  }
};
struct ByReference : std::enable_shared_from_this<ByReference> {
  Client client;
  void open() {
    client.setOnError([self = shared_from_this()](int) {});
  }
  void close() { client.setOnError(log); }
};
struct Directly : std::enable_shared_from_this<Directly> {
  Handler done;
  void open() {
    done = [self = shared_from_this()](int) {};
  }
  void close() { done = log; }
};

// Nothing but functions.
struct Plain {
  Client client;
  std::thread worker{log, 1};
  void open() {
    client.setOnData(log);
    client.setOnError(&Tools::drop);
    if (client.onData)
      client.onData(1);
  }
  ~Plain() { worker.join(); }
};

} // namespace quiet

template <typename T> void serve() {
  auto object = std::make_shared<T>();
  object->open();
  object->close();
}

int main() {
  std::make_shared<Kept>()->open();
  serve<Mistaken>();
  std::make_shared<Later>()->open();
  serve<quiet::ByName>();
  serve<quiet::ByAddress>();
  serve<quiet::ByStaticMethod>();
  serve<quiet::Explicitly>();
  serve<quiet::ByVariable>();
  serve<quiet::ByReference>();
  serve<quiet::Directly>();
  quiet::Plain().open();
}
