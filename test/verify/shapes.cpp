// Cycles of an unmodified program are named by their fields, whatever they go
// through: members, containers, hidden implementations, closures, bases.

// RUN: %clangxx -std=c++20 -g %s -o %t
// RUN: not refcycle verify -- %t > %t.out 2> %t.err
// RUN: FileCheck %s < %t.out
// RUN: FileCheck %s --check-prefix=ERR < %t.err
// ERR: refcycle: 9 cycles leaked

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// CHECK-DAG: warning: Parent::kids -> Child::parent -> Parent, 3 instances, {{[0-9]+}} bytes; making Child::parent weak frees all [refcycle-verify]
struct Parent;
struct Child {
  std::string name = "a name that does not fit into the object";
  std::shared_ptr<Parent> parent;
};
struct Parent {
  std::vector<std::shared_ptr<Child>> kids;
};

// CHECK-DAG: warning: Session::on_close -> (lambda)::self -> Session, 1 instance
struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> on_close;
  void start() {
    on_close = [self = shared_from_this(), pad = std::string()] { (void)pad; };
  }
};

// CHECK-DAG: warning: Small::on_close -> Small, 1 instance
struct Small : std::enable_shared_from_this<Small> {
  std::function<void()> on_close;
  void start() {
    on_close = [self = this] { (void)self; };
    on_close = Keep{shared_from_this()};
  }
  struct Keep {
    std::shared_ptr<Small> self;
    void operator()() const {}
  };
};

// CHECK-DAG: warning: Widget::impl -> Impl::owner -> Widget, 1 instance, {{.*}}making Impl::owner weak frees all
struct Impl;
struct Widget {
  std::unique_ptr<Impl> impl;
  Widget();
  ~Widget();
};
struct Impl {
  double size[4];
  std::shared_ptr<Widget> owner;
};
Widget::Widget() : impl(new Impl) {}
Widget::~Widget() = default;

// CHECK-DAG: warning: Tree::kids -> Tree::parent -> Tree, 1 instance, {{.*}}making Tree::parent weak frees all
struct Tree {
  std::vector<std::shared_ptr<Tree>> kids;
  std::shared_ptr<Tree> parent;
};

// CHECK-DAG: warning: Catalogue::entries -> Entry::owner -> Catalogue, 1 instance
struct Catalogue;
struct Entry {
  int id = 0;
  std::shared_ptr<Catalogue> owner;
};
struct Catalogue {
  std::map<std::string, Entry> entries;
};

// CHECK-DAG: warning: Machine::timer -> Timer::target -> Machine, 1 instance
struct Machine;
struct Timer {
  int period = 1;
  std::shared_ptr<Machine> target;
};
struct Machine {
  std::string name;
  Timer timer;
};

// CHECK-DAG: warning: Base::next -> Base, 1 instance
struct Base {
  virtual ~Base() = default;
  std::shared_ptr<Base> next;
};
struct Derived : Base {
  int more = 0;
};

// CHECK-DAG: warning: Ring::next -> Ring::next -> Ring::next -> Ring, 1 instance, {{.*}}making Ring::next weak frees all
struct Ring {
  std::shared_ptr<Ring> next;
};

int main() {
  for (int i = 0; i != 3; ++i) {
    auto parent = std::make_shared<Parent>();
    for (int k = 0; k <= i; ++k) {
      parent->kids.push_back(std::make_shared<Child>());
      parent->kids.back()->parent = parent;
    }
  }
  std::make_shared<Session>()->start();
  std::make_shared<Small>()->start();
  auto widget = std::make_shared<Widget>();
  widget->impl->owner = widget;
  auto tree = std::make_shared<Tree>();
  for (int i = 0; i != 5; ++i) {
    tree->kids.push_back(std::make_shared<Tree>());
    tree->kids.back()->parent = tree;
  }
  auto catalogue = std::make_shared<Catalogue>();
  for (const char *name : {"one", "two", "three"})
    catalogue->entries[name] = {};
  catalogue->entries["two"].owner = catalogue;
  auto machine = std::make_shared<Machine>();
  machine->timer.target = machine;
  std::shared_ptr<Base> base(new Derived);
  base->next = base;
  auto a = std::make_shared<Ring>(), b = std::make_shared<Ring>(),
       c = std::make_shared<Ring>();
  a->next = b, b->next = c, c->next = a;
}
