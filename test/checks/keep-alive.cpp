// An object that stores a handle to itself is reported unless something lets it go.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>

struct Daemon : std::enable_shared_from_this<Daemon> {
  std::shared_ptr<Daemon> self;
  // CHECK: keep-alive.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Daemon' keeps itself alive: {{.*}} [refcycle-keep-alive]
  void run() { self = shared_from_this(); }
};

struct Download : std::enable_shared_from_this<Download> { // lets itself go
  std::shared_ptr<Download> self;
  void start() { self = shared_from_this(); }
  void complete() { self.reset(); }
};

struct Cached : std::enable_shared_from_this<Cached> { // weak
  std::weak_ptr<Cached> self;
  void remember() { self = shared_from_this(); }
};

int main() {
  std::make_shared<Daemon>()->run();
  auto download = std::make_shared<Download>();
  download->start();
  download->complete();
  std::make_shared<Cached>()->remember();
}
