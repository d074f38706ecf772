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

int main() {
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
