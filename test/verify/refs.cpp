// Objects of refcycle's own handles: what the collector cannot see, does not
// look at, or is not asked to free, is a leak like any other. No layouts are
// needed.

// UNSUPPORTED: sanitized

// RUN: %clangxx -std=c++20 -g -I%root/runtime/include -I%root/runtime/verify/include %s -o %t %runtime -pthread
// RUN: not refcycle verify --quiet -- %t forgotten beside | FileCheck %s --check-prefix=UNSEEN
// RUN: not refcycle verify --quiet -- %t off | FileCheck %s --check-prefix=OFF
// RUN: not refcycle verify --quiet -- %t parked | FileCheck %s --check-prefix=OFF
// RUN: not refcycle verify --quiet -- %t frozen | FileCheck %s --check-prefix=FROZEN
// RUN: not refcycle verify --quiet -- %t off now | FileCheck %s --check-prefix=NOW

// The same at other addresses: one object a page, in memory of malloc's.
// RUN: env REFCYCLE_PAGES=single not refcycle verify --quiet -- %t forgotten beside | FileCheck %s --check-prefix=UNSEEN
// RUN: %clangxx -std=c++20 -O2 -s -no-pie -fno-rtti -I%root/runtime/include -I%root/runtime/verify/include %s -o %t.stripped %runtime -pthread
// RUN: not refcycle verify --quiet -- %t.stripped off | FileCheck %s --check-prefix=STRIPPED

// Linked, and on its own.
// RUN: %clangxx -std=c++20 -I%root/runtime/include -I%root/runtime/verify/include %s -o %t.linked %runtime -pthread -Wl,--no-as-needed -L%libdir -lrefcycle_verify -Wl,-rpath,%libdir
// RUN: %t.linked off 2>&1 | FileCheck %s --check-prefix=LINKED
// RUN: %t.linked tree on 2>&1 | count 0

// What is freed, held, weak, or left to a collector that will come.
// RUN: refcycle verify -- %t tree on 2>&1 | FileCheck %s --check-prefix=SILENT
// RUN: refcycle verify -- %t tree on thread 2>&1 | FileCheck %s --check-prefix=SILENT
// RUN: refcycle verify -- %t on now 2>&1 | FileCheck %s --check-prefix=LATER
// RUN: refcycle verify -- %t off held 2>&1 | FileCheck %s --check-prefix=HELD
// RUN: refcycle verify -- %t off tree thread 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT: refcycle: no cycle leaked
// SILENT-NOT: {{.}}

#include "refcycle/refcycle.h"
#include "refcycle/verify.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

using refcycle::make;
using refcycle::ref;

// UNSEEN-DAG: warning: Folder::files -> File::folder -> Folder, 1 instance, {{[0-9]+}} bytes; making File::folder weak frees all
struct Folder;
struct File {
  std::string name = "a name that does not fit into the object";
  ref<Folder> folder;
  template <class V> void trace(V &) {} // Forgets it.
};
struct Folder {
  std::vector<ref<File>> files;
};
static void forgotten() {
  auto folder = make<Folder>();
  for (int i = 0; i != 2; ++i) {
    folder->files.push_back(make<File>());
    folder->files.back()->folder = folder;
  }
}

// A std::shared_ptr between them, which the collector does not follow.
// UNSEEN-DAG: warning: {{View::model -> Model::view -> View|Model::view -> View::model -> Model}}, 1 instance, {{.*}} weak frees all
// UNSEEN-NOT: warning:
struct View;
struct Model {
  int value = 0;
  std::shared_ptr<View> view;
};
struct View {
  ref<Model> model;
};
static void beside() {
  auto model = make<Model>();
  model->view = std::make_shared<View>();
  model->view->model = model;
}

// An aggregate; the handles are in a vector, in a member, in a closure.
// OFF-DAG: warning: Node::kids -> Node::up -> Node, 2 instances, {{[0-9]+}} bytes; making Node::up weak frees all
// OFF-DAG: warning: Ring::next -> Ring::next -> Ring, 1 instance, {{[0-9]+}} bytes; making Ring::next weak frees all
// OFF-DAG: warning: Button::click -> {{.*}}Button, 1 instance, {{[0-9]+}} bytes; making Button::click weak frees all
// OFF-DAG: warning: Panel::part -> Panel, 1 instance, {{[0-9]+}} bytes; making Panel::part weak frees all
// OFF-DAG: warning: Door::frame -> Frame::door -> Door, 1 instance, {{[0-9]+}} bytes; making Frame::door weak frees all
// OFF-NOT: warning:
// FROZEN-COUNT-5: weak frees all
// STRIPPED-DAG: warning: Node::+0 -> Node::+24 -> Node, 2 instances
// STRIPPED-DAG: warning: Ring::+0 -> Ring::+0 -> Ring, 1 instance
// NOW: now: 6
// NOW-DAG: Node+0->+0 -> Node+24 -> Node, 2 instances
// NOW-DAG: Ring+0 -> Ring+0 -> Ring, 1 instance
// LINKED: refcycle: objects keep each other alive:
// LINKED-DAG: Node+0->+0 -> Node+24 -> Node, 2 instances
// LINKED-DAG: Ring+0 -> Ring+0 -> Ring, 1 instance
// LATER: now: 0 ''
// LATER-NEXT: refcycle: no cycle leaked
struct Node {
  std::vector<ref<Node>> kids;
  ref<Node> up;
  refcycle::weak_ref<Node> root;
};
struct Ring {
  ref<Ring> next;
};
struct Button {
  int presses = 0;
  refcycle::function<void()> click;
};

struct Panel {
  int size = 0;
  refcycle::alias_ref<int> part; // Of itself.
};
// A base class, a finalizer.
struct Frame;
struct Door {
  virtual ~Door() = default;
  int width = 1;
  ref<Frame> frame;
  void trace(refcycle::visitor &visit) { visit(frame); }
};
struct Gate : Door {
  void finalize() { width = 0; }
};
struct Frame {
  ref<Door> door;
};

static ref<Node> tree(bool tied) {
  auto root = make<Node>();
  for (int i = 0; i != 3; ++i) {
    root->kids.push_back(make<Node>());
    if (tied)
      root->kids.back()->up = root;
    root->kids.back()->root = root;
  }
  return root;
}

static void cycles() {
  tree(true);
  tree(true);
  auto ring = make<Ring>();
  ring->next = make<Ring>();
  ring->next->next = ring;
  auto panel = make<Panel>();
  panel->part = refcycle::alias_ref<int>(panel, &panel->size);
  ref<Door> gate = make<Gate>();
  gate->frame = make<Frame>();
  gate->frame->door = gate;
  auto button = make<Button>();
  button->click = refcycle::function<void()>(refcycle::with(button),
                                             [](ref<Button> &b) { ++b->presses; });
}

// HELD: refcycle: not garbage: Node::kids -> Node::up -> Node, 1 instance, {{[0-9]+}} bytes; still held by 1 unknown reference
// HELD: refcycle: no cycle leaked
static ref<Node> global;

static void run(const std::string &word) {
  if (word == "forgotten")
    forgotten();
  if (word == "beside")
    beside();
  if (word == "off")
    refcycle::gc::disable();
  if (word == "tree")
    tree(false);
  if (word == "held")
    global = tree(true);
  if (word == "frozen") {
    cycles();
    refcycle::gc::freeze();
  }
  if (word == "thread")
    std::thread(cycles).join(); // Its heap collects when it ends.
  if (word == "parked") { // Another thread's heap, and that thread goes on.
    std::binary_semaphore done(0);
    std::thread([&] {
      refcycle::gc::disable();
      cycles();
      done.release();
      std::this_thread::sleep_for(std::chrono::hours(1));
    }).detach();
    done.acquire();
  }
  if (word == "now") {
    cycles();
    std::printf("now: %ld '%s'\n", refcycle_verify_now(), refcycle_verify_report());
    std::fflush(stdout);
  }
}

int main(int count, char **words) {
  std::string last = count > 1 ? words[count - 1] : "";
  for (int i = 1; i < count; ++i)
    run(words[i]);
  if (last == "on" || last == "off")
    cycles();
}
