// What is freed, or still in somebody's hands, is no leak.

// RUN: %clangxx -std=c++20 -g %s -o %t
// RUN: refcycle verify -- %t > %t.out 2> %t.err
// RUN: count 0 < %t.out
// RUN: FileCheck %s < %t.err

#include <cstdlib>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Weak back edges.
struct Tree {
  std::vector<std::shared_ptr<Tree>> kids;
  std::weak_ptr<Tree> parent;
};

// A long list: its destruction is deep, and it is no cycle.
struct Item {
  std::shared_ptr<Item> next;
};

// A cycle that a global holds is in use.
// CHECK-DAG: refcycle: not garbage: Node::peer -> Node::peer -> Node, 1 instance, {{[0-9]+}} bytes; still held by 1 unknown reference
struct Node {
  std::shared_ptr<Node> peer;
};
std::shared_ptr<Node> held;
// CHECK-DAG: refcycle: not garbage: Twice::self -> Twice, 2 instances, {{[0-9]+}} bytes; still held by 3 unknown references
struct Twice {
  std::shared_ptr<Twice> self;
};
std::shared_ptr<Twice> three[3];

// So is one that a plain object on the heap holds, and one that its protocol
// ends.
struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> on_close;
  void start() {
    on_close = [self = shared_from_this()] {};
  }
  void close() { on_close = nullptr; }
};
// CHECK-DAG: refcycle: not garbage: Registered::self -> Registered
struct Registered {
  std::shared_ptr<Registered> self;
};
std::vector<std::shared_ptr<Registered>> *registry;

// Raw, stale and weak words look like handles.
struct Lookalike : std::enable_shared_from_this<Lookalike> {
  Lookalike *self = this;
  std::weak_ptr<Lookalike> weak;
  alignas(std::shared_ptr<Lookalike>) unsigned char stale[16] = {};
};

// A destructor that gives up another's handle does not own what that held.
struct Peer;
std::map<int, std::shared_ptr<Peer>> &peers() {
  static auto *all = new std::map<int, std::shared_ptr<Peer>>;
  return *all;
}
struct Ticket {
  int number = 0;
  ~Ticket() { peers().erase(number); }
};
struct Peer {
  std::shared_ptr<Ticket> ticket = std::make_shared<Ticket>();
};

// Not even if it knows the place of the handle.
struct Guest;
std::list<std::shared_ptr<Guest>> guests;
struct Seat {
  std::list<std::shared_ptr<Guest>>::iterator place;
  ~Seat() {
    if (!guests.empty())
      guests.erase(place);
  }
};
struct Guest {
  std::shared_ptr<Seat> seat = std::make_shared<Seat>();
};

// Nor do several, of several classes, that know their places in one block, and
// each of which believes to be the last in it.
struct Reader;
struct Writer;
struct Row {
  std::shared_ptr<Reader> reader;
  std::shared_ptr<Writer> writer;
};
Row *row;
struct Reader {
  Row *place = nullptr;
  ~Reader() {
    place->reader.reset();
    std::free(place);
  }
};
struct Writer {
  long pages = 0;
  Row *place = nullptr;
  ~Writer() {
    place->writer.reset();
    std::free(place);
  }
};

// CHECK: refcycle: no cycle leaked
int main() {
  auto tree = std::make_shared<Tree>();
  for (int i = 0; i != 5; ++i) {
    tree->kids.push_back(std::make_shared<Tree>());
    tree->kids.back()->parent = tree;
  }
  static auto kept_tree = tree;

  static std::shared_ptr<Item> list;
  for (int i = 0; i != 10000; ++i)
    list = std::make_shared<Item>(Item{list});

  three[0] = std::make_shared<Twice>();
  three[0]->self = three[2] = three[0];
  three[1] = std::make_shared<Twice>();
  three[1]->self = three[1];
  held = std::make_shared<Node>();
  held->peer = std::make_shared<Node>();
  held->peer->peer = held;

  auto session = std::make_shared<Session>();
  session->start();
  session->close();

  registry = new std::vector<std::shared_ptr<Registered>>;
  registry->push_back(std::make_shared<Registered>());
  registry->back()->self = registry->back();

  static auto lookalike = std::make_shared<Lookalike>();
  lookalike->weak = lookalike;
  new (lookalike->stale) std::shared_ptr<Lookalike>(lookalike);
  reinterpret_cast<std::shared_ptr<Lookalike> *>(lookalike->stale)->~shared_ptr();

  for (int i = 0; i != 10; ++i) {
    auto peer = std::make_shared<Peer>();
    peer->ticket->number = i;
    peers()[i] = peer;
  }
  for (int i = 0; i != 3; ++i) {
    guests.push_back(std::make_shared<Guest>());
    guests.back()->seat->place = std::prev(guests.end());
  }
  row = new (std::malloc(sizeof(Row)))
      Row{std::make_shared<Reader>(), std::make_shared<Writer>()};
  row->reader->place = row->writer->place = row;

  // As they would go: out of the list first.
  std::atexit([] { auto all = new std::list(std::move(guests)); guests.clear(); (void)all; });

  std::thread([] { std::make_shared<Tree>(); }).join();

  // The list's own destructor would recurse; at exit nobody needs it freed.
  while (list)
    list = std::exchange(list->next, nullptr);
}
