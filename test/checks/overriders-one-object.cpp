// Which of several overriders runs is not known. Each runs on an object of its
// class: what one of them stores is no member of the others.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

struct Host;
struct Plugin {
  virtual ~Plugin() = default;
  virtual const char *name() const = 0;
  virtual void attach(const std::shared_ptr<Host> &host) = 0;
};
struct Host : std::enable_shared_from_this<Host> {
  void load(std::unique_ptr<Plugin> plugin) {
    plugin->name();
    plugin->attach(shared_from_this());
    plugins.push_back(std::move(plugin));
  }
  std::vector<std::unique_ptr<Plugin>> plugins;
};

//===--- must be reported ---------------------------------------------------===//

// CHECK: warning: 'Host' keeps itself alive: 'Hook::call' stores a lambda that captures 'h'
struct Hook final : Plugin {
  const char *name() const override { return "hook"; }
  void attach(const std::shared_ptr<Host> &h) override {
    call = [h] { h->plugins.size(); };
  }
  std::function<void()> call;
};
// CHECK: warning: 'Exporter' and 'Host' keep each other alive through 'Exporter::host' and 'Host::plugins'
struct Exporter final : Plugin {
  const char *name() const override { return "exporter"; }
  void attach(const std::shared_ptr<Host> &h) override { host = h; }
  std::shared_ptr<Host> host;
};

//===--- must stay silent ---------------------------------------------------===//

struct Clock final : Plugin {
  const char *name() const override { return "clock"; }
  void attach(const std::shared_ptr<Host> &h) override { host = h; }
  std::weak_ptr<Host> host;
};
struct Null final : Plugin {
  const char *name() const override { return "null"; }
  void attach(const std::shared_ptr<Host> &) override {}
};
struct Raw final : Plugin {
  const char *name() const override { return "raw"; }
  void attach(const std::shared_ptr<Host> &h) override { host = h.get(); }
  Host *host = nullptr;
};
struct Late final : Plugin {
  const char *name() const override { return "late"; }
  void attach(const std::shared_ptr<Host> &h) override {
    std::weak_ptr<Host> weak = h;
    call = [weak] {
      if (auto host = weak.lock())
        host->plugins.size();
    };
  }
  std::function<void()> call;
};

int main() {
  auto host = std::make_shared<Host>();
  host->load(std::make_unique<Clock>());
  host->load(std::make_unique<Null>());
  host->load(std::make_unique<Exporter>());
  host->load(std::make_unique<Hook>());
  host->load(std::make_unique<Raw>());
  host->load(std::make_unique<Late>());
}
