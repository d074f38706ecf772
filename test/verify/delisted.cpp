// An object that is counted in itself, and takes itself off the lists of others
// when it goes: there it gives up handles that are not its own.

// RUN: refcycle layouts --quiet -o %t.layouts %s -- -std=c++20
// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t leak | FileCheck %s
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t leak | FileCheck %s

// RUN: refcycle verify --layouts=%t.layouts -- %t 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT-DAG: refcycle: not garbage: {{.*}}Listener{{.*}}; still held by {{[1-9]}}
// SILENT-DAG: refcycle: no cycle leaked

#include <algorithm>
#include <vector>

template <typename T> class Ref {
public:
  Ref(T *p = nullptr) : p(p) {
    if (p)
      ++p->uses;
  }
  Ref(const Ref &o) : Ref(o.p) {}
  Ref &operator=(Ref o) {
    std::swap(p, o.p);
    return *this;
  }
  ~Ref() {
    if (p && --p->uses == 0)
      delete p;
  }
  T *operator->() const { return p; }
  T *get() const { return p; }

private:
  T *p;
};

struct Counted {
  int uses = 0;
  virtual ~Counted() = default;
};

// CHECK-DAG: warning: {{Subject::listeners -> Listener::subject -> Subject|Listener::subject -> Subject::listeners -> Listener}}, 1 instance, {{.*}} frees all
struct Listener;
struct Subject : Counted {
  std::vector<Ref<Listener>> listeners;
  void remove(Listener *gone);
};
struct Listener : Counted {
  Ref<Subject> subject;
  explicit Listener(Ref<Subject> of) : subject(of) {}
  ~Listener() override {
    if (subject.get())
      subject->remove(this);
  }
};
void Subject::remove(Listener *gone) {
  std::erase_if(listeners, [&](const auto &each) { return each.get() == gone; });
}

// A list that belongs to nobody: what stands in it is held, whoever takes it
// out.
struct Registered;
std::vector<Ref<Registered>> &registry() {
  static auto *all = new std::vector<Ref<Registered>>;
  return *all;
}
struct Registered : Counted {
  Ref<Registered> peer;
  ~Registered() override {
    std::erase_if(registry(), [&](const auto &each) { return each.get() == this; });
  }
};

Ref<Listener> held;

int main(int count, char **) {
  Ref<Subject> subject(new Subject);
  for (int i = 0; i != 3; ++i)
    subject->listeners.push_back(new Listener(subject));
  if (count > 1)
    return 0;
  held = subject->listeners.front();

  Ref<Registered> one(new Registered), two(new Registered);
  one->peer = two;
  two->peer = one;
  registry().push_back(one);

  // Ended as it should be.
  Ref<Subject> other(new Subject);
  other->listeners.push_back(new Listener(other));
  other->listeners.front()->subject = nullptr;
}
