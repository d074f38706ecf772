// A promise and its futures share one state: what it is given is kept by
// either, until a future takes it out.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <future>
#include <memory>
#include <utility>

//===--- must be reported ---------------------------------------------------===//

struct Image : std::enable_shared_from_this<Image> {
  std::shared_future<std::shared_ptr<Image>> ready;
  void load() {
    std::promise<std::shared_ptr<Image>> promise;
    ready = promise.get_future().share();
    // CHECK: shared-state.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Image'
    promise.set_value(shared_from_this());
  }
};

struct Window : std::enable_shared_from_this<Window> {
  std::promise<std::shared_ptr<Window>> shown;
  void show() {
    // CHECK: shared-state.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Window'
    shown.set_value(shared_from_this());
  }
};

struct Page : std::enable_shared_from_this<Page> { // read, but not taken out
  std::promise<std::shared_ptr<Page>> loaded;
  std::shared_future<std::shared_ptr<Page>> later() { return loaded.get_future().share(); }
  void load() {
    // CHECK: shared-state.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Page'
    loaded.set_value(shared_from_this());
  }
};

//===--- must stay silent ---------------------------------------------------===//

struct Dialog : std::enable_shared_from_this<Dialog> { // taken out
  std::promise<std::shared_ptr<Dialog>> shown;
  std::future<std::shared_ptr<Dialog>> show() { return shown.get_future(); }
  void paint() { shown.set_value(shared_from_this()); }
};

struct Sound : std::enable_shared_from_this<Sound> { // of nobody's state
  int volume = 0;
  std::future<std::shared_ptr<Sound>> load() {
    std::promise<std::shared_ptr<Sound>> promise;
    auto future = promise.get_future();
    promise.set_value(shared_from_this());
    return future;
  }
};

struct Movie : std::enable_shared_from_this<Movie> { // weak
  std::promise<std::weak_ptr<Movie>> shown;
  void show() { shown.set_value(weak_from_this()); }
};

struct Clip : std::enable_shared_from_this<Clip> { // a new state
  std::promise<std::shared_ptr<Clip>> shown;
  void show() {
    shown.set_value(shared_from_this());
    shown = {};
  }
};

int main() {
  std::make_shared<Image>()->load();
  std::make_shared<Window>()->show();
  auto page = std::make_shared<Page>();
  auto later = page->later();
  page->load();
  later.get();
  auto dialog = std::make_shared<Dialog>();
  auto shown = dialog->show();
  dialog->paint();
  shown.get();
  std::make_shared<Sound>()->load();
  std::make_shared<Movie>()->show();
  std::make_shared<Clip>()->show();
}
