// What a callable or an `any` is made of is held as the argument holds it: a
// counted handle is kept, a pointer is not.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <any>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

struct Pump : std::enable_shared_from_this<Pump> {
  std::thread thread;
  void run() {}
  void start() {
    // CHECK: argument-holds.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Pump' keeps itself alive: 'thread' stores a bind object that holds it [refcycle-closure]
    thread = std::thread(&Pump::run, shared_from_this());
  }
};

struct Pool : std::enable_shared_from_this<Pool> {
  std::vector<std::thread> threads;
  void run() {}
  void start() {
    // CHECK: argument-holds.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Pool' keeps itself alive: 'threads' stores a bind object that holds it [refcycle-closure]
    threads.emplace_back(&Pool::run, shared_from_this());
  }
};

struct Item : std::enable_shared_from_this<Item> {
  std::map<std::string, std::any> tags;
  void tag() {
    // CHECK: argument-holds.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Item'{{.*}} [refcycle-
    tags["self"] = std::make_any<std::shared_ptr<Item>>(shared_from_this());
  }
};

//===--- must stay silent ---------------------------------------------------===//

struct RawPump : std::enable_shared_from_this<RawPump> {
  std::thread thread;
  void run() {}
  void start() { thread = std::thread(&RawPump::run, this); }
  ~RawPump() { thread.join(); }
};

struct Crew;
struct Worker {
  std::shared_ptr<Crew> crew;
  void run() {}
};
struct Crew {
  std::vector<std::thread> threads;
  void add(const std::shared_ptr<Worker> &w) {
    threads.emplace_back(&Worker::run, w.get());
  }
};
void raw_pool() {
  auto crew = std::make_shared<Crew>();
  auto worker = std::make_shared<Worker>();
  worker->crew = crew;
  crew->add(worker);
}

struct RawItem;
struct Box {
  std::any tag;
};
struct RawItem : std::enable_shared_from_this<RawItem> {
  std::shared_ptr<Box> box = std::make_shared<Box>();
  void construct() { box->tag = std::any(this); }
  void make() { box->tag = std::make_any<RawItem *>(this); }
};

struct Tagged : std::enable_shared_from_this<Tagged> {
  std::any other;
  void tag(std::shared_ptr<Box> b) { other = std::make_any<std::shared_ptr<Box>>(b); }
};

struct WeakItem : std::enable_shared_from_this<WeakItem> {
  std::map<std::string, std::any> tags;
  void tag() {
    tags["self"] = std::make_any<std::weak_ptr<WeakItem>>(shared_from_this());
    tags["weak"] = weak_from_this();
  }
};

int main() {
  std::make_shared<Pump>()->start();
  std::make_shared<Pool>()->start();
  std::make_shared<Item>()->tag();
  std::make_shared<RawPump>()->start();
  std::make_shared<WeakItem>()->tag();
  raw_pool();
  std::make_shared<RawItem>()->construct();
  std::make_shared<RawItem>()->make();
  std::make_shared<Tagged>()->tag(std::make_shared<Box>());
}
