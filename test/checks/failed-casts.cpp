// A new object is of its class. A cast to a sibling or to a derived class fails,
// so code that works on the result does nothing to it.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct Shape : std::enable_shared_from_this<Shape> {
  virtual ~Shape() = default;
  template <typename T> T *as() { return dynamic_cast<T *>(this); }
};
struct Dot : Shape {};
struct Line : Shape {};
struct Group : Shape {
  std::vector<std::shared_ptr<Shape>> parts;
};
struct Panel : Shape {
  std::vector<std::shared_ptr<Shape>> panes;
};
struct Frame : Panel {
  std::shared_ptr<Shape> border;
};

//===--- must be reported ---------------------------------------------------===//

// The cast succeeds.
void own() {
  std::shared_ptr<Shape> shape = std::make_shared<Group>();
  // CHECK: failed-casts.cpp:[[@LINE+2]]:{{[0-9]+}}: warning: 'Group' keeps itself alive
  if (auto *group = shape->as<Group>())
    group->parts.push_back(shape);
}
// To a base, and of a derived object.
void framed() {
  auto frame = std::make_shared<Frame>();
  std::shared_ptr<Shape> shape = frame;
  // CHECK: failed-casts.cpp:[[@LINE+2]]:{{[0-9]+}}: warning: 'Frame' keeps itself alive
  if (auto *panel = dynamic_cast<Panel *>(shape.get()))
    panel->panes.push_back(frame);
}
// What it is, only the caller knows.
void keep(const std::shared_ptr<Shape> &shape) {
  if (auto *frame = shape->as<Frame>())
    frame->border = shape;
}
void given() {
  // CHECK: failed-casts.cpp:[[@LINE-3]]:{{[0-9]+}}: warning: 'Frame' keeps itself alive
  keep(std::make_shared<Frame>());
}

// Who asks for a class gets an object of it.
struct Page {
  std::vector<std::shared_ptr<Shape>> shapes;
  template <typename T> std::shared_ptr<T> find(size_t at) const {
    return std::dynamic_pointer_cast<T>(shapes[at]);
  }
};
struct Corner : Shape {
  std::shared_ptr<Shape> next;
};
void found() {
  Page page;
  auto corner = std::make_shared<Corner>();
  page.shapes = {corner, std::make_shared<Dot>()};
  // CHECK: failed-casts.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Corner' keeps itself alive
  page.find<Corner>(0)->next = corner;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

std::shared_ptr<Shape> make(const std::string &kind) {
  if (kind == "dot")
    return std::make_shared<Dot>();
  if (kind == "line")
    return std::make_shared<Line>();
  return std::make_shared<Shape>();
}
void sibling() {
  std::shared_ptr<Shape> shape = std::make_shared<Dot>();
  if (auto *group = shape->as<Group>())
    group->parts.push_back(shape);
}
void anyOfSeveral(const std::string &kind) {
  auto shape = make(kind);
  if (auto *group = shape->as<Group>())
    group->parts.push_back(shape);
  if (auto group = std::dynamic_pointer_cast<Group>(shape))
    group->parts.push_back(shape);
}
void base() {
  std::shared_ptr<Shape> shape = std::make_shared<Panel>();
  if (auto *frame = shape->as<Frame>())
    frame->border = shape;
}
void fill(Frame &frame, const std::shared_ptr<Shape> &shape) {
  frame.border = shape;
  frame.panes.push_back(shape);
}
void inACallee(const std::string &kind) {
  auto shape = make(kind);
  if (auto *frame = shape->as<Frame>())
    fill(*frame, shape);
}
void ofEachOther() {
  auto a = make("dot"), b = make("line");
  if (auto *group = a->as<Group>())
    group->parts.push_back(b);
  if (auto *group = b->as<Group>())
    group->parts.push_back(a);
}

// The member belongs to the base, so only the class that was asked for says that
// the field is not meant.
struct Signal {
  std::function<void()> slot;
};
struct Sensitive : Shape {
  Signal clicked;
};
struct Field : Sensitive {
  std::string text;
};
struct Push : Sensitive {};
void foundSibling() {
  Page page;
  auto field = std::make_shared<Field>();
  page.shapes = {field, std::make_shared<Push>()};
  page.find<Push>(1)->clicked.slot = [field] { field->text.clear(); };
}

} // namespace quiet

int main(int argc, char **argv) {
  own();
  framed();
  given();
  found();
  quiet::sibling();
  quiet::anyOfSeveral(argv[argc - 1]);
  quiet::base();
  quiet::inACallee(argv[argc - 1]);
  quiet::ofEachOther();
  quiet::foundSibling();
}
