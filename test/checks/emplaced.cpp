// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is made in place holds what it is made of, like what is made by its
// constructor.
//
// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 2

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

using Callback = std::stop_callback<std::function<void()>>;

struct Pump : std::enable_shared_from_this<Pump> {
  std::optional<Callback> OnStop;
  void start(std::stop_token Token) {
    std::function<void()> F = [Self = shared_from_this()] {};
    // CHECK: [[@LINE+1]]:{{.*}} warning: 'Pump' keeps itself alive: 'OnStop' stores a lambda that captures 'Self'
    OnStop.emplace(Token, F);
  }
};

struct Valve : std::enable_shared_from_this<Valve> {
  std::optional<std::function<void()>> Open;
  void start() {
    // CHECK: [[@LINE+1]]:{{.*}} warning: 'Valve' keeps itself alive: 'Open' stores a lambda that captures 'Self'
    Open.emplace([Self = shared_from_this()] {});
  }
};

// Silent: a weak handle owns nothing.
struct WeakPump : std::enable_shared_from_this<WeakPump> {
  std::optional<Callback> OnStop;
  void start(std::stop_token Token) {
    std::function<void()> F = [Weak = weak_from_this()] {};
    OnStop.emplace(Token, F);
  }
};

// Silent: what stood there before is gone.
struct Replaced : std::enable_shared_from_this<Replaced> {
  std::optional<std::function<void()>> Open;
  void start() {
    Open.emplace([Self = shared_from_this()] {});
    Open.emplace([] {});
  }
};

// Silent: the callback is gone before the function ends.
struct Reset : std::enable_shared_from_this<Reset> {
  std::optional<Callback> OnStop;
  void start(std::stop_token Token) {
    std::function<void()> F = [Self = shared_from_this()] {};
    OnStop.emplace(Token, F);
    OnStop.reset();
  }
};

int main() {
  std::stop_source Source;
  std::make_shared<Pump>()->start(Source.get_token());
  std::make_shared<Valve>()->start();
  std::make_shared<WeakPump>()->start(Source.get_token());
  std::make_shared<Replaced>()->start();
  std::make_shared<Reset>()->start(Source.get_token());
}
