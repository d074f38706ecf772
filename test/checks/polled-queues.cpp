// A loop that only polls a queue calls each callable once, as the loop in a run()
// does: a way through one of them that hands nothing on is the end of it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

struct Bus {
  struct Item {
    int number;
    std::function<void(bool)> reply;
  };
  void send(std::function<void(bool)> reply) {
    items.push_back({++last, std::move(reply)});
  }
  bool poll() {
    if (items.empty())
      return false;
    Item item = std::move(items.front());
    items.erase(items.begin());
    item.reply(item.number % 7 != 0);
    return true;
  }
  std::vector<Item> items;
  int last = 0;
};

//===----------------------------------------------------------------------===//
// Reported: the error is the end of the work, and does not let go
//===----------------------------------------------------------------------===//

struct Update : std::enable_shared_from_this<Update> {
  explicit Update(Bus &b) : bus(b) {}
  static void start(Bus &bus, const std::vector<int> &image) {
    auto update = std::make_shared<Update>(bus);
    if (image.empty())
      return;
    // CHECK: :[[@LINE+1]]:18: warning: 'Update' keeps itself alive: 'self'
    update->self = update;
    update->next();
  }
  void next() {
    if (++steps > 4) {
      finish();
      return;
    }
    bus.send([this](bool good) { onReply(good); });
  }
  void onReply(bool good) {
    // CHECK: :[[@LINE+2]]:7: note: on this way through 'Update::onReply' nothing breaks the cycle
    if (!good)
      return;
    next();
  }
  void finish() { self.reset(); }
  Bus &bus;
  int steps = 0;
  std::shared_ptr<Update> self;
};
void update() {
  Bus bus;
  Update::start(bus, {1});
  while (bus.poll()) {
  }
}

//===----------------------------------------------------------------------===//
// Silent
//===----------------------------------------------------------------------===//

struct Complete : std::enable_shared_from_this<Complete> {
  explicit Complete(Bus &b) : bus(b) {}
  static void start(Bus &bus) {
    auto work = std::make_shared<Complete>(bus);
    work->self = work;
    work->next();
  }
  void next() {
    if (++steps > 4) {
      finish();
      return;
    }
    bus.send([this](bool good) { good ? next() : finish(); });
  }
  void finish() { self.reset(); }
  Bus &bus;
  int steps = 0;
  std::shared_ptr<Complete> self;
};
// The error is tried again.
struct Retry : std::enable_shared_from_this<Retry> {
  explicit Retry(Bus &b) : bus(b) {}
  static void start(Bus &bus) {
    auto work = std::make_shared<Retry>(bus);
    work->self = work;
    work->next();
  }
  void next() {
    bus.send([this](bool good) {
      if (!good) {
        next();
        return;
      }
      self.reset();
    });
  }
  Bus &bus;
  std::shared_ptr<Retry> self;
};
void others() {
  Bus bus;
  Complete::start(bus);
  Retry::start(bus);
  while (bus.poll()) {
  }
}
