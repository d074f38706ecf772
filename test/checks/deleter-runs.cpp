// A deleter runs when a sole owner ends or is reset, and when nothing else
// holds what a counted handle was made of: what it takes away is gone then.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <utility>
#include <vector>

// Each keeps itself while it is at work.
template <int Kind> struct Task : std::enable_shared_from_this<Task<Kind>> {
  std::shared_ptr<Task> busy;
  int steps = 0;
  void start() {
    // CHECK-DAG: deleter-runs.cpp:[[@LINE+4]]:{{[0-9]+}}: warning: 'Task<1>' keeps itself alive
    // CHECK-DAG: deleter-runs.cpp:[[@LINE+3]]:{{[0-9]+}}: warning: 'Task<2>' keeps itself alive
    // CHECK-DAG: deleter-runs.cpp:[[@LINE+2]]:{{[0-9]+}}: warning: 'Task<3>' keeps itself alive
    // CHECK-DAG: deleter-runs.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Task<4>' keeps itself alive
    busy = this->shared_from_this();
  }
};
template <int Kind> struct Done {
  void operator()(Task<Kind> *task) const { task->busy.reset(); }
};
template <int Kind> using Guard = std::unique_ptr<Task<Kind>, Done<Kind>>;

//===--- must be reported ---------------------------------------------------===//

struct Counts { // does not let go
  void operator()(Task<1> *task) const { task->steps++; }
};
void counted() {
  auto task = std::make_shared<Task<1>>();
  task->start();
  std::unique_ptr<Task<1>, Counts> guard(task.get());
}

void released() { // the guard is told to do nothing
  auto task = std::make_shared<Task<2>>();
  task->start();
  Guard<2> guard(task.get());
  guard.release();
}

void otherOne() { // that of another object
  auto task = std::make_shared<Task<3>>();
  auto other = std::make_shared<Task<3>>();
  task->start();
  Guard<3> guard(other.get());
}

void before() { // it ran before the task was started
  auto task = std::make_shared<Task<4>>();
  Guard<4> guard(task.get());
  guard.reset();
  task->start();
}

// A second control block for an object that has an owner: what its deleter takes
// away goes with the last of its own handles.
template <int> struct Leaf;
template <int Kind> struct Plant {
  std::shared_ptr<Leaf<Kind>> top;
  int height = 0;
  void wither() { top.reset(); }
};
template <int Kind> struct Leaf {
  std::shared_ptr<Plant<Kind>> plant;
};
template <int Kind> std::shared_ptr<Plant<Kind>> grow() {
  auto plant = std::make_shared<Plant<Kind>>();
  plant->top = std::make_shared<Leaf<Kind>>();
  // CHECK-DAG: deleter-runs.cpp:[[@LINE+3]]:{{[0-9]+}}: warning: 'Leaf<1>' and 'Plant<1>' keep each other alive
  // CHECK-DAG: deleter-runs.cpp:[[@LINE+2]]:{{[0-9]+}}: warning: 'Leaf<2>' and 'Plant<2>' keep each other alive
  // CHECK-DAG: deleter-runs.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Leaf<3>' and 'Plant<3>' keep each other alive
  plant->top->plant = plant;
  return plant;
}
void view_that_counts() {
  auto plant = grow<1>();
  std::shared_ptr<Plant<1>> view(plant.get(), [plant](Plant<1> *p) { p->height++; });
}
void view_of_another() {
  auto plant = grow<2>();
  auto other = std::make_shared<Plant<2>>();
  std::shared_ptr<Plant<2>> view(other.get(), [other](Plant<2> *p) { p->wither(); });
}
template <> struct Leaf<3> { // holds what would let it wither
  std::shared_ptr<Plant<3>> plant;
  std::shared_ptr<Plant<3>> view;
};
void view_on_the_cycle() {
  auto plant = grow<3>();
  plant->top->view = std::shared_ptr<Plant<3>>(plant.get(), [](Plant<3> *p) { p->wither(); });
}

//===--- must stay silent ---------------------------------------------------===//

void view() {
  auto plant = grow<10>();
  std::shared_ptr<Plant<10>> view(plant.get(), [plant](Plant<10> *p) { p->wither(); });
}
class Garden { // the last copy lets go
public:
  Garden() {
    auto plant = grow<11>();
    handle = std::shared_ptr<Plant<11>>(plant.get(), [plant](Plant<11> *p) { p->wither(); });
  }
  int height() const { return handle->height; }
  void raise() { handle->height++; }
  std::shared_ptr<Leaf<11>> top() const { return handle->top; }

private:
  std::shared_ptr<Plant<11>> handle;
};
void facade() {
  Garden garden;
  Garden copy = garden;
  copy.raise();
  garden.raise();
}
void facade_on_the_heap() {
  auto garden = std::make_unique<Garden>();
  garden->raise();
}
std::shared_ptr<Plant<12>> plantOut() {
  auto plant = grow<12>();
  return std::shared_ptr<Plant<12>>(plant.get(), [plant](Plant<12> *p) { p->wither(); });
}
int seen() {
  auto plant = plantOut();
  auto same = plant;
  return same->top->plant->height;
}
void wither(Plant<13> *plant) { plant->wither(); }
void view_with_a_function() {
  auto plant = grow<13>();
  std::shared_ptr<Plant<13>> view(&*plant, wither);
}
void view_in_a_container() {
  auto plant = grow<14>();
  std::vector<std::shared_ptr<Plant<14>>> views;
  views.push_back({plant.get(), [plant](Plant<14> *p) { p->wither(); }});
}

bool local(bool early) {
  auto task = std::make_shared<Task<10>>();
  task->start();
  Guard<10> guard(task.get());
  if (early)
    return false;
  task->steps = 2;
  return true;
}

void reset() {
  auto task = std::make_shared<Task<11>>();
  task->start();
  Guard<11> guard(task.get());
  guard.reset();
}

void closure() {
  auto task = std::make_shared<Task<12>>();
  task->start();
  auto done = [](Task<12> *t) { t->busy.reset(); };
  std::unique_ptr<Task<12>, decltype(done)> guard(task.get(), done);
}

void letGo(Task<13> *task) { task->busy.reset(); }
void function() {
  auto task = std::make_shared<Task<13>>();
  task->start();
  std::unique_ptr<Task<13>, void (*)(Task<13> *)> guard(task.get(), &letGo);
}

void scope() {
  auto task = std::make_shared<Task<14>>();
  task->start();
  std::shared_ptr<void> guard(nullptr, [&](void *) { task->busy.reset(); });
}

Guard<15> begin(Task<15> &task) {
  task.start();
  return Guard<15>(&task);
}
void returned() {
  auto task = std::make_shared<Task<15>>();
  auto guard = begin(*task);
}

void consume(Guard<17> guard) { guard->steps++; }
void handed() { // to a parameter
  auto task = std::make_shared<Task<17>>();
  task->start();
  Guard<17> guard(task.get());
  consume(std::move(guard));
}

struct Line : std::enable_shared_from_this<Line> { // the handle to a handle
  std::function<void()> onData;
  int sum = 0;
  void open() {
    onData = [self = shared_from_this()] { self->sum++; };
  }
  void close() { auto last = std::move(onData); }
};
struct Closer {
  void operator()(std::shared_ptr<Line> *line) const {
    (*line)->close();
    delete line;
  }
};
using LineHandle = std::unique_ptr<std::shared_ptr<Line>, Closer>;
LineHandle dial() {
  auto line = std::make_shared<Line>();
  line->open();
  return LineHandle(new std::shared_ptr<Line>(line));
}
void talk() {
  LineHandle handle = dial();
  (*handle)->sum = 4;
}

int main(int argc, char **) {
  counted();
  released();
  otherOne();
  before();
  view_that_counts();
  view_of_another();
  view_on_the_cycle();
  view();
  facade();
  facade_on_the_heap();
  seen();
  view_with_a_function();
  view_in_a_container();
  local(argc > 1);
  reset();
  closure();
  function();
  scope();
  returned();
  handed();
  talk();
}
