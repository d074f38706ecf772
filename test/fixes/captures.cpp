// A lambda that a slot of the captured object stores captures it weakly.

// RUN: rm -rf %t && mkdir %t && cp %s %t/captures.cpp && cd %t
// RUN: not refcycle --fix captures.cpp -- -std=c++17 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: grep -v CHECK captures.cpp | FileCheck %s
// RUN: %clangxx -std=c++17 -Wall -Wextra -Werror -fsyntax-only captures.cpp
// RUN: refcycle captures.cpp -- -std=c++17 2>&1 | FileCheck %s --check-prefix=SILENT
// FIXED: refcycle: fixed 4 findings in 1 file; review the changes
// SILENT: refcycle: no cycles found in 1 translation unit

#include <functional>
#include <memory>

struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> on_close, on_open;
  std::function<void(int)> on_data;
  int count = 0;

  void close() {
    auto self = shared_from_this();
    // CHECK: on_close = [weak_self = std::weak_ptr(self)] { const auto self = weak_self.lock(); if (!self) return; ++self->count; };
    on_close = [self] { ++self->count; };
  }
  void open() {
    // CHECK: on_open = [this, weak_self = this->weak_from_this()] {
    // CHECK-NEXT: {{^}}      const auto self = weak_self.lock();
    // CHECK-NEXT: {{^}}      if (!self)
    // CHECK-NEXT: {{^}}        return;
    // CHECK-NEXT: {{^}}      ++count;
    on_open = [this, self = this->shared_from_this()] {
      ++count;
    };
  }
  void setData(std::function<void(int)> f) { on_data = std::move(f); }
  void data() {
    // CHECK: setData([weak_self = weak_from_this()](int n) { const auto self = weak_self.lock(); if (!self) return; self->count += n; });
    setData([self = shared_from_this()](int n) { self->count += n; });
  }
};

struct Button {
  std::function<void()> clicked;
  int times = 0;
};

int main() {
  auto session = std::make_shared<Session>();
  session->close();
  session->open();
  session->data();

  auto button = std::make_shared<Button>();
  // CHECK: button->clicked = [weak_button = std::weak_ptr(button)] { const auto button = weak_button.lock(); if (!button) return; ++button->times; };
  button->clicked = [button] { ++button->times; };
  button->clicked();
}
