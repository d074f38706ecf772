// An object that is known as a base class only may be of any derived one. That
// one of them would make it hold itself says nothing about it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>
#include <vector>

struct Operation {
  virtual ~Operation() = default;
  virtual void start(const std::shared_ptr<Operation> &) {}
};
struct Timed : Operation {
  std::shared_ptr<Operation> keep;
  void start(const std::shared_ptr<Operation> &self) override { keep = self; }
};
struct Counted : Operation {
  int starts = 0;
  void start(const std::shared_ptr<Operation> &) override { ++starts; }
};

//===--- must be reported ---------------------------------------------------===//

// The caller knows the class, wherever the store runs.
void begin(const std::shared_ptr<Operation> &operation) {
  // CHECK: guessed-class.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Timed' keeps itself alive
  operation->start(operation);
}
void beginTimed() { begin(std::make_shared<Timed>()); }

// A member of the base is there in whatever class.
struct Task : std::enable_shared_from_this<Task> {
  virtual ~Task() = default;
  std::shared_ptr<Task> running;
  virtual void run(const std::shared_ptr<Task> &self) { running = self; }
};
struct Logged : Task {
  int runs = 0;
  void run(const std::shared_ptr<Task> &self) override {
    ++runs;
    Task::run(self);
  }
};
void runAny(const std::shared_ptr<Task> &task) {
  // CHECK: guessed-class.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Task' keeps itself alive
  task->run(task);
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

// A layout that stands for another one asks that one to do the same. If that
// one stood for another as well, it would be itself; it is a plain one.
struct Build;
struct Layout {
  virtual ~Layout() = default;
  virtual void build(Build &) { ++built; }
  int built = 0;
};
struct State {
  std::shared_ptr<Layout> layout = std::make_shared<Layout>();
};
struct Build {
  State *state = nullptr;
};
struct StandIn : Layout {
  std::shared_ptr<Layout> real;
  void build(Build &b) override {
    if (!real && b.state && b.state->layout) {
      real = b.state->layout;
      real->build(b);
    }
  }
};
void buildAll(const std::vector<std::shared_ptr<Layout>> &layouts) {
  State state;
  Build b;
  b.state = &state;
  for (auto &layout : layouts)
    layout->build(b);
}

// The same without the call of itself: who gets what is decided elsewhere.
struct Widget {
  virtual ~Widget() = default;
  virtual void focus(const std::shared_ptr<Widget> &) {}
};
struct Label : Widget {
  int hits = 0;
  void focus(const std::shared_ptr<Widget> &) override { ++hits; }
};
struct Frame : Widget {
  std::shared_ptr<Widget> focused;
  void focus(const std::shared_ptr<Widget> &child) override {
    focused = child;
  }
};
struct Screen {
  std::shared_ptr<Widget> label = std::make_shared<Label>();
  void touch() { label->focus(label); }
};
void use() {
  Screen screen;
  screen.touch();
  auto frame = std::make_shared<Frame>();
  frame->focus(screen.label);
}

} // namespace quiet
