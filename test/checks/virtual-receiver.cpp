// A handle to a base that holds one of two new objects: a virtual call runs the
// override of the object's own class, so what one override does to its object
// never happens to an object of the other class.
//
// RUN: not %refcycle --quiet --project-root=%S %s -- -std=c++17 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

struct Part {
  virtual ~Part() = default;
  virtual void start() = 0;
};

struct Leaf : Part {
  explicit Leaf(std::function<void()> Listener) : Listener(Listener) {}
  void start() override {}
  std::function<void()> Listener;
};

struct Group : Part, std::enable_shared_from_this<Group> {
  void start() override {
    auto Self = shared_from_this();
    Leaves.push_back(std::make_shared<Leaf>([Self] { Self->poke(); }));
  }
  void poke() {}
  std::vector<std::shared_ptr<Leaf>> Leaves;
};

// CHECK: warning: 'Group' keeps itself alive
void open(bool Many) {
  std::shared_ptr<Part> P;
  if (Many)
    P = std::make_shared<Group>();
  else
    P = std::make_shared<Leaf>(nullptr);
  P->start();
}

// The same through a handle: what its declaration says cannot be the other one.
struct Acceptor {
  std::function<void()> Accepted;
};
struct Connection : std::enable_shared_from_this<Connection> {
  virtual ~Connection() = default;
  void enable() { begin(); }
  virtual void begin() = 0;
};
struct Listening : Connection {
  std::shared_ptr<Acceptor> Waiting;
  void begin() override {
    auto Self = shared_from_this();
    Waiting = std::make_shared<Acceptor>();
    // CHECK: warning: 'Listening' keeps itself alive
    Waiting->Accepted = [Self] { Self->enable(); };
  }
};
struct Serial : Connection {
  int Opened = 0;
  void begin() override { ++Opened; }
  void open() { enable(); }
};
struct Port {
  std::shared_ptr<Serial> Line;
  std::vector<std::shared_ptr<Serial>> Lines;
  void open() { Line->enable(); }
  void openAll() {
    for (auto &Each : Lines)
      Each->enable();
  }
};
void openSerial(const std::shared_ptr<Serial> &Line) { Line->enable(); }
