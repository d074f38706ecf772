// What empties another object, such as a copy, takes nothing away.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

// Moving from what is const copies it.
struct Bell : std::enable_shared_from_this<Bell> {
  std::function<void()> onRing;
  int rung = 0;
  void hang() {
    // CHECK: other-objects.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Bell' keeps itself alive: 'onRing' stores a lambda that captures 'self'
    onRing = [self = shared_from_this()] { self->rung++; };
  }
  void ring() const {
    auto once = std::move(onRing);
    once();
  }
};

// The value that a member was copied from ends with its scope.
struct Settings {
  int level = 0;
  std::optional<std::function<void()>> done;
};
struct Encoder {
  Settings settings;
  void use(const Settings &given) { settings = given; }
};
void encode() {
  auto encoder = std::make_shared<Encoder>();
  Settings mine;
  // CHECK: other-objects.cpp:[[@LINE+2]]:{{[0-9]+}}: warning: 'Encoder' keeps itself alive: 'Settings::done' stores a lambda that captures 'encoder'
  mine.done = [encoder] { encoder->settings.level++; };
  encoder->use(mine);
  mine.done.reset();
}

// A copy of the handler lets go of its handle; the handler does not.
struct Signal {
  std::vector<std::pair<int, std::function<void(int)>>> slots;
  void connect(std::function<void(int)> slot) { slots.emplace_back(1, std::move(slot)); }
  void operator()(int value) {
    auto copy = slots;
    for (auto &[token, slot] : copy)
      slot(value);
  }
};
struct Job {
  Signal done;
};
void start() {
  auto job = std::make_shared<Job>();
  // CHECK: other-objects.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Job' keeps itself alive: 'Signal::slots' stores a lambda that captures 'job'
  job->done.connect([job](int) mutable { job.reset(); });
  job->done(1);
}

//===--- must stay silent ---------------------------------------------------===//

struct Chime : std::enable_shared_from_this<Chime> {
  std::function<void()> onRing;
  int rung = 0;
  void hang() {
    onRing = [self = shared_from_this()] { self->rung++; };
  }
  void ring() {
    auto once = std::move(onRing);
    once();
  }
};

struct Decoder { // emptied itself
  Settings settings;
  void use(const Settings &given) { settings = given; }
  void stop() { settings.done.reset(); }
};
void decode() {
  auto decoder = std::make_shared<Decoder>();
  Settings mine;
  mine.done = [decoder] { decoder->settings.level++; };
  decoder->use(mine);
  decoder->stop();
}

struct Player { // its value is moved into a variable that ends
  struct Handlers {
    std::function<void()> end;
  };
  Handlers handlers;
  void stop() { auto last = std::move(handlers); }
};
void play() {
  auto player = std::make_shared<Player>();
  player->handlers.end = [player] { player->stop(); };
  player->stop();
}

struct Recorder { // empty before it is copied
  Settings settings;
  void use(const Settings &given) { settings = given; }
};
void record() {
  auto recorder = std::make_shared<Recorder>();
  Settings mine;
  mine.done = [recorder] { recorder->settings.level++; };
  mine.done.reset();
  recorder->use(mine);
}

struct Emitter { // calls the handler itself
  std::vector<std::function<void(int)>> slots;
  void connect(std::function<void(int)> slot) { slots.push_back(std::move(slot)); }
  void operator()(int value) {
    for (auto &slot : slots)
      slot(value);
  }
};
struct Task {
  Emitter done;
};
void run() {
  auto task = std::make_shared<Task>();
  task->done.connect([task](int) mutable { task.reset(); });
  task->done(1);
}

int main() {
  auto bell = std::make_shared<Bell>();
  bell->hang();
  bell->ring();
  encode();
  start();
  auto chime = std::make_shared<Chime>();
  chime->hang();
  chime->ring();
  decode();
  play();
  record();
  run();
}
