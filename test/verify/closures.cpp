// What a std::function captured has a name: in the function itself or on the
// heap, of any compiler, with and without optimization; several closures of one
// function are told apart. libc++: closures-libcxx.test.

// RUN: g++ -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s
// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s
// RUN: %clangxx -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct Small {
  std::function<void()> done;
};
struct Large {
  char before = 0;
  std::function<int(const std::string &)> done;
};
struct Second {
  std::function<void()> done;
};
// A closure that anybody's units may have has another mangled name.
struct Inline {
  std::function<void()> done;
};
// Not a closure: it has virtual functions in front of its handle as well.
struct Functor {
  virtual ~Functor() {}
  std::shared_ptr<Functor> owner;
};

// CHECK-DAG: Small::done -> (lambda)::small_self -> Small, 1 instance, {{.*}}making (lambda)::small_self weak frees all
static void make_small() {
  auto node = std::make_shared<Small>();
  node->done = [small_self = node] { (void)small_self; };
}

// CHECK-DAG: Large::done -> (lambda)::large_self -> Large, 1 instance, {{.*}}making (lambda)::large_self weak frees all
static void make_large(const std::string &prefix) {
  auto node = std::make_shared<Large>();
  node->done = [prefix, large_self = node](const std::string &text) {
    return int((prefix + text).size()) + large_self->before;
  };
}

// What it captured may be aligned to more than a pointer is.
// CHECK-DAG: Aligned::done -> (lambda)::aligned_self -> Aligned, 1 instance
struct Aligned {
  std::function<void()> done;
};
static void make_aligned(std::function<void(int)> then) {
  auto node = std::make_shared<Aligned>();
  node->done = [aligned_self = node, wide = (long double)1, then] {
    then(int(wide) + bool(aligned_self));
  };
}

// CHECK-DAG: Second::done -> (lambda)::second -> Second, 1 instance
static void make_two() {
  std::function<void()> first = [number = std::make_shared<int>(1)] {
    (void)number;
  };
  auto node = std::make_shared<Second>();
  node->done = [second = node] { (void)second; };
}

// CHECK-DAG: Inline::done -> (lambda)::inline_self -> Inline, 1 instance
inline void make_inline() {
  auto node = std::make_shared<Inline>();
  node->done = [inline_self = node] { (void)inline_self; };
}

// CHECK-DAG: function<void{{ ?}}(int)>::target -> (lambda)::step -> {{.*}}function<void{{ ?}}(int)>, 1 instance
static void make_step() {
  auto self = std::make_shared<std::function<void(int)>>();
  *self = [step = self](int count) {
    if (count != 0)
      (*step)(count - 1);
  };
}

// CHECK-DAG: Functor::owner -> Functor, 1 instance
static void make_functor() {
  auto functor = std::make_shared<Functor>();
  functor->owner = functor;
}

// In a container, alone and beside something; small and large.
// CHECK-DAG: Listed::handlers -> (lambda)::listed_self -> Listed, 1 instance
struct Listed {
  std::vector<std::function<void()>> handlers;
};
static void make_listed() {
  auto node = std::make_shared<Listed>();
  node->handlers.push_back([listed_self = node] { (void)listed_self; });
}
// CHECK-DAG: Paired::handlers -> (lambda)::paired_self -> Paired, 1 instance
struct Paired {
  std::vector<std::pair<int, std::function<void()>>> handlers;
};
static void make_paired(const std::string &name) {
  auto node = std::make_shared<Paired>();
  node->handlers.push_back({1, [name, paired_self = node] { (void)paired_self; }});
}
// CHECK-DAG: Mapped::handlers -> (lambda)::mapped_self -> Mapped, 1 instance
struct Mapped {
  std::map<int, std::function<void()>> handlers;
};
static void make_mapped() {
  auto node = std::make_shared<Mapped>();
  node->handlers[3] = [mapped_self = node] { (void)mapped_self; };
}

int main() {
  make_listed();
  make_paired("a name that does not fit into the string");
  make_mapped();
  make_small();
  make_large("a rather long prefix of what comes");
  make_aligned([](int) {});
  make_two();
  make_inline();
  make_step();
  make_functor();
}
