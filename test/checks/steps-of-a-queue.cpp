// What a queued callable posts to its own queue runs as well: the next step of
// the same work, or of other work that waited for it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include "Inputs/queued-guests.h"

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

// No step lets go.
// CHECK: warning: 'Guest<Forgets>' and 'Room<Forgets>' keep each other alive
struct Forgets : Guest<Forgets> {
  using Guest::Guest;
  void start() {
    enter();
    queue.post([self = shared_from_this()] { self->shake(); });
  }
  void shake() {
    queue.post([self = shared_from_this()] { self->finish(); });
  }
  void finish() { done = true; }
  bool done = false;
};
// The step that lets go is not posted after an error.
// CHECK: warning: 'Refused' and 'Room<Refused>' keep each other alive
// CHECK: note: on this way through 'Refused::shake' nothing breaks the cycle
struct Refused : Guest<Refused> {
  using Guest::Guest;
  void start(int error) {
    enter();
    queue.post([self = shared_from_this(), error] { self->shake(error); });
  }
  void shake(int error) {
    if (error)
      return;
    queue.post([self = shared_from_this()] { self->finish(); });
  }
  void finish() { leave(); }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct ThreeSteps : Guest<ThreeSteps> {
  using Guest::Guest;
  void start() {
    enter();
    queue.post([self = shared_from_this()] { self->shake(); });
  }
  void shake() {
    queue.post([self = shared_from_this()] { self->exchange(); });
  }
  void exchange() {
    queue.post([self = shared_from_this()] { self->finish(); });
  }
  void finish() { leave(); }
};
struct AlsoOnError : Guest<AlsoOnError> {
  using Guest::Guest;
  void start(int error) {
    enter();
    queue.post([self = shared_from_this(), error] { self->shake(error); });
  }
  void shake(int error) {
    if (error)
      return leave();
    queue.post([self = shared_from_this()] { self->leave(); });
  }
};
// How often it comes back is counted.
struct Pages : Guest<Pages> {
  using Guest::Guest;
  void start(int pages) {
    enter();
    left = pages;
    step();
  }
  void step() {
    queue.post([self = shared_from_this()] {
      if (--self->left > 0)
        self->step();
      else
        self->leave();
    });
  }
  int left = 0;
};
// A job lets go of what it waited for when it runs, and runs when that is done.
struct Job : std::enable_shared_from_this<Job> {
  void after(const std::shared_ptr<Job> &other) {
    waitsFor.push_back(other);
    other->next.push_back(shared_from_this());
    ++missing;
    ++unfinished;
  }
  void launch(Queue &queue) {
    queue.post([self = shared_from_this(), &queue] { self->run(queue); });
  }
  void run(Queue &queue) {
    waitsFor.clear();
    for (auto &job : next)
      if (--job->missing == 0 || job->unfinished.fetch_sub(1) == 1)
        job->launch(queue);
  }
  std::vector<std::shared_ptr<Job>> next, waitsFor;
  std::atomic<int> missing = 0, unfinished = 0;
};

} // namespace quiet

template <typename T> std::shared_ptr<T> guest(Queue &queue) {
  return std::make_shared<T>(queue, std::make_shared<Room<T>>());
}

int main(int argc, char **) {
  Queue forgets;
  guest<Forgets>(forgets)->start();
  forgets.run();
  Queue refused;
  guest<Refused>(refused)->start(argc);
  refused.run();

  Queue steps;
  guest<quiet::ThreeSteps>(steps)->start();
  steps.run();
  Queue errors;
  guest<quiet::AlsoOnError>(errors)->start(argc);
  errors.run();
  Queue pages;
  guest<quiet::Pages>(pages)->start(argc);
  pages.run();
  Queue jobs;
  auto first = std::make_shared<quiet::Job>();
  auto second = std::make_shared<quiet::Job>();
  auto third = std::make_shared<quiet::Job>();
  third->after(first);
  third->after(second);
  first->launch(jobs);
  second->launch(jobs);
  jobs.run();
}
