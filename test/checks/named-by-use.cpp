// An object that a library made is named by the most derived class that the
// program uses it as, not by the base whose member is touched first.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>
#include <vector>

struct Handler {
  virtual ~Handler() {}
};
struct Items {
  std::vector<int *> list;
};
struct Handlers {
  void add(std::shared_ptr<Handler> h) { all.push_back(h); }
  std::vector<std::shared_ptr<Handler>> all;
};
struct Window : Items, Handlers {
  void tidy() { list.clear(); }
};
struct Frame : Window {
  void draw();
};
Frame *makeFrame(); // in a library
Window *makeWindow();

struct OnClick : Handler {
  explicit OnClick(std::shared_ptr<Frame> f) : frame(f) {}
  std::shared_ptr<Frame> frame;
};
void byArgument() {
  std::shared_ptr<Frame> frame(makeFrame());
  frame->tidy();
  // CHECK: named-by-use.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Frame' and 'OnClick' keep each other alive through 'Handlers::all' and 'OnClick::frame'
  frame->add(std::make_shared<OnClick>(frame));
}

struct OnClose : Handler {
  std::shared_ptr<Handlers> target;
};
void byReceiver() {
  std::shared_ptr<Frame> frame(makeFrame());
  frame->tidy();
  frame->draw();
  auto close = std::make_shared<OnClose>();
  close->target = frame;
  // CHECK: named-by-use.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Frame' and 'OnClose' keep each other alive through 'Handlers::all' and 'OnClose::target'
  frame->add(close);
}

struct Watch : Handler { // does not own
  std::weak_ptr<Window> window;
};
void watch() {
  std::shared_ptr<Window> window(makeWindow());
  auto handler = std::make_shared<Watch>();
  handler->window = window;
  window->add(handler);
}

struct Other : Handler { // owns another window
  std::shared_ptr<Window> window;
};
void other() {
  std::shared_ptr<Window> one(makeWindow()), two(makeWindow());
  auto handler = std::make_shared<Other>();
  handler->window = one;
  two->add(handler);
}

int main() {
  byArgument();
  byReceiver();
  watch();
  other();
}
