// A cell or a slot of any type that holds its own holder is reported.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <any>
#include <functional>
#include <memory>

void again() {
  auto next = std::make_shared<std::function<void()>>();
  // CHECK: erased.cpp:[[@LINE+2]]:{{[0-9]+}}: warning: 'std::function<void ()>' keeps itself alive: 'std::function<void ()>' on the heap holds the lambda, which leads back [refcycle-erased]
  // CHECK-NEXT: note: 'std::function<void ()>' on the heap holds the lambda{{$}}
  *next = [next] { (*next)(); };
}

struct Item {
  std::any tag;
};
void tagged() {
  auto item = std::make_shared<Item>();
  // CHECK: erased.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Item' keeps itself alive: 'Item::tag' holds 'Item', which leads back [refcycle-erased]
  item->tag = item;
}

// Silent from here: the handle is weak, the value is no handle, or it is passed.
void again_weakly() {
  auto next = std::make_shared<std::function<void()>>();
  *next = [weak = std::weak_ptr<std::function<void()>>(next)] {
    if (auto call = weak.lock())
      (*call)();
  };
}

void tagged_with_a_number() {
  auto item = std::make_shared<Item>();
  item->tag = 7;
}

void tagged_with_a_pointer() {
  auto item = std::make_shared<Item>();
  item->tag = item.get();
}

void passed(const std::function<void(std::any)> &sink) {
  auto item = std::make_shared<Item>();
  sink(item);
}

int main() {
  again();
  tagged();
  again_weakly();
  tagged_with_a_number();
  tagged_with_a_pointer();
  passed([](std::any) {});
}
