// A handle to what is no class of the program keeps a control block, and with
// it the deleter, or the object that it was made from.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>
#include <string>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

struct Port : std::enable_shared_from_this<Port> {
  std::shared_ptr<int> number;
  void open() {
    // CHECK: handles-to-no-class.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Port' keeps itself alive: the deleter of what 'Port::number' holds leads back
    number = std::shared_ptr<int>(new int(8), [self = shared_from_this()](int *n) { delete n; });
  }
};

struct Scope : std::enable_shared_from_this<Scope> {
  std::vector<std::shared_ptr<void>> guards;
  int open = 0;
  void enter() {
    // CHECK: handles-to-no-class.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Scope' keeps itself alive: the deleter of what 'Scope::guards' holds leads back
    guards.push_back(std::shared_ptr<void>(nullptr, [self = shared_from_this()](void *) { self->open--; }));
  }
};

struct Person : std::enable_shared_from_this<Person> {
  std::string name;
  std::shared_ptr<std::string> shown;
  void show() {
    // CHECK: handles-to-no-class.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Person' keeps itself alive
    shown = std::shared_ptr<std::string>(shared_from_this(), &name);
  }
};

struct Sheet;
struct Cell { // through a child
  std::shared_ptr<const double> scale;
};
struct Sheet : std::enable_shared_from_this<Sheet> {
  double zoom = 1;
  std::vector<std::shared_ptr<Cell>> cells;
  void add() {
    auto cell = std::make_shared<Cell>();
    cells.push_back(cell);
    // CHECK: handles-to-no-class.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Cell' and 'Sheet' keep each other alive
    cell->scale = std::shared_ptr<const double>(shared_from_this(), &zoom);
  }
};

//===--- must stay silent ---------------------------------------------------===//

struct Buffer : std::enable_shared_from_this<Buffer> { // a value of its own
  std::shared_ptr<std::string> text;
  std::shared_ptr<int> size;
  void fill() {
    text = std::make_shared<std::string>("text");
    size = std::shared_ptr<int>(new int(4), [](int *n) { delete n; });
  }
};

struct Pool : std::enable_shared_from_this<Pool> { // handed out only
  int used = 0;
  std::shared_ptr<int> take() {
    used++;
    return std::shared_ptr<int>(new int(1), [self = shared_from_this()](int *n) {
      self->used--;
      delete n;
    });
  }
};

struct Meter : std::enable_shared_from_this<Meter> { // weak
  std::shared_ptr<int> number;
  int freed = 0;
  void open() {
    number = std::shared_ptr<int>(new int(8), [weak = weak_from_this()](int *n) {
      delete n;
      if (auto self = weak.lock())
        self->freed++;
    });
  }
};

struct Label { // that of somebody else
  std::shared_ptr<std::string> text;
};
struct Document : std::enable_shared_from_this<Document> {
  std::string title;
  std::shared_ptr<std::string> shared() { return {shared_from_this(), &title}; }
};

struct Gate : std::enable_shared_from_this<Gate> { // let go of
  std::shared_ptr<int> number;
  void open() {
    number = std::shared_ptr<int>(new int(8), [self = shared_from_this()](int *n) { delete n; });
  }
  void close() { number.reset(); }
};

struct Watcher { // points only
  std::string name;
  std::unique_ptr<std::string *> at;
  void watch() { at = std::make_unique<std::string *>(&name); }
};

int main() {
  std::make_shared<Port>()->open();
  std::make_shared<Scope>()->enter();
  std::make_shared<Person>()->show();
  std::make_shared<Sheet>()->add();
  std::make_shared<Buffer>()->fill();
  auto taken = std::make_shared<Pool>()->take();
  std::make_shared<Meter>()->open();
  Label label;
  label.text = std::make_shared<Document>()->shared();
  auto gate = std::make_shared<Gate>();
  gate->open();
  gate->close();
  std::make_shared<Watcher>()->watch();
}
