// What only the skipped body of a library function would instantiate is seen:
// constructors of class templates, constructor templates, virtual functions and
// call operators.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <utility>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

struct Task { // a constructor template
  template <class F> explicit Task(F f) : run(std::move(f)) {}
  std::function<void()> run;
};
struct Service : std::enable_shared_from_this<Service> {
  std::shared_ptr<Task> task;
  int n = 0;
  void start() {
    // CHECK: warning: 'Service' keeps itself alive: {{.*}} captures 'self' [refcycle-closure]
    task = std::make_shared<Task>([self = shared_from_this()] { ++self->n; });
  }
};

class AnyJob { // type erasure by hand: a class template behind an interface
  struct Concept {
    virtual ~Concept() = default;
    virtual void run() = 0;
  };
  template <class F> struct Model final : Concept {
    F f;
    explicit Model(F f) : f(std::move(f)) {}
    void run() override { f(); }
  };
  std::unique_ptr<Concept> job;

public:
  template <class F>
  AnyJob(F f) : job(std::make_unique<Model<F>>(std::move(f))) {}
  void operator()() { job->run(); }
};
struct Crew : std::enable_shared_from_this<Crew> {
  std::vector<AnyJob> jobs;
  int n = 0;
  void add() {
    // CHECK: warning: 'Crew' keeps itself alive: {{.*}} captures 'self' [refcycle-closure]
    jobs.emplace_back([self = shared_from_this()] { ++self->n; });
  }
};

template <class T> struct Link { // a virtual function of a class template
  virtual ~Link() = default;
  virtual void tie(std::shared_ptr<T> a, std::shared_ptr<T> b) = 0;
};
template <class T> struct BothWays : Link<T> {
  // CHECK: templates.cpp:[[@LINE+3]]:{{[0-9]+}}: warning: {{.*}}'Vertex'{{.*}} [refcycle-members]
  void tie(std::shared_ptr<T> a, std::shared_ptr<T> b) override {
    a->to = b;
    b->from = a;
  }
};
struct Vertex {
  std::shared_ptr<Vertex> to, from;
};
void both_ways() {
  std::unique_ptr<Link<Vertex>> link = std::make_unique<BothWays<Vertex>>();
  link->tie(std::make_shared<Vertex>(), std::make_shared<Vertex>());
}

template <class T> struct Keep { // the call operator of a class template
  std::shared_ptr<T> object;
  // CHECK: templates.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Box' keeps itself alive: {{.*}} [refcycle-keep-alive]
  void operator()() const { object->kept = object; }
};
struct Box {
  std::shared_ptr<Box> kept;
};
void call(std::function<void()> f) { f(); }
void keep() { call(Keep<Box>{std::make_shared<Box>()}); }

//===--- must stay silent ---------------------------------------------------===//

struct WeakService : std::enable_shared_from_this<WeakService> {
  std::shared_ptr<Task> task;
  int n = 0;
  void start() {
    task = std::make_shared<Task>([weak = weak_from_this()] {
      if (auto self = weak.lock())
        ++self->n;
    });
  }
};

struct Clerk : std::enable_shared_from_this<Clerk> {
  int n = 0;
  void once() { // a job that ends with the statement
    AnyJob job([self = shared_from_this()] { ++self->n; });
    job();
  }
};

template <class T> struct OneWay : Link<T> {
  void tie(std::shared_ptr<T> a, std::shared_ptr<T> b) override { a->to = b; }
};
struct Arrow {
  std::shared_ptr<Arrow> to;
};
void one_way() {
  std::unique_ptr<Link<Arrow>> link = std::make_unique<OneWay<Arrow>>();
  link->tie(std::make_shared<Arrow>(), std::make_shared<Arrow>());
}

template <class T> struct Tree { // children in the constructor, from a template
  std::vector<std::shared_ptr<Tree>> kids;
  T value;
  template <class... Kids>
  explicit Tree(T v, Kids... k) : kids{std::move(k)...}, value(v) {}
};
void tree() {
  auto leaf = std::make_shared<Tree<int>>(1);
  auto root = std::make_shared<Tree<int>>(2, leaf);
}

template <class T> struct Broken { // a member that does not compile for int
  std::shared_ptr<T> next;
  explicit Broken(std::shared_ptr<T> n) : next(std::move(n)) {}
  void unused() { next->nonsense(); }
};
void not_instantiated() { std::make_shared<Broken<int>>(nullptr); }

int main() {
  std::make_shared<Service>()->start();
  std::make_shared<Crew>()->add();
  both_ways();
  keep();
  std::make_shared<WeakService>()->start();
  std::make_shared<Clerk>()->once();
  one_way();
  tree();
  not_instantiated();
}
