// Handles whose counts lie in a block beside the object, or in front of it: with
// a second count, of all handles, that has to fit to the first.

// RUN: echo "types: {strong: [{name: Shared, pointer: adopts}]}" > %t.yaml
// RUN: refcycle layouts --quiet --config=%t.yaml -o %t.layouts %s -- -std=c++20
// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t leak | FileCheck %s
// RUN: g++ -std=c++20 -g %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t leak | FileCheck %s

// RUN: refcycle verify --quiet --layouts=%t.layouts -- %t > %t.out && count 0 < %t.out

#include <cassert>
#include <new>
#include <utility>
#include <vector>

struct Counts {
  int all = 1;
  int strong = 1;
  void (*destroy)(Counts *);
  static void operator delete(void *block) { ::operator delete(block); }
  explicit Counts(void (*destroy)(Counts *)) : destroy(destroy) {}
  ~Counts() {
    assert(all == 0);
    assert(strong <= 0);
  }
};

template <typename T> class Shared {
public:
  Shared() = default;
  explicit Shared(T *object) : object(object), counts(new Beside(object)) {}
  Shared(const Shared &o) : object(o.object), counts(o.counts) {
    if (counts) {
      ++counts->strong;
      ++counts->all;
    }
  }
  Shared &operator=(Shared o) {
    std::swap(object, o.object);
    std::swap(counts, o.counts);
    return *this;
  }
  ~Shared() {
    if (counts && --counts->strong == 0)
      counts->destroy(counts);
    if (counts && --counts->all == 0)
      delete counts;
  }
  T *operator->() const { return object; }

  static Shared make() {
    auto *together = new Together;
    Shared made;
    made.object = new (&together->room) T;
    made.counts = &together->counts;
    return made;
  }

private:
  struct Beside : Counts {
    T *object;
    explicit Beside(T *object)
        : Counts([](Counts *c) { delete static_cast<Beside *>(c)->object; }), object(object) {}
  };
  struct Together {
    Counts counts{[](Counts *c) { reinterpret_cast<T *>(reinterpret_cast<Together *>(c)->room)->~T(); }};
    alignas(T) unsigned char room[sizeof(T)];
  };
  T *object = nullptr;
  Counts *counts = nullptr;
};

// Neither has a virtual function.
// CHECK-DAG: warning: {{Window::panes -> Pane::window -> Window|Pane::window -> Window::panes -> Pane}}, 1 instance, {{.*}} weak frees all
struct Window;
struct Pane {
  long width = 0;
  Shared<Window> window;
  long height = 0;
};
struct Window {
  std::vector<Shared<Pane>> panes;
};

// CHECK-DAG: warning: Script::self -> Script, 1 instance, {{.*}}; making Script::self weak frees all
struct Script {
  virtual ~Script() = default;
  long line = 0;
  Shared<Script> self;
};

int main(int count, char **) {
  bool leak = count > 1;
  auto window = Shared<Window>::make();
  for (int i = 0; i != 2; ++i) {
    window->panes.push_back(i ? Shared<Pane>::make() : Shared<Pane>(new Pane));
    window->panes.back()->window = window;
  }
  auto script = Shared<Script>::make();
  script->self = script;
  if (!leak) {
    for (auto &pane : window->panes)
      pane->window = {};
    script->self = {};
  }
}
