// Breaks that do not look like `slot = nullptr`: each takes the cycle away for
// sure, or may, and then it is no finding at the default level.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

template <int Tag> struct Peer {
  std::shared_ptr<Peer> other;
  std::function<void()> on_data;
  virtual ~Peer() = default;
  virtual void set_other(std::shared_ptr<Peer> o) { other = std::move(o); }
};

void set_to_each_other() { // A setter that is given an object breaks nothing.
  auto a = std::make_shared<Peer<0>>();
  auto b = std::make_shared<Peer<0>>();
  a->set_other(b);
  // CHECK: warning: objects of type 'Peer<0>' keep each other alive
  b->set_other(a);
}

struct Dialog : std::enable_shared_from_this<Dialog> {
  struct Closed {};
  struct Minimized {
    std::shared_ptr<Dialog> keep;
  };
  std::variant<Closed, Minimized> state;
  // CHECK: [[#@LINE+1]]:{{.*}}warning: 'Dialog' and 'Dialog::Minimized' keep each other alive
  void minimize() { state = Minimized{shared_from_this()}; }
};

//===--- must stay silent ---------------------------------------------------===//

void set_to_null() {
  auto a = std::make_shared<Peer<1>>();
  auto b = std::make_shared<Peer<1>>();
  a->set_other(b);
  b->set_other(a);
  a->set_other(nullptr);
}

template <int Tag> void unlink(Peer<Tag> &p) { p.set_other({}); }
void set_to_null_elsewhere() {
  auto a = std::make_shared<Peer<2>>();
  auto b = std::make_shared<Peer<2>>();
  a->set_other(b);
  b->set_other(a);
  unlink(*b);
}

struct Call : std::enable_shared_from_this<Call> {
  struct Idle {};
  struct Ringing {
    std::shared_ptr<Call> keep;
  };
  struct Over {
    int code;
  };
  std::variant<Idle, Ringing, Over> state;
  void ring() { state = Ringing{shared_from_this()}; }
  void hang_up(int code) { state = Over{code}; }
};

struct Handlers {
  std::function<void()> on_open, on_close;
};
struct Channel : std::enable_shared_from_this<Channel> {
  Handlers handlers;
  void open() { handlers.on_open = [self = shared_from_this()] {}; }
  void close() { handlers.on_open = [] {}; }
};

// What hangs from a handle that is null is not there.
struct Wire {
  std::function<void()> on_data;
};
struct Client : std::enable_shared_from_this<Client> {
  std::unique_ptr<Wire> wire;
  void connect() {
    wire = std::make_unique<Wire>();
    wire->on_data = [self = shared_from_this()] {};
  }
  void close() {
    if (!wire)
      return;
    wire->on_data = nullptr;
  }
};

// Which objects a loop over a work list reaches is not known.
struct Folder {
  std::shared_ptr<Folder> parent;
  std::vector<std::shared_ptr<Folder>> entries;
};
struct Volume {
  std::shared_ptr<Folder> root = std::make_shared<Folder>();
  ~Volume() {
    std::vector<std::shared_ptr<Folder>> open{std::move(root)};
    while (!open.empty()) {
      auto folder = std::move(open.back());
      open.pop_back();
      for (auto &entry : std::exchange(folder->entries, {})) {
        entry->parent.reset();
        open.push_back(std::move(entry));
      }
    }
  }
  std::shared_ptr<Folder> make(const std::shared_ptr<Folder> &in) {
    auto folder = std::make_shared<Folder>();
    folder->parent = in;
    in->entries.push_back(folder);
    return folder;
  }
};

int main() {
  set_to_each_other();
  auto dialog = std::make_shared<Dialog>();
  dialog->minimize();
  set_to_null();
  set_to_null_elsewhere();
  auto call = std::make_shared<Call>();
  call->ring();
  call->hang_up(1);
  auto channel = std::make_shared<Channel>();
  channel->open();
  channel->close();
  auto client = std::make_shared<Client>();
  client->connect();
  client->close();
  Volume volume;
  volume.make(volume.make(volume.root));
}
