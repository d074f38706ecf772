// A reference to a handle, a container or a function wrapper owns nothing: the
// variable that it refers to belongs to somebody else.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <utility>
#include <vector>

using Jobs = std::vector<std::function<void()>>;

//===--- must be reported ---------------------------------------------------===//

struct Owner : std::enable_shared_from_this<Owner> {
  Jobs jobs;
  // CHECK: [[#@LINE+1]]:{{.*}}warning: 'Owner' keeps itself alive: 'jobs' stores a lambda
  void go() { jobs.push_back([self = shared_from_this()] {}); }
};

//===--- must stay silent ---------------------------------------------------===//

struct Poster : std::enable_shared_from_this<Poster> {
  Jobs &jobs;
  explicit Poster(Jobs &j) : jobs(j) {}
  void go() { jobs.push_back([self = shared_from_this()] {}); }
};

struct Entry : std::enable_shared_from_this<Entry> {
  std::shared_ptr<Entry> &slot;
  explicit Entry(std::shared_ptr<Entry> &s) : slot(s) {}
  void go() { slot = shared_from_this(); }
};

struct Hooked : std::enable_shared_from_this<Hooked> {
  std::function<void()> &hook;
  explicit Hooked(std::function<void()> &h) : hook(h) {}
  void go() { hook = [self = shared_from_this()] {}; }
};

struct Reader : std::enable_shared_from_this<Reader> {
  const Jobs &jobs;
  std::shared_ptr<Reader> next;
  explicit Reader(const Jobs &j) : jobs(j) {}
};

// Whoever has the variable may run what was put into it.
struct Upload : std::enable_shared_from_this<Upload> {
  Jobs &jobs;
  std::shared_ptr<Upload> keep;
  explicit Upload(Jobs &j) : jobs(j) {}
  void start() {
    keep = shared_from_this();
    jobs.push_back([this] { finish(); });
  }
  void finish() { auto last = std::move(keep); }
};

// A guard that sets a handle for a while and puts back what was there. A pointer
// to the handle is no handle to what that holds.
template <typename T> struct Restore {
  T *variable;
  T old;
  Restore(T *v, T now) : variable(v), old(std::move(*v)) { *variable = std::move(now); }
  ~Restore() { *variable = std::move(old); }
};
struct Page {
  virtual ~Page() = default;
  std::shared_ptr<Page> next;
};
struct Screen {
  std::shared_ptr<Page> current;
  std::function<void()> redraw;
  void show(const std::shared_ptr<Page> &page) {
    Restore<std::shared_ptr<Page>> guard(&current, page);
    draw();
  }
  void drawBy(const std::shared_ptr<Screen> &self) {
    Restore<std::function<void()>> guard(&redraw, [self] { self->draw(); });
    redraw();
  }
  void draw();
};

int main() {
  auto screen = std::make_shared<Screen>();
  screen->show(std::make_shared<Page>());
  screen->drawBy(screen);
  std::make_shared<Owner>()->go();
  Jobs jobs;
  std::make_shared<Poster>(jobs)->go();
  std::shared_ptr<Entry> entry;
  std::make_shared<Entry>(entry)->go();
  std::function<void()> hook;
  std::make_shared<Hooked>(hook)->go();
  std::make_shared<Reader>(jobs);
  std::make_shared<Upload>(jobs)->start();
  for (auto &job : jobs)
    job();
}
