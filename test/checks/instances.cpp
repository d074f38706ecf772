// A template that is instantiated for several types has one mistake.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>

template <class Transport>
struct Connection : std::enable_shared_from_this<Connection<Transport>> {
  Transport transport;
  std::function<void()> on_read;
  void start() {
    auto self = this->shared_from_this();
    // CHECK: instances.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Connection<{{Plain|Secure}}>' keeps itself alive: {{.*}} [refcycle-closure]
    on_read = [self] { self->start(); };
  }
};

template <class Transport>
struct Weak : std::enable_shared_from_this<Weak<Transport>> {
  std::function<void()> on_read;
  void start() {
    on_read = [self = this->weak_from_this()] {
      if (auto strong = self.lock())
        strong->start();
    };
  }
};

struct Plain {};
struct Secure {};

int main() {
  std::make_shared<Connection<Plain>>()->start();
  std::make_shared<Connection<Secure>>()->start();
  std::make_shared<Weak<Plain>>()->start();
  std::make_shared<Weak<Secure>>()->start();
}
