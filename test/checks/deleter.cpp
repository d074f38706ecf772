// A deleter lives in the control block of what it deletes: what it captures is
// kept as long as the object is.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

struct Buffer {
  char bytes[64];
};

struct Arena : std::enable_shared_from_this<Arena> {
  std::shared_ptr<Buffer> spare;
  void warm() {
    auto self = shared_from_this();
    // CHECK: deleter.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Arena' keeps itself alive: 'Buffer::deleter' stores a lambda that captures 'self' [refcycle-closure]
    spare = std::shared_ptr<Buffer>(new Buffer, [self](Buffer *b) { self->free(b); });
  }
  void free(Buffer *b) { delete b; }
};

struct Stock : std::enable_shared_from_this<Stock> {
  std::shared_ptr<Buffer> spare;
  void warm() {
    // CHECK: deleter.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Stock' keeps itself alive: 'Buffer::deleter' stores a bind object that holds it [refcycle-closure]
    spare.reset(new Buffer, std::bind(&Stock::free, shared_from_this(), std::placeholders::_1));
  }
  void free(Buffer *b) { delete b; }
};

// Hands out what comes back to it, and keeps none of the handles.
struct Pool : std::enable_shared_from_this<Pool> {
  std::vector<std::unique_ptr<Buffer>> idle;
  std::shared_ptr<Buffer> take() {
    auto self = shared_from_this();
    return std::shared_ptr<Buffer>(new Buffer, [self](Buffer *b) { self->idle.emplace_back(b); });
  }
};

struct Watcher : std::enable_shared_from_this<Watcher> { // weak
  std::shared_ptr<Buffer> spare;
  int freed = 0;
  void warm() {
    spare = std::shared_ptr<Buffer>(new Buffer, [weak = weak_from_this()](Buffer *b) {
      delete b;
      if (auto self = weak.lock())
        self->freed++;
    });
  }
};

struct Counter : std::enable_shared_from_this<Counter> { // does not own
  std::shared_ptr<Buffer> spare;
  int freed = 0;
  void warm() {
    spare.reset(new Buffer, [this](Buffer *b) { delete b, freed++; });
  }
};

struct User { // another object is kept
  std::shared_ptr<Buffer> buffer;
  void use(std::shared_ptr<Pool> pool) {
    buffer = std::shared_ptr<Buffer>(new Buffer, [pool](Buffer *b) { pool->idle.emplace_back(b); });
  }
};

struct Sole : std::enable_shared_from_this<Sole> { // no control block
  std::unique_ptr<Buffer, void (*)(Buffer *)> spare{nullptr, [](Buffer *b) { delete b; }};
  void warm() { spare.reset(new Buffer); }
};

int main() {
  std::make_shared<Arena>()->warm();
  std::make_shared<Stock>()->warm();
  auto pool = std::make_shared<Pool>();
  auto taken = pool->take();
  std::make_shared<Watcher>()->warm();
  std::make_shared<Counter>()->warm();
  User().use(pool);
  std::make_shared<Sole>()->warm();
}
